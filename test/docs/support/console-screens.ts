import { LocalPlatform } from '../../../src/local/index.js';
import { Terminal } from '../../cli/console/support/terminal.js';

/** What a terminal shows before the first prompt, and of each line, its prompt included, with a platform of its own. */
export async function consoleScreens(
  lines: readonly string[],
  { columns = 80, isColoured = false } = {},
): Promise<{ welcome: string; shown: string[] }> {
  const platform = await LocalPlatform.start({ port: false });
  const terminal = new Terminal(platform, { local: true }, { columns, ...(isColoured && { env: { NO_COLOR: '' } }) });
  terminal.keepsColours = isColoured;
  terminal.keepsErased = false;
  try {
    const welcome = await terminal.ready();
    const shown: string[] = [];
    for (const line of lines) shown.push(`${prompt}${line}\n${await terminal.line(line)}`);
    return { welcome, shown };
  } finally {
    await terminal.leave();
    await platform.close();
  }
}

/** The prompt of a console with Moderately's classes and the local platform. */
export const prompt = 'mai (local)> ';

/** The screens of a document: blocks that are marked as `console`. */
const blocks = /(?<=^```console\n)[\s\S]*?(?=^```$)/gm;

/** A document whose screens are what a console shows now for the lines in them, which are all typed into one. */
export async function withScreens(document: string): Promise<string> {
  const found = document.match(blocks) ?? [];
  const linesOf = (block: string): string[] =>
    block.split('\n').flatMap((line) => (line.startsWith(prompt) ? [line.slice(prompt.length)] : []));
  const { welcome, shown } = await consoleScreens(found.flatMap(linesOf));
  return document.replace(blocks, (block) => {
    const begin = block.startsWith(prompt) ? '' : welcome;
    return begin + shown.splice(0, linesOf(block).length).join('');
  });
}

/** A screen without what differs from run to run: ids, times and durations. */
export function settled(screen: string): string {
  return screen
    .replace(/\d+\.\d+\.\d+(?=: )/g, 'VERSION')
    .replace(/(?<![\w-])P[\w-]{20}(?![\w-])/g, 'ID')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z/g, 'TIME')
    .replace(/(?<=^(?:GET|POST|PATCH|PUT|DELETE) +\d{3} +)\d+/gm, 'MS')
    .replace(/ +/g, ' ')
    .trim();
}
