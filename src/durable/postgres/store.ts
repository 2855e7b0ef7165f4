import type { Pool, PoolClient } from 'pg';
import { claimedRun, type RunRow, storedColumns, storedRun, unknown, unknownOrTold } from '../rows.js';
import {
  allHandlers,
  type DurableStore,
  type Fence,
  gridFor,
  type ListFilter,
  type NewRun,
  notAMember,
  type Queue,
  type QueueName,
  type RunState,
  type StartedRun,
  type StoredCounts,
  type StoredRun,
  type StoreTransaction,
} from '../store.js';
import { PostgresTransaction } from './transaction.js';

/** Milliseconds since 1970 by the clock of the database, the only one that all machines share. */
const now = '(extract(epoch from now()) * 1000)::bigint';

/** The condition that a claim was not lost. Its values come first. */
const fenced = 'id = $1 and owner = $2 and epoch = $3';

/** Whether the process is a member; it cannot be removed before the transaction has ended. Its id is `$1`. */
const member = 'member as (select id from durable_processes where id = $1 for share)';

/** Runs in a database of PostgreSQL. Times are those of its clock. */
export class PostgresStore implements DurableStore {
  readonly #pool: Pool;
  /** The connections for the transactions of handlers: these must not leave none for what ends them. */
  readonly #handlers: Pool;
  /** The connection for heartbeats, which are not to wait for anything else. */
  readonly #beats: Pool;
  readonly #queues = new Map<string, number>();

  constructor(pool: Pool, handlers: Pool, beats: Pool) {
    this.#pool = pool;
    this.#handlers = handlers;
    this.#beats = beats;
  }

  async add(run: NewRun, owner: string): ReturnType<DurableStore['add']> {
    const queue = await this.#queueOf(run);
    for (;;) {
      await this.#change(
        `with ${member} insert into durable_runs (id, key, queue, state, start, idempotency_key, data, deadline, owner, epoch, created_at)
         select $2, $3, $4, 'starting', $5, $6, $7, ${now} + $8::bigint, $1, 1, ${now} from member on conflict do nothing`,
        [owner, run.id, run.key, queue, run.start, run.idempotencyKey, run.data, run.timeoutMs],
      );
      const found = await this.#added(run);
      if (found) return found;
      // The run with this key was removed after it had been in the way, unless it is the process that was.
      if (!(await this.#isMember(owner))) return notAMember;
    }
  }

  async addStarted(run: NewRun, { className, token, remoteId, result, delayMs }: StartedRun): ReturnType<DurableStore['addStarted']> {
    const queue = await this.#queueOf({ ...run, className });
    for (;;) {
      await this.#change(
        `insert into durable_runs (id, key, queue, state, token, remote_id, result, data, deadline, due_at, created_at)
         values ($1, $2, $3, 'running', $4, $5, $6, $7, ${now} + $8::bigint, least(${dueAt('$9', '$10')}, ${now} + $8::bigint), ${now})
         on conflict do nothing`,
        [run.id, run.key, queue, token, remoteId, result, run.data, run.timeoutMs, delayMs, gridFor(delayMs)],
      );
      const found = await this.#added(run);
      if (found) return found;
    }
  }

  started(id: string, started: StartedRun): Promise<boolean> {
    return this.#start(id, started, { which: unknown, deadline: 'deadline' });
  }

  adopt(id: string, started: StartedRun): Promise<boolean> {
    return this.#start(id, started, { which: unknownOrTold, deadline: 'null::bigint' });
  }

  forget(fence: Fence): Promise<boolean> {
    return this.#fenced(`delete from durable_runs where ${fenced}`, fence);
  }

  queues(): Promise<readonly Queue[]> {
    const paused = 'select handler from durable_paused';
    return this.#rows<Queue>(
      `select queue, handler, account, class as "className", priority from durable_queues
       where handler not in (${paused}) and '${allHandlers}' not in (${paused})`,
    );
  }

  async claim(owner: string, queues: readonly Queue[], limit: number): ReturnType<DurableStore['claim']> {
    const ids = queues.map(({ queue }) => queue);
    const rows = await this.#rows<RunRow & { at: number }>(
      `with ${member}, due as (
         select r.seq, q.priority, r.due_at from unnest($2::integer[], $3::integer[]) as q (queue, priority), lateral (
           select seq, due_at from durable_runs where queue = q.queue and due_at <= ${now} and exists (select 1 from member)
           order by due_at limit $4 for update skip locked) as r
         order by q.priority desc, r.due_at limit $4)
       update durable_runs set owner = $1, epoch = epoch + 1, due_at = null, poked = 0 from due where durable_runs.seq = due.seq
       returning durable_runs.*, ${now} as at`,
      [owner, ids, queues.map(({ priority }) => priority), limit],
    );
    if (rows.length > 0)
      return { claims: rows.map((row) => claimedRun(row, row.at)), nextMs: rows.length === limit ? 0 : await this.#nextMs(ids) };
    return (await this.#isMember(owner)) ? { claims: [], nextMs: await this.#nextMs(ids) } : notAMember;
  }

  release(fence: Fence, { delayMs, polls, attempts }: { delayMs: number; polls: number; attempts: number }): Promise<boolean> {
    return this.#fenced(
      `update durable_runs set owner = null, polls = $4, attempts = $5, deaths = 0, handling = 0, error = null,
       due_at = case when poked = 1 then ${now} else least(${dueAt('$6', '$7')}, deadline) end, poked = 0 where ${fenced}`,
      fence,
      [polls, attempts, delayMs, gridFor(delayMs)],
    );
  }

  handling(fence: Fence): Promise<boolean> {
    return this.#fenced(`update durable_runs set handling = 1 where ${fenced}`, fence);
  }

  retryLater(fence: Fence, { delayMs, error }: { delayMs: number; error: string }): Promise<boolean> {
    return this.#fenced(
      `update durable_runs set owner = null, attempts = attempts + 1, deaths = 0, handling = 0, error = $4, due_at = ${dueAt('$5', '$6')} where ${fenced}`,
      fence,
      [error, delayMs, gridFor(delayMs)],
    );
  }

  end(fence: Fence, state: 'ended' | 'failed', error: string | null): Promise<boolean> {
    return this.#fenced(endOf(state), fence, [state, error]);
  }

  transaction(fence: Fence, error: string | null = null): StoreTransaction {
    return new PostgresTransaction(this.#handlers, fence, {
      write: async (client) => {
        const { rowCount } = await client.query(endOf('ended'), [fence.id, fence.owner, fence.epoch, 'ended', error]);
        return rowCount !== 0;
      },
      terminate: async (client) => {
        await this.#pool.query('select pg_terminate_backend($1)', [(client as { processID?: number }).processID]);
      },
    });
  }

  async join(process: string, label: string): Promise<void> {
    await this.#change('insert into durable_processes (id, label, beats) values ($1, $2, 0) on conflict do nothing', [process, label]);
  }

  async beat(process: string): Promise<ReadonlyMap<string, number> | null> {
    const { rowCount } = await this.#beats.query('update durable_processes set beats = beats + 1 where id = $1', [process]);
    if (rowCount === 0) return null;
    const sql = 'select id, beats from durable_processes where id <> $1';
    const { rows: others } = await this.#beats.query<{ id: string; beats: number }>(sql, [process]);
    return new Map(others.map(({ id, beats }) => [id, beats]));
  }

  reap(process: string, beats: number): Promise<boolean> {
    return inTransaction(this.#beats, async (client) => {
      const { rowCount } = await client.query('delete from durable_processes where id = $1 and beats = $2', [process, beats]);
      if (rowCount === 0) return false;
      // A statement of its own: it sees what the process wrote while the deletion waited for it.
      await client.query(
        `update durable_runs set owner = null, epoch = epoch + 1, attempts = attempts + handling, handling = 0, deaths = deaths + 1, due_at = ${now} where owner = $1`,
        [process],
      );
      return true;
    });
  }

  async leave(process: string): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      await client.query('delete from durable_processes where id = $1', [process]);
      await client.query(`update durable_runs set owner = null, epoch = epoch + 1, handling = 0, due_at = ${now} where owner = $1`, [
        process,
      ]);
    });
  }

  async poke(id: string): Promise<number> {
    const sql = `update durable_runs set poked = 1, due_at = case when owner is null then ${now} end
      where state = 'running' and (id = $1 or remote_id = $1)`;
    return (await this.#pool.query(sql, [id])).rowCount ?? 0;
  }

  cancel(id: string): Promise<boolean> {
    return this.#change(
      `update durable_runs set cancelled = 1, poked = 1, due_at = case when owner is null then ${now} end where id = $1 and ended_at is null`,
      [id],
    );
  }

  retry(id: string): Promise<boolean> {
    return this.#change(
      `update durable_runs set state = case when token is null and result is null then 'starting' else 'running' end, attempts = 0, deaths = 0, handling = 0, cancelled = 0,
       epoch = epoch + 1, deadline = null, ended_at = null, due_at = ${now} where id = $1 and state = 'failed'`,
      [id],
    );
  }

  drop(id: string): Promise<boolean> {
    return this.#change("delete from durable_runs where id = $1 and state = 'failed'", [id]);
  }

  async pause(handler: string): Promise<void> {
    await this.#change('insert into durable_paused (handler) values ($1) on conflict do nothing', [handler]);
  }

  async resume(handler: string): Promise<void> {
    await this.#change('delete from durable_paused where handler = $1', [handler]);
  }

  async find(id: string): Promise<StoredRun | null> {
    const [row] = await this.#rows<StoredRun>(`select ${quotedColumns} where id = $1`, [id]);
    return row ? storedRun(row) : null;
  }

  async list({ states, handler, limit }: ListFilter): Promise<StoredRun[]> {
    // A single state is written out, so that the index of the failed ones is used.
    const among = states?.length === 1 ? `state = '${states[0]}'` : 'state = any($2)';
    const rows = await this.#rows<StoredRun>(
      `select ${quotedColumns} where ($2::text[] is null or ${among}) and ($3::text is null or handler = $3) order by seq limit $1`,
      [limit, states ?? null, handler ?? null],
    );
    return rows.map(storedRun);
  }

  async counts(): Promise<StoredCounts> {
    const [counts, [ages], paused] = await Promise.all([
      this.#rows<StoredCounts['counts'][number]>(
        `select handler, state, sum(n)::bigint as count from (select queue, state, count(*) as n from durable_runs group by queue, state) as c
         natural join durable_queues group by handler, state`,
      ),
      this.#rows<{ now: number; oldest: number | null; due: number | null; processes: number }>(
        `select ${now} as now, (select min(created_at) from durable_runs where ended_at is null) as oldest,
         (select min(at) from durable_queues as q, lateral (select min(due_at) as at from durable_runs where queue = q.queue) as d) as due,
         (select count(*) from durable_processes) as processes`,
      ),
      this.#rows<{ handler: string }>('select handler from durable_paused order by handler'),
    ]);
    const { now: at, oldest, due, processes } = ages!;
    return {
      counts,
      oldestMs: oldest === null ? null : Math.max(0, at - oldest),
      overdueMs: due === null || due >= at ? null : at - due,
      processes,
      paused: paused.map((row) => row.handler),
    };
  }

  async pending(most: number = Number.MAX_SAFE_INTEGER): Promise<number> {
    const sql = 'select count(*) as value from (select 1 from durable_runs where ended_at is null limit $1) as found';
    const [row] = await this.#rows<{ value: number }>(sql, [most]);
    return row!.value;
  }

  async prune(keepMs: number, limit: number): Promise<number> {
    const old = `select seq from durable_runs where state = 'ended' and ended_at <= ${now} - $1::bigint order by ended_at limit $2`;
    return (await this.#pool.query(`delete from durable_runs where seq in (${old})`, [Math.round(keepMs), limit])).rowCount ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([this.#pool.end(), this.#handlers.end(), this.#beats.end()]);
  }

  /** @param how.which The condition of what may be noted. @param how.deadline An expression. */
  async #start(
    id: string,
    { className, token, remoteId, result, delayMs }: StartedRun,
    { which, deadline }: { which: string; deadline: string },
  ): Promise<boolean> {
    const [name] = await this.#rows<QueueName>(
      `select handler, account, priority from durable_queues natural join durable_runs where id = $1 and ${which}`,
      [id],
    );
    if (!name) return false;
    return this.#change(
      `update durable_runs set queue = $2, state = 'running', token = $3, remote_id = $4, result = $5, start = null, owner = null,
       epoch = epoch + 1, attempts = 0, deaths = 0, handling = 0, error = null, ended_at = null, deadline = ${deadline},
       due_at = case when poked = 1 then ${now} else least(${dueAt('$6', '$7')}, ${deadline}) end, poked = 0 where id = $1 and ${which}`,
      [id, await this.#queueOf({ ...name, className }), token, remoteId, result, delayMs, gridFor(delayMs)],
    );
  }

  /** The run that is there after it was added: the one with its key, if it has one. Undefined when that was removed meanwhile. */
  async #added({ id, key }: NewRun): Promise<{ id: string; epoch: number; state: RunState } | undefined> {
    const sql = `select id, epoch, state from durable_runs where ${key === null ? 'id' : 'key'} = $1`;
    return (await this.#rows<{ id: string; epoch: number; state: RunState }>(sql, [key ?? id]))[0];
  }

  async #isMember(process: string): Promise<boolean> {
    return (await this.#rows('select 1 from durable_processes where id = $1', [process])).length > 0;
  }

  /** The number of a queue, which is made when it is new. Queues stay, so that their numbers can be remembered. */
  async #queueOf({ handler, account, className, priority }: QueueName): Promise<number> {
    const values = [handler, account, className, priority];
    const name = JSON.stringify(values);
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    await this.#change(
      'insert into durable_queues (handler, account, class, priority) values ($1, $2, $3, $4) on conflict do nothing',
      values,
    );
    const sql = 'select queue from durable_queues where handler = $1 and account = $2 and class = $3 and priority = $4';
    const [found] = await this.#rows<{ queue: number }>(sql, values);
    this.#queues.set(name, found!.queue);
    return found!.queue;
  }

  /** Milliseconds until the next run of some queues is due; null when there is none. */
  async #nextMs(queues: readonly number[]): Promise<number | null> {
    const [found] = await this.#rows<{ ms: number | null }>(
      `select min(at) - ${now} as ms from unnest($1::integer[]) as q (queue),
       lateral (select min(due_at) as at from durable_runs where queue = q.queue and due_at is not null) as d`,
      [queues],
    );
    return found?.ms === null || found === undefined ? null : Math.max(0, found.ms);
  }

  async #rows<R = Record<string, unknown>>(sql: string, values: readonly unknown[] = []): Promise<R[]> {
    return (await this.#pool.query(sql, [...values])).rows as R[];
  }

  async #change(sql: string, values: readonly unknown[]): Promise<boolean> {
    return ((await this.#pool.query(sql, [...values])).rowCount ?? 0) > 0;
  }

  #fenced(sql: string, { id, owner, epoch }: Fence, values: readonly unknown[] = []): Promise<boolean> {
    return this.#change(sql, [id, owner, epoch, ...values]);
  }
}

/** What a list shows of a run; without quotation marks, PostgreSQL would write the names in small letters. */
const quotedColumns = storedColumns.replace(/ as (\w+)/g, ' as "$1"');

/** When a poll is due, aligned so that it goes out with others; the parameters have the delay and the interval, in milliseconds. */
function dueAt(delay: string, grid: string): string {
  return `(ceil((extract(epoch from now()) * 1000 + ${delay}::float8) / ${grid}::float8) * ${grid}::float8)::bigint`;
}

function endOf(state: 'ended' | 'failed'): string {
  // What a failed run needs to be put back is kept.
  const kept = state === 'ended' ? ', start = null, result = null' : '';
  return `update durable_runs set owner = null, due_at = null, state = $4, error = $5, ended_at = ${now}${kept} where ${fenced}`;
}

/** Runs work in a transaction, which is undone when it throws. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    client.release();
    return value;
  } catch (error) {
    // The server undoes what a connection that is closed has not committed.
    client.release(true);
    throw error;
  }
}
