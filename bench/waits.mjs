import { subscribe } from 'node:diagnostics_channel';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import fetch from 'node-fetch';
import { LocalPlatform } from '../dist/local/index.js';
import { Moderately } from '../dist/moderately/index.js';
import { answerTasks, child } from './support/child.mjs';
import { figuresOfProcess, sorted } from './support/process-figures.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';
import { rowsOfWaitsAlone } from './support/waits-alone.mjs';
import { rowsOfMemory } from './support/waits-memory.mjs';

const interval = 2;
/** How many waits say when their polls were due: listeners to all would take a part of what is measured. */
const samples = 500;

/** The delay of a poll in milliseconds, as the executions of Moderately have it. */
const delayAfter = (polls) => Math.min(interval * 1.01 ** polls, 30) * 1000 * (0.8 + 0.4 * Math.random());

/**
 * How each contender comes to know the ends of executions. Calls `ended` once for each, with the time at which it ended, and when the poll
 * that found it was due.
 */
const contenders = {
  'waits of one connection': (executions, { ended, isSample }) =>
    Promise.all(
      executions.map(async (execution, index) => {
        let due = Date.now();
        let next = due;
        const note = ({ nextDelayMs }) => {
          due = next;
          next = Date.now() + nextDelayMs;
        };
        if (isSample(index)) execution.on('poll', note);
        await execution.wait({ timeout: 600, throwOnFailure: false });
        ended(execution.id, execution.cancelledAt.getTime(), due);
      }),
    ),
  'a loop for each execution': (executions, { ended }) =>
    Promise.all(
      executions.map(async (execution) => {
        for (let polls = 0, due = Date.now(); ; polls++) {
          try {
            if ((await execution.refresh()).isTerminal) return ended(execution.id, execution.cancelledAt.getTime(), due);
          } catch {
            // The platform does not keep up; the next round asks again.
          }
          const delay = delayAfter(polls);
          due = Date.now() + delay;
          await sleep(delay);
        }
      }),
    ),
  'lists of 100 by hand, node-fetch': async (executions, { ended, options }) => {
    const left = new Map(executions.map(({ id }) => [id, { due: Date.now(), polls: 0 }]));
    const agent = new Agent({ keepAlive: true });
    const headers = { authorization: `Bearer ${options.apiKey}` };
    const poll = async (ids) => {
      const query = new URLSearchParams({ pageSize: '100' });
      for (const id of ids) query.append('pipelineExecutionIds', id);
      const response = await fetch(`${options.baseUrl}/pipeline-executions?${query}`, { agent, headers });
      const { items } = await response.json();
      for (const { pipelineExecutionId: id, cancelledAt } of items) {
        const state = left.get(id);
        if (cancelledAt) {
          left.delete(id);
          ended(id, Date.parse(cancelledAt), state.due);
        } else state.due = Date.now() + delayAfter(state.polls++);
      }
    };
    while (left.size > 0) {
      const now = Date.now();
      const due = [...left].filter(([, state]) => state.due <= now).map(([id]) => id);
      await Promise.all(Array.from({ length: Math.ceil(due.length / 100) }, (_, at) => poll(due.slice(at * 100, at * 100 + 100))));
      await sleep(Math.max(0, 250 - (Date.now() - now)));
    }
    agent.destroy();
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
  const requests = countRequests();
  const lateness = [];
  const beyond = [];
  const delivered = new Set();
  const step = Math.max(1, Math.floor(executions.length / samples));
  const isSample = (index) => index % step === 0;
  const sampled = new Set(executions.filter((_, index) => isSample(index)).map(({ id }) => id));
  const ended = (id, end, due) => {
    const now = Date.now();
    if (delivered.has(id)) throw new Error(`${name}: ${id} was told twice.`);
    delivered.add(id);
    lateness.push(now - end);
    if (sampled.has(id)) beyond.push(now - Math.max(end, due));
  };
  const found = figuresOfProcess();
  send('ready');
  await contenders[name](executions, { ended, isSample, options });
  const { seconds, ...costs } = found();
  if (delivered.size !== executions.length) throw new Error(`${name}: not every execution was told.`);
  const late = sorted(lateness);
  send({
    'requests a round': (requests() / seconds) * interval,
    'late p50 ms': late(0.5),
    'late p99 ms': late(0.99),
    'beyond the poll p99 ms': sorted(beyond)(0.99),
    ...costs,
  });
}

/** Counts the requests that Node sends from now on. */
function countRequests() {
  let requests = 0;
  subscribe('http.client.request.start', () => requests++);
  return () => requests;
}

export default {
  name: 'waits',
  says:
    'Many waits at the same time: 500 for 6 seconds, with --full 10,000 for a minute; the executions end evenly over the time. In the first ' +
    'table they are polled in lists of 100, at the local platform, about every 2 seconds, beside one loop for each execution, and beside ' +
    'lists by hand, which make no records. Late is the time from the end of an execution at the platform until its wait resolves. It ' +
    'includes the delay until the next poll, which is 2 seconds at first, grows by 1 % with each poll and varies by 20 %: half of it is ' +
    'the least that p50 can be, and nearly all of it the least that p99 can be. Beyond the poll is the part of it after the moment at ' +
    'which the poll that found the end was due, or after the end, where that came later. In the second table each poll is a request of ' +
    'its own, at a limited rate (`limits.perSecond`), and others are sent beside them. The third table is what a wait between two polls ' +
    'adds to the heap, without its record. Every contender has a fresh process and a fresh platform.',
  async run({ rounds, isFull }) {
    const few = Math.min(rounds, 3);
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
    const found = await interleave(contenders, once, { rounds: few, warmUp: 0 });
    const table = `${count.toLocaleString('en-GB')} waits for ${seconds} seconds, polled in lists`;
    const kinds = { 'waits of one connection': 'ours', 'lists of 100 by hand, node-fetch': 'limit' };
    return [
      ...rowsOf(table, found, { base: 'a loop for each execution', kinds }),
      ...(await rowsOfWaitsAlone({ rounds: few, count, seconds, perSecond: isFull ? 500 : 100 })),
      ...(await rowsOfMemory({ rounds: few })),
    ];
  },
};

answerTasks(import.meta.url, { serve, measure });
