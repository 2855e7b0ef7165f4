import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { ValidationError } from '#front';

/** A skill as it is on disk. */
export interface SkillSource {
  /** The folder, or the one file. */
  path: string;
  isFolder: boolean;
  name: string;
  description: string | null;
  requiredTools: string[];
  /** What follows the head of its `SKILL.md`. */
  instructions: string;
}

/** Reads a folder with a `SKILL.md`, or one Markdown file. @throws ValidationError for anything else. */
export async function readSkill(given: string): Promise<SkillSource> {
  const path = resolve(given);
  const found = await stat(path).catch(() => null);
  if (!found) refuse(given, 'does not exist');
  const isFolder = found.isDirectory();
  if (!isFolder && extname(path).toLowerCase() !== '.md') refuse(given, 'is neither a folder nor a Markdown file');
  const text = await readFile(isFolder ? join(path, 'SKILL.md') : path, 'utf8').catch(() => refuse(given, 'has no SKILL.md'));
  const { head, body } = split(text);
  const fallback = isFolder ? basename(path) : basename(path, extname(path));
  return {
    path,
    isFolder,
    name: one(head.name) ?? fallback,
    description: one(head.description) ?? null,
    requiredTools: [...(head.requires ?? []), ...(head.required_tools ?? [])],
    instructions: body.trim(),
  };
}

/** The entries of a folder, files before folders, each by name. */
export async function entriesOf(folder: string): Promise<{ files: string[]; folders: string[] }> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort((one, other) => (one.name < other.name ? -1 : 1));
  return {
    files: entries.filter((entry) => entry.isFile()).map(({ name }) => name),
    folders: entries.filter((entry) => entry.isDirectory()).map(({ name }) => name),
  };
}

function refuse(path: string, message: string): never {
  throw new ValidationError(`The skill ${JSON.stringify(path)} ${message}.`, { details: [{ field: 'filePath', message }] });
}

/** The head of a file between two lines `---`, and the rest. Of YAML, texts and lists of texts are understood. */
function split(text: string): { head: Record<string, string[]>; body: string } {
  const [, head, body] = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text) ?? [];
  if (head === undefined) return { head: {}, body: text };
  const values: Record<string, string[]> = {};
  let key: string | undefined;
  for (const line of head.split(/\r?\n/)) {
    const item = /^\s*-\s+(.+)$/.exec(line)?.[1];
    const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      key = name;
      values[name] = valuesOf(value ?? '');
    } else if (item !== undefined && key !== undefined) values[key]!.push(unquoted(item));
    else if (/^\s+\S/.test(line) && key !== undefined) values[key] = [[...values[key]!, line.trim()].join(' ')];
  }
  return { head: values, body: body ?? '' };
}

function valuesOf(text: string): string[] {
  const list = /^\[(.*)\]$/.exec(text.trim())?.[1];
  const items = list === undefined ? [text] : list.split(',');
  return items.map(unquoted).filter((item) => item !== '' && !/^[|>][+-]?$/.test(item));
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

function one(values: string[] | undefined): string | undefined {
  return values?.[0];
}
