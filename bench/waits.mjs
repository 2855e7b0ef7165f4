/**
 * Many waits at the same time against the local platform, beside one loop per execution: requests, lateness, CPU and memory of the
 * waiting process. The platform runs in a process of its own, where the executions are cancelled evenly over the given time; every
 * contender runs in a fresh process on a fresh platform. Each execution is polled every 2 seconds, a little more slowly with age
 * where the waits decide.
 * Run with: npm run build && node bench/waits.mjs [executions, default 10000] [seconds, default 60]. With --json the figures come
 * as one JSON object.
 */
import { fork } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalPlatform } from '../dist/local/index.js';
import { Moderately } from '../dist/moderately/index.js';

const self = fileURLToPath(import.meta.url);
const interval = 2;
const MIB = 1024 * 1024;

/** How each contender comes to know the end of an execution. */
const contenders = {
  'waits of one connection': (execution) => execution.wait({ timeout: 600, throwOnFailure: false }),
  'a loop for each execution': async (execution) => {
    for (;;) {
      try {
        if ((await execution.refresh()).isTerminal) return;
      } catch {
        // The platform does not keep up; the next round asks again.
      }
      await sleep(interval * 1000 * (0.8 + 0.4 * Math.random()));
    }
  },
};

const configuration = {
  id: 'held',
  name: 'held',
  blocks: {
    in: { id: 'in', type: 'input', config: { json_schema: {} } },
    held: { id: 'held', type: 'hold', config: {} },
    out: { id: 'out', type: 'output', config: { name: 'out' } },
  },
  connections: [
    { source_block_id: 'in', source_port: 'data', target_block_id: 'held', target_port: 'data' },
    { source_block_id: 'held', source_port: 'data', target_block_id: 'out', target_port: 'data' },
  ],
};

/** Runs in its own process: the platform. No execution ends by itself; those whose ids it is sent are cancelled evenly over the time. */
async function serve({ count, seconds }) {
  const platform = await LocalPlatform.start();
  platform.block('hold', ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))));
  const headers = { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' };
  const mai = new Moderately({ baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId, fetch: platform.fetch });
  const pipeline = await new mai.Pipeline({ name: 'held' }).save();
  const version = await pipeline.createConfigurationVersion(configuration, { status: 'current' });
  const tokens = [];
  for (let index = 0; index < count; index++) tokens.push((await version.execute({ in: index })).token());
  process.on('message', async () => {
    const ids = tokens.map((token) => JSON.parse(token).id);
    const begun = Date.now();
    for (const [index, id] of ids.entries()) {
      await sleep(Math.max(0, begun + (index / ids.length) * seconds * 1000 - Date.now()));
      await platform.fetch(`${platform.url}/pipeline-executions/${id}/cancel`, { method: 'POST', headers, body: '{}' });
    }
  });
  process.send({ options: { baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId }, tokens });
}

/** Runs in its own process: takes up the executions from their tokens, waits for all, and tells what that took. */
async function measure({ name, options, tokens }) {
  const mai = new Moderately({ ...options, timeout: 120 });
  const executions = tokens.map((token) => mai.PipelineExecution.resume(token));
  const requests = { lists: 0, polls: 0 };
  mai.on('request', ({ url }) => (new URL(url).pathname.endsWith('/pipeline-executions') ? requests.lists++ : requests.polls++));
  let peak = 0;
  const memory = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 250);
  const lateness = [];
  const delivered = new Map();
  const began = performance.now();
  const cpu = process.cpuUsage();
  process.send('ready');
  await Promise.all(
    executions.map(async (execution) => {
      await contenders[name](execution);
      delivered.set(execution.id, (delivered.get(execution.id) ?? 0) + 1);
      lateness.push(Date.now() - execution.cancelledAt.getTime());
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(memory);
  lateness.sort((a, b) => a - b);
  const at = (part) => Math.round(lateness[Math.min(lateness.length - 1, Math.floor(part * lateness.length))]);
  process.send({
    seconds: round(seconds),
    lists: requests.lists,
    polls: requests.polls,
    'requests a round': round(((requests.lists + requests.polls) / seconds) * interval),
    'late p50 ms': at(0.5),
    'late p99 ms': at(0.99),
    'late max ms': at(1),
    'CPU %': round((user + system) / 1e4 / seconds),
    'RSS MiB': Math.round(peak / MIB),
    'delivered once': [...delivered.values()].filter((times) => times === 1).length,
  });
  process.disconnect();
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function child(task) {
  const process = fork(self, ['--task']);
  process.send(task);
  return process;
}

function message(process) {
  return new Promise((resolve, reject) => {
    process.once('message', resolve);
    process.once('exit', (code) => reject(new Error(`A task ended with ${code}`)));
  });
}

async function main() {
  const [count = 10_000, seconds = 60] = process.argv.slice(2).map(Number).filter(Number.isFinite);
  const results = {};
  for (const name of Object.keys(contenders)) {
    const server = child({ kind: 'serve', count, seconds });
    const client = child({ kind: 'measure', name, ...(await message(server)) });
    server.send(await message(client));
    results[name] = await message(client);
    server.kill();
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify({ count, seconds, results }));
  else console.table(results);
}

if (process.argv.includes('--task')) process.once('message', (task) => (task.kind === 'serve' ? serve(task) : measure(task)));
else await main();
