import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aixplain } from '../../dist/aixplain/index.js';
import { answerTasks, child } from './child.mjs';
import { figuresOfProcess, sorted } from './process-figures.mjs';
import { interleave, rowsOf } from './rounds.mjs';

/** How each contender comes to know the end of a run of an agent; resolves to its result. */
const contenders = {
  'waits of one connection': (agent, path) => agent.syncPoll(path, { timeout: 600 }),
  'a loop for each run': async (agent, path) => {
    for (let delay = 0.5; ; delay = Math.min(delay * 1.1, 60)) {
      const result = await agent.poll(path);
      if (result.completed) return result;
      await sleep(delay * 1000 * (0.8 + 0.4 * Math.random()));
    }
  },
};

const pathOf = (index) => `/sdk/agents/e-${index}/result`;

/** Runs in its own process: the platform. Runs end evenly over the time after the first message. */
function serve({ count, seconds }, send) {
  const polls = Array.from({ length: count }, () => 0);
  const requests = [];
  let gap = 0;
  let begun = Number.POSITIVE_INFINITY;
  const server = createServer(({ url }, response) => {
    const now = performance.now();
    requests.push(now);
    const index = Number(/e-(\d+)/.exec(url)?.[1]);
    const at = begun + (index / count) * seconds * 1000;
    if (index >= 0) {
      if (polls[index] > 0) gap = Math.max(gap, now - polls[index]);
      polls[index] = now;
    }
    const body = now < at ? { status: 'IN_PROGRESS', completed: false } : { status: 'SUCCESS', completed: true, data: { output: index } };
    const text = JSON.stringify({ requestId: `e-${index}`, ...body, endedAt: performance.timeOrigin + at });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
  });
  process.on('message', (message) => {
    if (message === 'go') begun = performance.now();
    else send({ requests: requests.length, most: mostInASecond(requests), gap: gap / 1000 });
  });
  server.listen(0, '127.0.0.1', () => send({ backendUrl: `http://127.0.0.1:${server.address().port}` }));
}

/** The most of some times, in milliseconds and in order, that are in one second. */
function mostInASecond(times) {
  let most = 0;
  for (let first = 0, last = 0; last < times.length; last++) {
    while (times[last] - times[first] >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** Runs in its own process: waits for all runs, and tells what that took. */
async function measure({ name, backendUrl, count, perSecond }, send) {
  const aix = new Aixplain({ backendUrl, apiKey: 'key', limits: { perSecond } });
  const agent = aix.Agent.fromDict({ id: 'a-1', name: 'Agent' });
  const found = figuresOfProcess();
  const lateness = [];
  const outputs = new Set();
  let others = 0;
  let isOver = false;
  const beside = (async () => {
    while (!isOver) {
      await sleep(1000);
      const sent = performance.now();
      await aix.get('/sdk/models/m-1');
      others = Math.max(others, performance.now() - sent);
    }
  })();
  send('ready');
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const { raw } = await contenders[name](agent, pathOf(index));
      lateness.push(Date.now() - raw.endedAt);
      outputs.add(raw.data.output);
    }),
  );
  const { seconds, ...costs } = found();
  isOver = true;
  await beside;
  if (outputs.size !== count || lateness.length !== count) throw new Error(`${name}: not every run was told once.`);
  const late = sorted(lateness);
  send({ seconds, 'late p50 s': late(0.5) / 1000, 'late at most s': late(1) / 1000, 'other requests at most s': others / 1000, ...costs });
}

/** The rows of waits that are polled one by one, at a limited rate. */
export async function rowsOfWaitsAlone({ rounds, count, seconds, perSecond }) {
  const once = async (_contender, name) => {
    const server = child(import.meta.url, 'serve', { count, seconds });
    const client = child(import.meta.url, 'measure', { name, count, perSecond, ...(await server.next()) });
    try {
      server.send((await client.next()) && 'go');
      const { seconds: taken, ...figures } = await client.next();
      server.send('tell');
      const { requests, most, gap } = await server.next();
      if (requests > perSecond * (taken + 1))
        throw new Error(`${name}: ${requests} requests in ${taken} seconds; ${perSecond} a second were allowed.`);
      return { 'req/s': requests / taken, 'most in a second': most, 'longest gap s': gap, ...figures };
    } finally {
      client.stop();
      server.stop();
    }
  };
  const found = await interleave(contenders, once, { rounds, warmUp: 0 });
  const table = `${count.toLocaleString('en-GB')} waits for ${seconds} seconds, a request for each poll, ${perSecond} a second`;
  return rowsOf(table, found, { base: 'a loop for each run', kinds: { 'waits of one connection': 'ours' } });
}

answerTasks(import.meta.url, { serve, measure });
