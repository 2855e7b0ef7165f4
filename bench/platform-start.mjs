/**
 * From nothing to the first answer of the local platform: milliseconds of importing, of `start()`, and of the first answer,
 * and the memory added, next to a bare hono server on the same driver. Every round runs in a fresh process; `again` is a
 * second platform in it, when everything is loaded. Medians of interleaved rounds; read the ratios.
 * Run with: npm run build && node bench/platform-start.mjs [rounds, default 11]
 */
import { fork } from 'node:child_process';
import http from 'node:http';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);
const MIB = 1024 * 1024;

/** The platform, and the path of the first request. `firstAnswer` is what its users wait for; `health` needs no database. */
const platform = (path) => async () => {
  const { LocalPlatform } = await import('../dist/local/index.js');
  return async () => {
    const started = await LocalPlatform.start();
    return { url: `${started.url}${path}`, apiKey: started.apiKey, close: () => started.close() };
  };
};

/** What can be done in the least time with the same packages: one table, one route, no checks. */
async function bare() {
  const [{ Hono }, { serve }, { default: Libsql }] = await Promise.all([import('hono'), import('@hono/node-server'), import('libsql')]);
  return async () => {
    const database = new Libsql(':memory:');
    database.exec('create table pipelines (pipelineId text primary key, name text)');
    const all = database.prepare('select * from pipelines');
    const app = new Hono().get('/pipelines', (c) => c.json({ items: all.all() }));
    const server = await new Promise((resolve) => {
      const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening));
    });
    const close = () => new Promise((resolve) => server.close(resolve));
    return { url: `http://127.0.0.1:${server.address().port}/pipelines`, apiKey: '', close };
  };
}

const contenders = {
  'platform, a list': platform('/pipelines'),
  'platform, its health': platform('/health'),
  'bare hono, a list': bare,
};

function get({ url, apiKey }) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent: false, headers: { authorization: `Bearer ${apiKey}` } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
  });
}

async function once(start) {
  const begin = performance.now();
  const running = await start();
  const up = performance.now();
  await get(running);
  const answered = performance.now();
  return { running, start: up - begin, answer: answered - up, total: answered - begin };
}

/** Runs in its own process: one contender, from the import on. */
async function measure(name) {
  const before = process.memoryUsage.rss();
  const begin = performance.now();
  const start = await contenders[name]();
  const imported = performance.now() - begin;
  const cold = await once(start);
  const memory = (process.memoryUsage.rss() - before) / MIB;
  const again = await once(start);
  await cold.running.close();
  await again.running.close();
  process.send({ import: imported, start: cold.start, answer: cold.answer, total: cold.total, again: again.total, MiB: memory });
  process.disconnect();
}

function round(name) {
  return new Promise((resolve, reject) => {
    const child = fork(self, ['--measure', name]);
    child.once('message', resolve);
    child.once('exit', (code) => code && reject(new Error(`${name} ended with ${code}`)));
  });
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function main() {
  const rounds = Number(process.argv[2] ?? 11);
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let at = 0; at < rounds; at++) for (const name of Object.keys(contenders)) results[name].push(await round(name));
  const medians = Object.entries(results).map(([name, all]) => {
    const figures = Object.keys(all[0]).map((key) => [key, Math.round(median(all.map((one) => one[key])))]);
    return [name, { ...Object.fromEntries(figures), fastest: Math.round(Math.min(...all.map(({ total }) => total))) }];
  });
  console.log('Milliseconds; total = start + answer; again = the total of a second one; fastest = the least total.');
  console.table(Object.fromEntries(medians));
}

if (process.argv[2] === '--measure') await measure(process.argv[3]);
else await main();
