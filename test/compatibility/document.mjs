/**
 * Writes docs/compatibility.md from what the two suites gave; with --check it compares instead.
 * Run with: npm run test:compilers && npm run test:runtimes && node test/compatibility/document.mjs
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { here, root } from './suite/project.mjs';

const results = async (name) => JSON.parse(await readFile(join(here, 'results', `${name}.json`), 'utf8'));

/** A table of cells, its rows and columns in the order in which they first appear, with the notes of what does not work below it. */
function table(title, cells) {
  const unique = (values) => [...new Set(values)];
  const columns = unique(cells.map(({ column }) => column));
  const notes = unique(cells.flatMap(({ note }) => note ?? []));
  const mark = ({ result, note } = { result: '' }) => (note ? `${result} [${notes.indexOf(note) + 1}]` : result);
  const line = (parts) => `| ${parts.join(' | ')} |`;
  const rows = unique(cells.map(({ row }) => row)).map((row) =>
    line([row, ...columns.map((column) => mark(cells.find((cell) => cell.row === row && cell.column === column)))]),
  );
  const numbered = notes.map((note, index) => `${index + 1}. ${note}.`);
  return [line([title, ...columns]), line([title, ...columns].map(() => '---')), ...rows, ...(notes.length > 0 ? ['', ...numbered] : [])];
}

const text = `# Compatibility

This page is written by \`node test/compatibility/document.mjs\` from what \`npm run test:compilers\` and \`npm run test:runtimes\` gave. Each
cell is one program, or one test, that uses the packed package: it searches, edits, saves, runs hooks and events, and extends a class of a
platform, whose decorators are legacy ones. "yes" means that it does the same as all the others, and that nothing warns.
\`accessor\` fields are part of it, except where a compiler does not support them with decorators: swc, Babel and Bun with legacy ones, and
Next. What is made for browsers runs in a document of jsdom and imports nothing of Node; Next runs a static route while it builds.

## Compilers, bundlers and test runners

By the decorators of the user's classes. All ran on the oldest supported Node, unless the row names another.

${table('tool', await results('compilers')).join('\n')}

## Runtimes

By what is run: compiled programs, JavaScript without decorators, and TypeScript as it is. "memory stays flat" runs thousands of searches, saves
and waits; "local platform" starts \`remote-record/local\` with its native database, and sends it
requests and a file over HTTP. On Bun these go through its own fetch, to which \`connectTimeout\` does not apply.

${table('runtime', await results('runtimes')).join('\n')}
`;

const path = join(root, 'docs', 'compatibility.md');
if (!process.argv.includes('--check')) await writeFile(path, text);
else if ((await readFile(path, 'utf8')) !== text) {
  console.error('docs/compatibility.md is not what the suites gave: run node test/compatibility/document.mjs');
  process.exitCode = 1;
}
