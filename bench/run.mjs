/**
 * The benchmarks: `npm run bench` runs all of them, `npm run bench -- NAME…` some. See README.md beside this file.
 *
 *   --rounds N     rounds that count, for each contender; default 9
 *   --full         the sizes of docs/performance.md for what takes long: a file of 1 GiB, 10,000 waits for a minute
 *   --json         one JSON object with all figures of all rounds
 *   --write FILE   puts the tables into a document, between the marks of each benchmark, and the versions of what is compared
 */
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './support/machine.mjs';
import { markdown, tablesOf, text, writeInto } from './support/report.mjs';
import { summarise } from './support/statistics.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string' }, full: { type: 'boolean' }, json: { type: 'boolean' }, write: { type: 'string' } },
});

/** A benchmark has the name of its file. Those that are not asked for are not loaded. */
async function members() {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.mjs') && file !== basename(import.meta.url));
  const known = files.map((file) => basename(file, '.mjs'));
  const missing = positionals.filter((name) => !known.includes(name));
  if (missing.length > 0) throw new Error(`There is no benchmark ${missing.join(', ')}; there are ${known.join(', ')}.`);
  const chosen = positionals.length > 0 ? positionals : known;
  const found = [];
  for (const name of chosen) found.push((await import(new URL(`${name}.mjs`, import.meta.url).href)).default);
  return positionals.length > 0 ? found : found.filter(({ onlyByName }) => !onlyByName);
}

const rounds = Number(options.rounds ?? 9);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number from 1 (got ${options.rounds}).`);
const where = machine();
const results = {};
const say = options.json ? () => {} : (line) => console.log(line);
say(`${where.date}, Node ${where.node}, ${where.cores} × ${where.cpu}, load ${where.load}\n`);
for (const member of await members()) {
  const begun = performance.now();
  const rows = await member.run({ rounds, isFull: options.full ?? false });
  const summary = summarise(rows);
  results[member.name] = summary;
  const tables = tablesOf(summary);
  say(`${member.name}: ${member.says}`);
  for (const table of tables) say(text(table));
  say(`(${Math.round((performance.now() - begun) / 1000)} s)\n`);
  if (options.write) {
    const { cores, cpu, memoryGiB, node, date, load } = where;
    const note = `${member.says}\n\n${date}, Node ${node}, ${cores} × ${cpu}, ${memoryGiB} GiB, load ${load} at the start, ${rounds} round${rounds === 1 ? '' : 's'}.`;
    writeInto(options.write, member.name, [note, '', ...tables.map(markdown)].join('\n'));
  }
}
if (options.write) {
  const versions = Object.entries({ 'remote-record': where['remote-record'], ...where.versions });
  writeInto(options.write, 'versions', `Versions: ${versions.map(([name, version]) => `${name} ${version}`).join(', ')}.`);
}
if (options.json) console.log(JSON.stringify({ machine: where, rounds, results }));
