import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { interleave, rowsOf } from './support/rounds.mjs';

const peer = 'openai-node';
const contenders = {
  [peer]: import.meta.resolve('openai'),
  'remote-record': new URL('../dist/index.js', import.meta.url).href,
  'remote-record/moderately': new URL('../dist/moderately/index.js', import.meta.url).href,
  'remote-record/aixplain': new URL('../dist/aixplain/index.js', import.meta.url).href,
};
const kinds = Object.fromEntries(
  Object.keys(contenders)
    .filter((name) => name !== peer)
    .map((name) => [name, 'ours']),
);

/** Runs in each process. In milliseconds: the time that passed, and that of the processor. */
const code = (url) => `
  const start = performance.now(), used = process.cpuUsage();
  await import(${JSON.stringify(url)});
  const time = performance.now() - start, { user, system } = process.cpuUsage(used);
  console.log(JSON.stringify({ 'ms': time, 'CPU ms': (user + system) / 1000 }));`;

function measure(url) {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  return JSON.parse(String(execFileSync(process.execPath, ['--input-type=module', '--eval', code(url)], { cwd })));
}

export default {
  name: 'import',
  says: 'The import of each entry point beside that of openai-node, each in a fresh process.',
  async run({ rounds }) {
    return rowsOf('Import', await interleave(contenders, measure, { rounds: Math.max(rounds, 15) }), { base: peer, kinds });
  },
};
