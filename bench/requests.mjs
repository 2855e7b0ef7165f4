import { deepStrictEqual } from 'node:assert';
import { setMaxListeners } from 'node:events';
import http from 'node:http';
import nodeFetch from 'node-fetch';
import OpenAI from 'openai';
import Stripe from 'stripe';
import { Agent, request as undiciRequest } from 'undici';
import { BaseResource, Connection, Entity, Field, GetResourceMixin, SearchResourceMixin } from '../dist/index.js';
import { undiciTransport } from '../dist/undici.js';
import { answerTasks, child } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const node = 'remote-record, node-fetch';
const undici = 'remote-record, undici';
const key = 'bench-key';
const parallel = 32;
const id = 'w_1';

/** A record of about 1 KB, and a page of about 200 KB. */
const widget = (at) => ({
  id: `w_${at}`,
  ...Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`field${index}`, `${index} of record ${at}, some text of usual length`])),
  createdAt: '2024-01-15T10:00:00.000Z',
  updatedAt: '2024-01-15T10:00:00.000Z',
  configuration: { blocks: { a: { type: 'input', config: {} }, b: { type: 'output', config: { name: 'out' } } } },
});
const page = { results: Array.from({ length: 200 }, (_, at) => widget(at)), total: 200, pageTotal: 1 };

class Declared extends GetResourceMixin(SearchResourceMixin(BaseResource)) {}
for (const name of [...Array.from({ length: 12 }, (_, index) => `field${index}`), 'configuration']) Field()(Declared.prototype, name);
for (const name of ['createdAt', 'updatedAt']) Field({ type: Date })(Declared.prototype, name);
const Widget = Entity({ path: 'widgets', update: 'patch', search: { method: 'GET', path: '' } })(Declared);

function serve(_args, send) {
  const small = Buffer.from(JSON.stringify(widget(1)));
  const large = Buffer.from(JSON.stringify(page));
  const server = http.createServer((request, response) => {
    const body = request.url.startsWith(`/widgets/${id}`) ? small : large;
    const respond = () => response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    if (request.method === 'GET') respond();
    else request.resume().on('end', respond);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => send(server.address().port));
}

/** What each contender does for one request, by what is measured. Each resolves to the JSON. */
async function contendersAt(port) {
  const baseUrl = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${key}` };
  const agent = new http.Agent({ keepAlive: true });
  const dispatcher = new Agent();
  const openai = new OpenAI({ apiKey: key, baseURL: baseUrl, maxRetries: 3 });
  const stripe = new Stripe(key, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 3, telemetry: false });
  const ours = new Connection({ baseUrl, apiKey: key }).bind(Widget);
  const overUndici = new Connection({ baseUrl, apiKey: key, transport: undiciTransport() }).bind(Widget);

  const byFetch = async (path, init) => (await nodeFetch(`${baseUrl}${path}`, { headers, agent, ...init })).json();
  const byHand = async (path) => {
    const { body } = await nodeFetch(`${baseUrl}${path}`, { headers, agent, compress: false });
    const chunks = [];
    for await (const chunk of body) chunks.push(chunk);
    return JSON.parse(Buffer.concat(chunks).toString());
  };
  const byUndici = async (path) => (await undiciRequest(`${baseUrl}${path}`, { headers, dispatcher })).body.json();
  const byNode = (path) =>
    new Promise((resolve, reject) => {
      http
        .get(`${baseUrl}${path}`, { agent, headers }, (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
        })
        .on('error', reject);
    });
  const readers = (path) => ({
    'node-fetch, fetch().json()': () => byFetch(path),
    'node-fetch, body by hand': () => byHand(path),
    'openai-node': () => openai.get(path),
    'stripe-node': async () => {
      const { lastResponse: _response, ...json } = await stripe.rawRequest('GET', path);
      return json;
    },
    'node:http': () => byNode(path),
    'undici.request': () => byUndici(path),
  });
  let saves = 0;
  const change = () => `text ${saves++}`;
  const recordsOf = (Class) => Array.from({ length: parallel }, () => Class.fromDict(widget(1)));
  const saver = (records) => (worker) => {
    records[worker].field7 = change();
    return records[worker].save();
  };
  const patch = { method: 'PATCH', headers: { ...headers, 'content-type': 'application/json' } };
  return {
    get: { [node]: () => ours.get(id), [undici]: () => overUndici.get(id), ...readers(`/widgets/${id}`) },
    page: {
      [node]: () => ours.search({ pageSize: 200 }),
      [undici]: () => overUndici.search({ pageSize: 200 }),
      ...readers('/widgets?pageSize=200'),
    },
    save: {
      [node]: saver(recordsOf(ours)),
      [undici]: saver(recordsOf(overUndici)),
      'node-fetch, fetch().json()': () => byFetch(`/widgets/${id}`, { ...patch, body: JSON.stringify({ field7: change() }) }),
    },
  };
}

/** What a contender resolved to, as the JSON that the server sent. */
function jsonOf(value) {
  if (value instanceof BaseResource) return value.toDict();
  return value.results?.[0] instanceof BaseResource ? { results: value.results.map((each) => each.toDict()), total: value.total } : value;
}

async function measure({ port, rounds }, answer) {
  setMaxListeners(0);
  const contenders = await contendersAt(port);
  const counts = { get: 400, page: 128, save: 300 };
  const found = {};
  for (const [what, all] of Object.entries(contenders)) {
    const expected = what === 'page' ? { results: page.results, total: page.total } : widget(1);
    for (const once of Object.values(all)) {
      const { pageTotal: _pages, ...json } = jsonOf(await once(0));
      // What is saved is answered with the record as it was.
      deepStrictEqual(json, expected);
    }
    const send = async (once, count) => {
      let left = count;
      const worker = async (_, index) => {
        while (left-- > 0) await once(index);
      };
      await Promise.all(Array.from({ length: parallel }, worker));
    };
    const many = async (once) => {
      globalThis.gc();
      // Idle sockets may have been closed while the others were measured.
      await send(once, 2 * parallel);
      const start = performance.now();
      const cpu = process.cpuUsage();
      await send(once, counts[what]);
      const { user, system } = process.cpuUsage(cpu);
      return { 'req/s': (counts[what] * 1000) / (performance.now() - start), 'CPU µs': (user + system) / counts[what] };
    };
    found[what] = await interleave(all, many, { rounds, warmUp: 3 });
  }
  answer(found);
}

const tables = {
  get: 'GET of 1 KB, 32 at once',
  page: 'GET of a page of 200 KB, 32 at once, records untouched',
  save: 'save() of one changed field beside a PATCH, 32 at once',
};

export default {
  name: 'requests',
  says: 'One request through a record class beside HTTP clients and SDKs. The client stays on one core, the server has another process.',
  async run({ rounds }) {
    const server = child(import.meta.url, 'serve', {}, { core: 1 });
    const client = child(import.meta.url, 'measure', { port: await server.next(), rounds }, { core: 0 });
    try {
      const found = await client.next();
      const kinds = { [node]: 'ours', [undici]: 'ours', 'undici.request': 'limit', 'node:http': 'limit' };
      return Object.entries(tables).flatMap(([what, table]) => rowsOf(table, found[what], { base: 'node-fetch, fetch().json()', kinds }));
    } finally {
      client.stop();
      server.stop();
    }
  },
};

answerTasks(import.meta.url, { serve, measure });
