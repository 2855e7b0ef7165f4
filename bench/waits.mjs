import { setTimeout as sleep } from 'node:timers/promises';
import { LocalPlatform } from '../dist/local/index.js';
import { Moderately } from '../dist/moderately/index.js';
import { answerTasks, child } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

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
async function serve({ count, seconds }, send) {
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
  send({ options: { baseUrl: platform.url, apiKey: platform.apiKey, teamId: platform.teamId }, tokens });
}

/** Runs in its own process: takes up the executions from their tokens, waits for all, and tells what that took. */
async function measure({ name, options, tokens }, send) {
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
  send('ready');
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
  const at = (part) => Math.max(1, lateness[Math.min(lateness.length - 1, Math.floor(part * lateness.length))]);
  if (delivered.size !== executions.length || [...delivered.values()].some((times) => times !== 1))
    throw new Error(`${name}: not every execution was told once.`);
  send({
    'requests a round': ((requests.lists + requests.polls) / seconds) * interval,
    'late p50 ms': at(0.5),
    'late p99 ms': at(0.99),
    'CPU %': (user + system) / 1e4 / seconds,
    'RSS MiB': peak / MIB,
  });
}

export default {
  name: 'waits',
  says:
    'Many waits at the same time against the local platform, one poll every 2 seconds each, beside one loop per execution: 500 for 6 seconds, ' +
    'with --full 10,000 for a minute. The executions are cancelled evenly over the time; every contender has a fresh process and a fresh platform.',
  async run({ rounds, isFull }) {
    const [count, seconds] = isFull ? [10_000, 60] : [500, 6];
    const once = async (_contender, name) => {
      const server = child(import.meta.url, 'serve', { count, seconds });
      const client = child(import.meta.url, 'measure', { name, ...(await server.next()) });
      try {
        server.send(await client.next());
        return await client.next();
      } finally {
        client.stop();
        server.stop();
      }
    };
    // A round takes as long as the executions do, and little of it depends on how warm the process is.
    const found = await interleave(contenders, once, { rounds: Math.min(rounds, 3), warmUp: 0 });
    const table = `${count} waits for ${seconds} seconds`;
    return rowsOf(table, found, { base: 'a loop for each execution', kinds: { 'waits of one connection': 'ours' } });
  },
};

answerTasks(import.meta.url, { serve, measure });
