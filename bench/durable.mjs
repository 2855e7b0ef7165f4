import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Durable } from '../dist/durable/index.js';
import { BaseResource, Connection, Entity, RunnableResourceMixin, runMany } from '../dist/index.js';
import { answerOf, answerTasks } from './support/child.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const MIB = 1024 * 1024;

const Task = Entity({ path: 'tasks' })(class Task extends RunnableResourceMixin(BaseResource) {});

/** Runs in its own process: notes so many runs, and follows them to their ends, which come at the first poll. */
async function follow({ count }, send) {
  const folder = await mkdtemp(join(tmpdir(), 'durable-'));
  let started = 0;
  const connection = new Connection({
    baseUrl: 'https://platform.test',
    fetch: async (_url, { method }) =>
      Response.json(
        method === 'POST'
          ? { status: 'IN_PROGRESS', url: `https://platform.test/runs/${started++}` }
          : { status: 'SUCCESS', completed: true },
      ),
  });
  const durable = await Durable.open({ dataDir: folder });
  const task = new (connection.bind(Task))({ id: 't1' });
  const runs = Array.from({ length: count }, (_, index) => index);
  const begun = performance.now();
  for await (const outcome of runMany(runs, () => durable.run(task, {}, { handler: 'noted' }), { concurrency: 100 })) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
  const noted = performance.now();
  let handled = 0;
  let rss = 0;
  durable.on('noted', () => {
    handled++;
    if (handled % 100 === 0) rss = Math.max(rss, process.memoryUsage().rss);
  });
  await durable.start({ connections: [connection], classes: [Task], concurrency: 100 });
  await durable.idle();
  const ended = performance.now();
  if (handled !== count) throw new Error(`${handled} of ${count} runs were handled.`);
  await durable.close();
  await connection.close();
  await rm(folder, { recursive: true });
  send({ start: ((noted - begun) * 1000) / count, followed: ((ended - noted) * 1000) / count, memory: rss / MIB });
}

export default {
  name: 'durable',
  says: 'Durable runs in SQLite: what it takes to note and start one, and to poll it and hand over its end, with few and with many pending.',
  onlyByName: true,
  async run({ rounds, isFull }) {
    const sizes = isFull ? [1000, 10_000, 100_000] : [1000, 10_000];
    const contenders = Object.fromEntries(sizes.map((count) => [`${count.toLocaleString('en')} runs`, count]));
    const measure = async (count) => {
      const { start, followed, memory } = await answerOf(import.meta.url, 'follow', { count });
      return { 'µs to start a run': start, 'µs to follow it': followed, 'peak MiB': memory };
    };
    const found = await interleave(contenders, measure, { rounds: Math.min(rounds, 3), warmUp: 0 });
    return rowsOf('Durable runs', found, {
      base: '1,000 runs',
      kinds: Object.fromEntries(Object.keys(contenders).map((name) => [name, 'ours'])),
    });
  },
};

answerTasks(import.meta.url, { follow });
