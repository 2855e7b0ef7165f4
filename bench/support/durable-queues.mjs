import { setTimeout as delay } from 'node:timers/promises';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { Durable } from '../../dist/durable/index.js';
import { BaseResource, Connection, Entity, GetResourceMixin, SearchResourceMixin, WaitableResourceMixin } from '../../dist/index.js';
import { child } from './child.mjs';
import { interleave, rowsOf } from './rounds.mjs';

const machines = 3;
const concurrency = 100;
/** Seconds between two polls of a run. */
const interval = 2;
/** The common moments that due times are rounded up to, in milliseconds: those of durable runs with this interval. */
const grid = 250;
/** Milliseconds after which the first run ends and the last one does, so that each is polled three times. */
const ends = { first: 2800, last: 3800 };

const Work = Entity({ path: 'works' })(
  class Work extends WaitableResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
    static waitIdsParam = 'ids';
    static waitBackOff = { initial: interval, factor: 1, max: interval, min: 0.01 };
    workState() {
      return { status: this.toDict().status };
    }
  },
);

/** A connection to a platform whose works end by the clock, and what is counted: its lists, and the statements of this process. */
function counting({ count }) {
  const counts = { lists: 0, polls: 0, statements: 0 };
  let begins = Number.POSITIVE_INFINITY;
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function counted(...values) {
    counts.statements++;
    return query.apply(this, values);
  };
  const read = (id) => {
    counts.polls++;
    const end = begins + ends.first + ((ends.last - ends.first) * Number(id)) / count;
    return { id, status: Date.now() >= end ? 'completed' : 'running' };
  };
  const connection = new Connection({
    baseUrl: 'https://platform.test',
    fetch: async (url, { method, body }) => {
      const { pathname } = new URL(url);
      if (method === 'GET') return Response.json(read(pathname.replace(/.*\//, '')));
      counts.lists++;
      const { ids } = JSON.parse(new TextDecoder().decode(body));
      return Response.json({ results: ids.map(read), total: ids.length, pageTotal: ids.length });
    },
  });
  const begin = () => {
    begins = Date.now();
    counts.statements = 0;
  };
  return { connection, counts, begin };
}

const tokensOf = (connection, count) =>
  Array.from({ length: count }, (_, n) =>
    connection
      .bind(Work)
      .fromDict({ id: String(n), status: 'running' })
      .token(),
  );

/** Does something with each of many values, 20 at a time. */
async function each(values, work) {
  const left = values.entries();
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (const [index, value] of left) await work(value, index);
    }),
  );
}

const contenders = {
  'claims of many runs': {
    async add({ databaseUrl, count, connection }) {
      const durable = await Durable.open({ databaseUrl });
      await durable.pause();
      const follow = (token) => durable.follow(connection.bind(Work).resume(token), { handler: 'work' });
      await each(tokensOf(connection, count), follow);
      await delay(interval * 1000 + 2 * grid);
      return {
        begin: () => durable.resume(),
        end: () => durable.close(),
      };
    },
    async follow({ databaseUrl, connection }) {
      const durable = await Durable.open({ databaseUrl });
      durable.on('work', ({ transaction, record }) => transaction.execute('insert into effects values ($1)', [record.id]));
      await durable.start({ connections: [connection], classes: [Work], concurrency });
      return () => durable.close();
    },
  },
  'a job of graphile-worker for each': {
    async add({ databaseUrl, count, connection }) {
      const utils = await makeWorkerUtils({ connectionString: databaseUrl });
      await utils.migrate();
      const runAt = new Date(Date.now() + 3_600_000);
      const ids = [];
      await each(tokensOf(connection, count), async (token, n) => {
        const { id } = await utils.addJob('poll', { token }, { runAt, jobKey: String(n) });
        ids.push(id);
      });
      return { begin: () => utils.rescheduleJobs(ids, { runAt: new Date() }), end: () => utils.release() };
    },
    async follow({ databaseUrl, connection }) {
      const pool = new pg.Pool({ connectionString: databaseUrl, max: 25 });
      const poll = async ({ token }, { addJob, query, job }) => {
        const record = connection.bind(Work).resume(token);
        for await (const { nextDelayMs } of record.polls({ waitTime: interval })) {
          if (nextDelayMs === null) continue;
          const runAt = new Date(Math.ceil((Date.now() + nextDelayMs) / grid) * grid);
          await addJob('poll', { token }, { runAt, jobKey: job.key });
          return;
        }
        await query('insert into effects values ($1)', [record.id]);
      };
      const logger = new Logger(() => () => undefined);
      const runner = await run({ pgPool: pool, concurrency, pollInterval: grid, noHandleSignals: true, taskList: { poll }, logger });
      return async () => {
        await runner.stop();
        await pool.end();
      };
    },
  },
};

/** Runs in its own process: follows runs until it is told to stop, and then tells what it has counted. */
async function followQueue({ name, ...options }, send) {
  const { connection, counts, begin } = counting(options);
  const stop = await contenders[name].follow({ ...options, connection });
  process.on('message', async (message) => {
    if (message === 'begin') return begin();
    const found = { ...counts };
    await stop();
    send(found);
  });
  send('ready');
}

export const queueTasks = { followQueue };

/** Polls that are due at the same time, in three processes: by claims of many, and as jobs of a queue. */
export async function compareQueues(url, database, { rounds, count }) {
  const measure = async (contender, name) => {
    const databaseUrl = await database();
    const pool = new pg.Pool({ connectionString: databaseUrl });
    pool.on('error', () => {});
    await pool.query('create table effects (id text)');
    const options = { databaseUrl, count };
    const connection = new Connection({ baseUrl: 'https://platform.test', fetch: async () => Response.error() });
    const { begin, end } = await contender.add({ ...options, connection });
    const processes = Array.from({ length: machines }, () => child(url, 'followQueue', { name, ...options }));
    for (const one of processes) await one.next();
    for (const one of processes) one.send('begin');
    const begins = Date.now();
    await begin();
    const ended = async () => (await pool.query('select count(*)::integer as n, count(distinct id)::integer as d from effects')).rows[0];
    let found = await ended();
    while (found.d < count) {
      await delay(100);
      found = await ended();
    }
    const seconds = (Date.now() - begins) / 1000;
    const total = { lists: 0, polls: 0, statements: 0 };
    for (const one of processes) {
      one.send('stop');
      for (const [figure, value] of Object.entries(await one.next())) total[figure] += value;
      one.stop();
    }
    await end();
    await connection.close();
    await pool.end();
    return {
      seconds,
      'list requests': total.lists,
      'polls of a run': total.polls / count,
      'statements of a run': total.statements / count,
    };
  };
  const found = await interleave(contenders, measure, { rounds, warmUp: 0 });
  const [ours] = Object.keys(contenders);
  return rowsOf(`${count.toLocaleString('en')} polls that are due at the same time, in three processes`, found, {
    base: ours,
    kinds: { [ours]: 'ours' },
  });
}
