import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { root } from '../../support/consumer.js';

/** A fenced block of a page. */
export interface Block {
  /** The page, relative to the repository: `docs/requests.md`. */
  page: string;
  /** The line of the page that has the block's first line of code, from 1. */
  line: number;
  /** The word after the fence: `ts`, `js`, `bash`, `json`, `text` … */
  language: string;
  code: string;
  /** The path of its file below the folder of its page: what its first line names (`// blog.ts`), else `block-<line>.ts`. */
  file: string;
  /** What it prints, from the `text` block after it. `…` stands for anything. */
  output: string | undefined;
  /** Why it does not run, from the comment `<!-- not run: reason -->` before it. */
  notRun: string | undefined;
  /** Why it is not even compiled, from `<!-- not compiled: reason -->`. */
  notCompiled: string | undefined;
}

/** What a line with a comment `// → value` prints. */
export interface Shown {
  /** From 1, in the page. */
  line: number;
  value: string;
}

export const isScript = ({ language }: Block): boolean => language === 'ts' || language === 'js';
export const isShell = ({ language }: Block): boolean => language === 'bash' || language === 'sh';

/** The pages: README.md and all of docs/. */
export async function pageNames(): Promise<string[]> {
  const docs = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md')).sort();
  return ['README.md', ...docs.map((name) => `docs/${name}`)];
}

export async function readPage(page: string): Promise<string> {
  return readFile(join(root, page), 'utf8');
}

/** The blocks of a page in their order. A `text` block that follows a script or a command is its output, and is left out. */
export function blocksOf(page: string, text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(`{3,})([\w-]*)$/.exec(lines[at] ?? '');
    if (!fence) continue;
    const end = lines.indexOf(fence[1] ?? '', at + 1);
    if (end < 0) throw new Error(`${page}:${at + 1}: the block is not closed.`);
    const code = lines
      .slice(at + 1, end)
      .map((line) => `${line}\n`)
      .join('');
    const language = fence[2] ?? '';
    const before = blocks.at(-1);
    if (language === 'text' && before && before.output === undefined && (isScript(before) || isShell(before))) {
      before.output = code;
    } else {
      const comment = /^<!-- (not run|not compiled): (.+) -->$/.exec(lines[at - 1] ?? '');
      const named = /^\/\/ ([\w./-]+\.[jt]s)$/.exec(lines[at + 1] ?? '')?.[1];
      blocks.push({
        page,
        line: at + 2,
        language,
        code,
        file: named ?? `block-${at + 2}.${language}`,
        output: undefined,
        notRun: comment?.[1] === 'not run' ? comment[2] : undefined,
        notCompiled: comment?.[1] === 'not compiled' ? comment[2] : undefined,
      });
    }
    at = end;
  }
  return blocks;
}

/** The comments of a block that say what their line prints. */
export function shownIn({ code, line }: Block): Shown[] {
  return code.split('\n').flatMap((text, index) => {
    const value = /\/\/ → (.+)$/.exec(text)?.[1];
    return value === undefined ? [] : [{ line: line + index, value }];
  });
}

/** The folder of a page's files in the project: `requests` for docs/requests.md. */
export const folderOf = (page: string): string => basename(page, '.md').toLowerCase();

/** Whether a text is what was expected, in which `…` stands for anything within a line, and a line of its own for any lines. */
export function matches(expected: string, actual: string): boolean {
  const trimmed = (text: string) => text.replace(/[ \t]+$/gm, '').trim();
  const pattern = trimmed(expected)
    .split('\n')
    .map((line) => (line.trim() === '…' ? '[\\s\\S]*' : line.split('…').map(escaped).join('.*')))
    .join('\n');
  return new RegExp(`^${pattern}$`).test(trimmed(actual));
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
