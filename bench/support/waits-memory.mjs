import { setTimeout as sleep } from 'node:timers/promises';
import { Moderately } from '../../dist/moderately/index.js';
import { answerOf, answerTasks } from './child.mjs';
import { interleave, rowsOf } from './rounds.mjs';

const count = 10_000;
const idOf = (index) => `pe_${index}`;

/** What is held, by contender. A record has been hydrated before its wait begins, so that its values do not count. */
const contenders = {
  'a promise with a handler': (held) => {
    for (let index = 0; index < count; index++) new Promise((resolve) => held.push(resolve)).then(() => index);
  },
  'a wait for a record': (held, executions) => {
    for (const execution of executions) held.push(execution.wait({ timeout: 600 }));
  },
};

/** Runs in its own process: the bytes that one of many waits adds to the heap, between two polls. */
async function hold({ name }, send) {
  const json = (id) => ({ pipelineExecutionId: id, status: 'running', pipelineInput: {}, progressData: {} });
  let polled = 0;
  const fetch = async (url) => {
    const { pathname, searchParams } = new URL(url);
    const ids = searchParams.getAll('pipelineExecutionIds');
    // One that is due alone is polled alone.
    const alone = /pe_\d+$/.exec(pathname)?.[0];
    polled += alone ? 1 : ids.length;
    return alone ? Response.json(json(alone)) : Response.json({ items: ids.map(json), pagination: {} });
  };
  const mai = new Moderately({ baseUrl: 'https://bench.test', apiKey: 'key', teamId: 'team', fetch });
  const executions = Array.from({ length: count }, (_, index) => mai.PipelineExecution.fromDict(json(idOf(index))));
  // Loads all that waits need, and makes the objects that all share.
  await Promise.allSettled(executions.slice(0, 200).map((execution) => execution.wait({ timeout: 0 })));
  const before = heap();
  polled = count;
  const held = [];
  contenders[name](held, executions);
  // The next polls are about 2 seconds after the first.
  while (name.includes('record') && polled < 2 * count) await sleep(10);
  await sleep(200);
  const bytes = (heap() - before) / count;
  if (held.length !== count) throw new Error(`${name}: ${held.length} are held.`);
  send({ 'heap, bytes': bytes });
}

function heap() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** The rows of the memory of a wait. */
export async function rowsOfMemory({ rounds }) {
  const found = await interleave(contenders, (_contender, name) => answerOf(import.meta.url, 'hold', { name }), { rounds, warmUp: 0 });
  const kinds = { 'a promise with a handler': 'limit', 'a wait for a record': 'ours' };
  return rowsOf(`Memory of one of ${count.toLocaleString('en-GB')} waits`, found, { base: 'a promise with a handler', kinds });
}

answerTasks(import.meta.url, { hold });
