/**
 * Importing, side by side: each entry point and openai-node, each in a process of its own. Median times and processor times of interleaved
 * rounds, as multiples of openai-node's; read the ratios. Run with: npm run build && npm ci --prefix bench && node bench/import.mjs
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const rounds = 15;
const contenders = {
  'openai-node': import.meta.resolve('openai'),
  'remote-record': new URL('../dist/index.js', import.meta.url).href,
  'remote-record/moderately': new URL('../dist/moderately/index.js', import.meta.url).href,
  'remote-record/aixplain': new URL('../dist/aixplain/index.js', import.meta.url).href,
};

/** Runs in each process. In milliseconds: the time that passed, and that of the processor. */
const code = (url) => `
  const start = performance.now(), used = process.cpuUsage();
  await import(${JSON.stringify(url)});
  const time = performance.now() - start, { user, system } = process.cpuUsage(used);
  console.log(JSON.stringify([time, (user + system) / 1000]));`;

const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, url] of Object.entries(contenders)) {
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', code(url)], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    results[name].push(JSON.parse(String(out)));
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const [time, cpu] = [0, 1].map((at) => (name) => median(results[name].map((result) => result[at])));
for (const name of Object.keys(contenders)) {
  const ratio = (of) => (of(name) / of('openai-node')).toFixed(2);
  console.log(`${name.padEnd(26)} ${ratio(time)} x (${time(name).toFixed(0)} ms), processor ${ratio(cpu)} x (${cpu(name).toFixed(0)} ms)`);
}
