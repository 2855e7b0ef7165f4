import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Durable } from '../dist/durable/index.js';
import { BaseResource, Connection, Entity, RunnableResourceMixin, runMany } from '../dist/index.js';
import { answerOf, answerTasks } from './support/child.mjs';
import { compareQueues, queueTasks } from './support/durable-queues.mjs';
import { interleave, rowsOf } from './support/rounds.mjs';

const MIB = 1024 * 1024;

const Task = Entity({ path: 'tasks' })(class Task extends RunnableResourceMixin(BaseResource) {});

/** The bytes that the runs take on the disk. */
async function bytesOf({ dataDir, databaseUrl }) {
  if (dataDir) {
    const sizes = (await readdir(dataDir)).map(async (name) => (await stat(join(dataDir, name))).size);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("select pg_total_relation_size('durable_runs')::float8 as bytes");
  await client.end();
  return rows[0].bytes;
}

/** Runs in its own process: notes so many runs, and follows them to their ends, which come at the first poll. */
async function follow({ count, databaseUrl }, send) {
  const folder = await mkdtemp(join(tmpdir(), 'durable-'));
  const where = databaseUrl ? { databaseUrl } : { dataDir: folder };
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
  const durable = await Durable.open(where);
  const task = new (connection.bind(Task))({ id: 't1' });
  const runs = Array.from({ length: count }, (_, index) => index);
  let rss = 0;
  const memory = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, 100);
  const begun = process.cpuUsage();
  for await (const outcome of runMany(runs, () => durable.run(task, {}, { handler: 'noted' }), { concurrency: 100 })) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
  const noted = process.cpuUsage(begun);
  const half = process.cpuUsage();
  let handled = 0;
  durable.on('noted', () => void handled++);
  await durable.start({ connections: [connection], classes: [Task], concurrency: 100 });
  await durable.idle();
  const ended = process.cpuUsage(half);
  if (handled !== count) throw new Error(`${handled} of ${count} runs were handled.`);
  clearInterval(memory);
  await durable.close();
  await connection.close();
  const bytes = await bytesOf(where);
  await rm(folder, { recursive: true });
  const micros = ({ user, system }) => (user + system) / count;
  send({ start: micros(noted), followed: micros(ended), memory: rss / MIB, bytes: bytes / count });
}

/** A server of PostgreSQL, where the services of the tests are installed. */
async function postgres() {
  if (!existsSync(new URL('../test/services/node_modules', import.meta.url))) return undefined;
  const { startPostgres } = await import('../out/test/support/services/postgres.js');
  return startPostgres();
}

export default {
  name: 'durable',
  says:
    'Durable runs: what CPU time of the process it takes to note and start one, and to poll it and hand over its end, with few and with many pending. And polls that are ' +
    'due at the same time in three processes, beside a job of a queue for each.',
  onlyByName: true,
  async run({ rounds, isFull }) {
    const sizes = isFull ? [1000, 10_000, 100_000] : [1000, 10_000];
    const server = await postgres();
    let databases = 0;
    const database = () => server.createDatabase(`durable_bench_${++databases}`);
    try {
      const rows = [];
      for (const store of ['SQLite', ...(server ? ['PostgreSQL'] : [])]) {
        const contenders = Object.fromEntries(sizes.map((count) => [`${count.toLocaleString('en')} runs`, count]));
        const measure = async (count) => {
          const databaseUrl = store === 'SQLite' ? undefined : await database();
          const { start, followed, memory, bytes } = await answerOf(import.meta.url, 'follow', { count, databaseUrl });
          return { 'CPU µs to start a run': start, 'CPU µs to follow it': followed, 'bytes of it': bytes, 'peak MiB': memory };
        };
        const found = await interleave(contenders, measure, { rounds: Math.min(rounds, 3), warmUp: 0 });
        const kinds = Object.fromEntries(Object.keys(contenders).map((name) => [name, 'ours']));
        rows.push(...rowsOf(`Durable runs in ${store}`, found, { base: '1,000 runs', kinds }));
      }
      if (server) rows.push(...(await compareQueues(import.meta.url, database, { rounds: Math.min(rounds, 3), count: 5000 })));
      return rows;
    } finally {
      await server?.stop();
    }
  },
};

answerTasks(import.meta.url, { follow, ...queueTasks });
