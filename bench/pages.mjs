import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import nodeFetch from 'node-fetch';
import { Moderately } from '../dist/moderately/index.js';
import { answerOf, answerTasks, child } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const MIB = 1024 * 1024;
const pages = 100;
const pageSize = 1000;
/** Milliseconds until a page is sent, and that are spent on each page. */
const [latency, work] = [20, 20];

const walk = (prefetch) =>
  async function* ({ url }) {
    const mai = new Moderately({ apiKey: 'bench-key', teamId: 'bench-team', baseUrl: url });
    for await (const { results } of mai.Pipeline.search({ pageSize }).pages({ prefetch })) yield results.map(({ name }) => name);
  };

/** The names of each page. */
const contenders = {
  'pages(), the next one fetched meanwhile': walk(true),
  'pages({ prefetch: false })': walk(false),
  'node-fetch, page after page': async function* ({ url }) {
    for (let page = 1, more = true; more; page++) {
      const { items, pagination } = await (await nodeFetch(`${url}/pipelines?page=${page}&pageSize=${pageSize}`)).json();
      more = pagination.hasNextPage;
      yield items.map(({ name }) => name);
    }
  },
};

/** Runs in its own process: sends any page after a while. */
function serve(_args, send) {
  const times = { createdAt: '2026-11-27T05:00:00.000Z', updatedAt: '2026-11-27T05:00:00.000Z' };
  const pageOf = (page) => {
    const items = Array.from({ length: pageSize }, (_, at) => {
      const name = `Pipeline ${(page - 1) * pageSize + at}`;
      return { pipelineId: `p_${(page - 1) * pageSize + at}`, teamId: 'bench-team', name, description: 'A pipeline.', ...times };
    });
    const totals = { totalItems: pages * pageSize, totalPages: pages };
    return JSON.stringify({ items, pagination: { page, pageSize, ...totals, hasNextPage: page < pages, hasPreviousPage: page > 1 } });
  };
  const texts = Array.from({ length: pages }, (_, at) => pageOf(at + 1));
  const server = http.createServer(async ({ url }, response) => {
    await sleep(latency);
    const page = Number(new URL(url, 'http://bench').searchParams.get('page') ?? 1);
    response.writeHead(200, { 'content-type': 'application/json' }).end(texts[page - 1]);
  });
  server.listen(0, '127.0.0.1', () => send(`http://127.0.0.1:${server.address().port}`));
}

/** The heap in MiB, without what is no longer used. */
function heap() {
  globalThis.gc();
  return process.memoryUsage().heapUsed / MIB;
}

/** Runs in its own process: one contender, measured. */
async function measure({ name, url }, send) {
  const begin = performance.now();
  const heaps = [];
  let seen = 0;
  for await (const names of contenders[name]({ url })) {
    for (const each of names) if (each !== `Pipeline ${seen++}`) throw new Error(`${name} gives ${each} as number ${seen}.`);
    await sleep(work);
    if (seen === 20 * pageSize || seen === pages * pageSize) heaps.push(heap());
  }
  if (seen !== pages * pageSize) throw new Error(`${name} gives ${seen} records.`);
  const [early, late] = heaps;
  send({ s: (performance.now() - begin) / 1000, 'heap MiB, 20 pages': early, 'heap MiB, 100 pages': late });
}

export default {
  name: 'pages',
  says:
    `${pages} pages of ${pageSize.toLocaleString('en-GB')} records, each sent after ${latency} ms, with ${work} ms of work on each. Seconds, and ` +
    'the heap in use after 20 and after all pages. Every contender has a fresh process.',
  async run({ rounds }) {
    const server = child(import.meta.url, 'serve');
    try {
      const url = await server.next();
      const once = (_contender, name) => answerOf(import.meta.url, 'measure', { name, url });
      const found = await interleave(contenders, once, { rounds: Math.min(rounds, 5), warmUp: 1 });
      const [ahead, sequential] = Object.keys(contenders);
      return rowsOf('A walk over pages', found, { base: sequential, kinds: { [ahead]: 'ours', [sequential]: 'ours' } });
    } finally {
      server.stop();
    }
  },
};

answerTasks(import.meta.url, { serve, measure });
