import http from 'node:http';
import { answerTasks, child } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';
import { median } from './support/statistics.mjs';

const pipelines = 1000;
const requests = { list: 200, get: 300, create: 200, run: 100 };
const parallel = 16;

const block = (id, type, config) => ({ id, type, config });
const wire = { source_block_id: 'given', source_port: 'data', target_block_id: 'result', target_port: 'data' };
const configuration = {
  id: 'bench',
  name: 'Bench',
  blocks: { given: block('given', 'input', { json_schema: {} }), result: block('result', 'output', {}) },
  connections: [wire],
};

async function servePlatform() {
  const { LocalPlatform } = await import('../dist/local/index.js');
  const platform = await LocalPlatform.start();
  const { url, apiKey, teamId } = platform;
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
  const post = async (path, body) => {
    const response = await platform.fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return await response.json();
  };
  let pipelineId;
  for (let at = 0; at < pipelines; at++) ({ pipelineId } = await post('/pipelines', { teamId, name: `Pipeline ${at}` }));
  const version = await post('/pipeline-configuration-versions', { pipelineId, configuration, status: 'current' });
  return { url, apiKey, teamId, pipelineId, versionId: version.pipelineConfigurationVersionId };
}

async function servePlain() {
  const [{ Hono }, { serve }, { default: Libsql }] = await Promise.all([import('hono'), import('@hono/node-server'), import('libsql')]);
  const database = new Libsql(':memory:');
  database.exec(`create table pipelines (pipelineId text primary key, teamId text, name text, description text, createdAt text, updatedAt text);
    create index byCreation on pipelines (teamId, createdAt, pipelineId);
    create unique index byName on pipelines (teamId, name);
    create table executions (executionId text primary key, versionId text, input text, summary text, status text, createdAt text, updatedAt text)`);
  const list = database.prepare('select * from pipelines where teamId = ? order by createdAt, pipelineId limit ?');
  const get = database.prepare('select * from pipelines where pipelineId = ?');
  const create = database.prepare('insert into pipelines values (?, ?, ?, ?, ?, ?) returning *');
  const run = database.prepare('insert into executions values (?, ?, ?, ?, ?, ?, ?) returning *');
  const now = () => new Date().toISOString();
  const insert = ({ teamId, name }) => create.get([crypto.randomUUID(), teamId, name, null, now(), now()]);
  let pipelineId;
  for (let at = 0; at < pipelines; at++) ({ pipelineId } = insert({ teamId: 'team', name: `Pipeline ${at}` }));
  const app = new Hono()
    .get('/pipelines', (c) => c.json({ items: list.all(['team', Number(c.req.query('pageSize'))]) }))
    .get('/pipelines/:id', (c) => c.json(get.get([c.req.param('id')])))
    .post('/pipelines', async (c) => c.json(insert(await c.req.json()), 201))
    .post('/pipeline-executions', async (c) => {
      const { pipelineConfigurationVersionId, pipelineInput, pipelineInputSummary } = await c.req.json();
      const input = JSON.stringify(pipelineInput);
      return c.json(
        run.get([crypto.randomUUID(), pipelineConfigurationVersionId, input, pipelineInputSummary, 'pending', now(), now()]),
        201,
      );
    });
  const server = await new Promise((resolve) => {
    const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => resolve(listening));
  });
  return { url: `http://127.0.0.1:${server.address().port}`, apiKey: '', teamId: 'team', pipelineId, versionId: 'version' };
}

const contenders = { platform: servePlatform, 'plain hono': servePlain };
const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });
let names = 0;

function send({ url, apiKey }, method, path, body) {
  const content = body && JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${apiKey}`,
    ...(content && { 'content-type': 'application/json', 'content-length': content.length }),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(`${url}${path}`, { method, agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (response.statusCode < 300) resolve(JSON.parse(text));
        else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text}`));
      });
    });
    request.on('error', reject).end(content);
  });
}

const operations = {
  list: (server) => send(server, 'GET', '/pipelines?pageSize=10'),
  get: (server) => send(server, 'GET', `/pipelines/${server.pipelineId}`),
  create: (server) => send(server, 'POST', '/pipelines', { teamId: server.teamId, name: `New ${names++}` }),
  run: ({ versionId: pipelineConfigurationVersionId, ...server }) =>
    send(server, 'POST', '/pipeline-executions', {
      pipelineConfigurationVersionId,
      pipelineInput: { given: 1 },
      pipelineInputSummary: 'one',
    }),
};

/** Executions that were started are not to be measured with what comes next. */
async function settle(server) {
  for (;;) {
    const { pagination } = await send(server, 'GET', '/pipeline-executions?statuses=pending,running&pageSize=1');
    if (pagination.totalItems === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function measure(server, name) {
  const once = operations[name];
  const count = requests[name];
  const latencies = [];
  for (let at = 0; at < count; at++) {
    const begin = performance.now();
    await once(server);
    latencies.push(performance.now() - begin);
  }
  if (name === 'run' && server.settles) await settle(server);
  const cpu = await server.cpu();
  const begin = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await once(server);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const answered = performance.now();
  const cpuAfter = await server.cpu();
  if (name === 'run' && server.settles) await settle(server);
  const sorted = latencies.toSorted((a, b) => a - b);
  return {
    'ms median': median(latencies),
    'ms p95': sorted[Math.floor(0.95 * count)],
    'a second': (1000 * count) / (answered - begin),
    'CPU ms': (cpuAfter - cpu) / count,
    ...(name === 'run' && { 'a second, done': (1000 * count) / (performance.now() - begin) }),
  };
}

export default {
  name: 'platform-requests',
  says:
    'Requests to the local platform next to a plain hono handler that does one query for each on the same tables, the same driver and the ' +
    'same server: no keys, no checks, no audit log, no count of all items. In memory, with 1,000 pipelines. Latency with one request at a ' +
    'time, throughput with 16, and the CPU time that the process of the server takes for each of these: the plain one waits for its client, ' +
    'which is one process, so that its throughput is less than it could be.',
  async run({ rounds }) {
    const children = Object.keys(contenders).map((name) => child(import.meta.url, 'serve', { name }));
    try {
      const [ours, plain] = await Promise.all(children.map((each) => each.next()));
      const cpuOf = (each) => async () => {
        each.send('cpu');
        return await each.next();
      };
      const servers = {
        platform: { ...ours, settles: true, cpu: cpuOf(children[0]) },
        'plain hono': { ...plain, settles: false, cpu: cpuOf(children[1]) },
      };
      const rows = [];
      for (const name of Object.keys(operations)) {
        const found = await interleave(servers, (server) => measure(server, name), { rounds, warmUp: 1 });
        rows.push(...rowsOf(name, found, { base: 'plain hono', kinds: { platform: 'ours', 'plain hono': 'limit' } }));
      }
      return rows;
    } finally {
      for (const each of children) each.stop();
      agent.destroy();
    }
  },
};

/** Milliseconds of CPU time that this process has taken. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

answerTasks(import.meta.url, {
  async serve({ name }, send) {
    const server = await contenders[name]();
    process.on('message', () => send(cpuTime()));
    send(server);
  },
});
