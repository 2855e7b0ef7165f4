import http from 'node:http';
import { answerOf, answerTasks } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

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
async function measure({ name }, send) {
  const before = process.memoryUsage.rss();
  const begin = performance.now();
  const start = await contenders[name]();
  const imported = performance.now() - begin;
  const cold = await once(start);
  const memory = (process.memoryUsage.rss() - before) / MIB;
  const again = await once(start);
  await cold.running.close();
  await again.running.close();
  send({
    'import ms': imported,
    'start ms': cold.start,
    'answer ms': cold.answer,
    'total ms': cold.total,
    'again ms': again.total,
    MiB: memory,
  });
}

export default {
  name: 'platform-start',
  says:
    'From nothing to the first answer of the local platform next to a bare hono server on the same driver: importing, `start()`, the first ' +
    'answer, both together, a second platform in the same process, and the memory added. Every round has a fresh process.',
  async run({ rounds }) {
    const once = (_contender, name) => answerOf(import.meta.url, 'measure', { name });
    const found = await interleave(contenders, once, { rounds, warmUp: 1 });
    const kinds = { 'platform, a list': 'ours', 'platform, its health': 'ours', 'bare hono, a list': 'limit' };
    return rowsOf('From nothing to the first answer', found, { base: 'bare hono, a list', kinds });
  },
};

answerTasks(import.meta.url, { measure });
