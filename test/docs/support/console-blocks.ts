import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A command of a document, with what the document says that it prints. */
export interface ShownCommand {
  readonly command: string;
  readonly output: string;
}

/** The commands in the blocks of a document that are marked as `console`, where a line that begins with `$ ` is a command. */
export async function shownCommands(name: string): Promise<ShownCommand[]> {
  const text = await readFile(fileURLToPath(new URL(`../../../../docs/${name}`, import.meta.url)), 'utf8');
  return commandsIn(text);
}

export function commandsIn(text: string): ShownCommand[] {
  const blocks = [...text.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block!);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .filter((part) => part !== '')
      .map((part) => {
        const [command = '', ...lines] = part.split('\n');
        return { command, output: lines.join('\n').trimEnd() };
      }),
  );
}

/** The words of a command, with quotes as a shell reads them. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

const id = /(?<![\w-])P[\w-]{20}(?![\w-])/g;

/** An output without what is another in every run: ids, times, hashes and durations. */
export function withoutChance(output: string): string {
  return output
    .replaceAll('\r\n', '\n')
    .replace(id, 'ID')
    .replace(/\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d{3})?Z/g, 'TIME')
    .replace(/\b\d\d:\d\d:\d\d\.\d{3}\b/g, 'TIME')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'URL')
    .replace(/in \d+ ms/g, 'in N ms')
    .replace(/^\d+\.\d s {2}.*\n/gm, '')
    .trimEnd();
}

/** The ids in an output, in order. */
export function idsIn(output: string): string[] {
  return output.match(id) ?? [];
}
