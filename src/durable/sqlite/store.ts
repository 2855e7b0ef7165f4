import type { Clock } from '../../vendor.js';
import { claimedRun, fenced, type RunRow, storedColumns, storedRun, unknown, unknownOrTold } from '../rows.js';
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
import type { SqliteDatabase, Statements } from './database.js';
import { SqliteTransaction } from './transaction.js';

/** Milliseconds by which a clock may be set back unnoticed. */
const toleratedStepMs = 1000;

/** Runs in a database of SQLite. Times are those of the machine's clock. */
export class SqliteStore implements DurableStore {
  readonly #database: SqliteDatabase;
  readonly #clock: Clock;
  /** The date less the monotonic time: it changes when the clock of the machine is set. */
  #drift: number;

  constructor(database: SqliteDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#drift = clock.date() - clock.now();
  }

  add(run: NewRun, owner: string): ReturnType<DurableStore['add']> {
    return this.#database.write((statements) => {
      if (!isMember(statements, owner)) return notAMember;
      statements.run(
        `insert into durable_runs (id, key, queue, state, start, idempotency_key, data, deadline, owner, epoch, created_at)
         values (?, ?, ?, 'starting', ?, ?, ?, ?, ?, 1, ?) on conflict do nothing`,
        run.id,
        run.key,
        queueOf(statements, run),
        run.start,
        run.idempotencyKey,
        run.data,
        this.#deadline(run),
        owner,
        this.#now(),
      );
      return added(statements, run);
    });
  }

  addStarted(run: NewRun, { className, token, remoteId, result, delayMs }: StartedRun): ReturnType<DurableStore['addStarted']> {
    return this.#database.write((statements) => {
      const now = this.#now();
      const deadline = this.#deadline(run);
      statements.run(
        `insert into durable_runs (id, key, queue, state, token, remote_id, result, data, deadline, due_at, created_at)
         values (?, ?, ?, 'running', ?, ?, ?, ?, ?, min(?, coalesce(?, ?)), ?) on conflict do nothing`,
        run.id,
        run.key,
        queueOf(statements, { ...run, className }),
        token,
        remoteId,
        result,
        run.data,
        deadline,
        dueAt(now, delayMs),
        deadline,
        dueAt(now, delayMs),
        now,
      );
      return added(statements, run);
    });
  }

  started(id: string, started: StartedRun): Promise<boolean> {
    return this.#database.write((statements) => this.#start(statements, id, started, { which: unknown, deadline: 'deadline' }));
  }

  adopt(id: string, started: StartedRun): Promise<boolean> {
    return this.#database.write((statements) => this.#start(statements, id, started, { which: unknownOrTold, deadline: 'null' }));
  }

  forget(fence: Fence): Promise<boolean> {
    return this.#change(`delete from durable_runs where ${fenced}`, fence);
  }

  queues(): Promise<readonly Queue[]> {
    return this.#database.read((statements) => {
      const paused = `select handler from durable_paused`;
      return statements.all<Queue>(
        `select queue, handler, account, class as className, priority from durable_queues
         where handler not in (${paused}) and '${allHandlers}' not in (${paused})`,
      );
    });
  }

  async claim(owner: string, queues: readonly Queue[], limit: number): ReturnType<DurableStore['claim']> {
    await this.#followClock();
    const { isDue, nextMs } = await this.#database.read((statements) => this.#nextDue(statements, queues));
    // What is only looked at does not need the lock for writing.
    if (!isDue || limit <= 0) return { claims: [], nextMs };
    return this.#database.write((statements) => {
      if (!isMember(statements, owner)) return notAMember;
      const now = this.#now();
      const claims = dueRuns(statements, queues, now, limit).map((seq) => {
        const [row] = statements.all<RunRow>(
          `update durable_runs set owner = ?, epoch = epoch + 1, due_at = null, poked = 0 where seq = ? returning *`,
          owner,
          seq,
        );
        return claimedRun(row!, now);
      });
      return { claims, nextMs: claims.length < limit ? this.#nextDue(statements, queues).nextMs : 0 };
    });
  }

  release(fence: Fence, { delayMs, polls, attempts }: { delayMs: number; polls: number; attempts: number }): Promise<boolean> {
    const now = this.#now();
    return this.#change(
      `update durable_runs set owner = null, polls = ?, attempts = ?, deaths = 0, handling = 0, error = null,
       due_at = case when poked = 1 then ? else min(?, coalesce(deadline, ?)) end, poked = 0 where ${fenced}`,
      fence,
      polls,
      attempts,
      now,
      ...twice(dueAt(now, delayMs)),
    );
  }

  handling(fence: Fence): Promise<boolean> {
    return this.#change(`update durable_runs set handling = 1 where ${fenced}`, fence);
  }

  retryLater(fence: Fence, { delayMs, error }: { delayMs: number; error: string }): Promise<boolean> {
    return this.#change(
      `update durable_runs set owner = null, attempts = attempts + 1, deaths = 0, handling = 0, error = ?, due_at = ? where ${fenced}`,
      fence,
      error,
      dueAt(this.#now(), delayMs),
    );
  }

  end(fence: Fence, state: 'ended' | 'failed', error: string | null): Promise<boolean> {
    return this.#database.write((statements) => writeEnd(statements, fence, state, error, this.#now()));
  }

  transaction(fence: Fence, error: string | null = null): StoreTransaction {
    return new SqliteTransaction(this.#database, fence, (statements) => writeEnd(statements, fence, 'ended', error, this.#now()));
  }

  async join(process: string, label: string): Promise<void> {
    const sql = 'insert into durable_processes (id, label, beats) values (?, ?, 0) on conflict do nothing';
    await this.#database.write((statements) => statements.run(sql, process, label));
  }

  beat(process: string): Promise<ReadonlyMap<string, number> | null> {
    return this.#database.write((statements) => {
      if (statements.run('update durable_processes set beats = beats + 1 where id = ?', process) === 0) return null;
      const others = statements.all<{ id: string; beats: number }>('select id, beats from durable_processes where id <> ?', process);
      return new Map(others.map(({ id, beats }) => [id, beats]));
    });
  }

  reap(process: string, beats: number): Promise<boolean> {
    return this.#database.write((statements) => {
      if (statements.run('delete from durable_processes where id = ? and beats = ?', process, beats) === 0) return false;
      statements.run(
        'update durable_runs set owner = null, epoch = epoch + 1, attempts = attempts + handling, handling = 0, deaths = deaths + 1, due_at = ? where owner = ?',
        this.#now(),
        process,
      );
      return true;
    });
  }

  async leave(process: string): Promise<void> {
    await this.#database.write((statements) => {
      statements.run(
        'update durable_runs set owner = null, epoch = epoch + 1, handling = 0, due_at = ? where owner = ?',
        this.#now(),
        process,
      );
      statements.run('delete from durable_processes where id = ?', process);
    });
  }

  poke(id: string): Promise<number> {
    return this.#database.write((statements) => {
      const sql = `update durable_runs set poked = 1, due_at = case when owner is null then ? end where state = 'running' and`;
      const now = this.#now();
      return statements.run(`${sql} id = ?`, now, id) + statements.run(`${sql} remote_id = ?`, now, id);
    });
  }

  cancel(id: string): Promise<boolean> {
    return this.#byId(
      `update durable_runs set cancelled = 1, poked = 1, due_at = case when owner is null then ? end where id = ? and ended_at is null`,
      this.#now(),
      id,
    );
  }

  retry(id: string): Promise<boolean> {
    return this.#byId(
      `update durable_runs set state = case when token is null and result is null then 'starting' else 'running' end, attempts = 0, deaths = 0, handling = 0, cancelled = 0,
       epoch = epoch + 1, deadline = null, ended_at = null, due_at = ? where id = ? and state = 'failed'`,
      this.#now(),
      id,
    );
  }

  drop(id: string): Promise<boolean> {
    return this.#byId(`delete from durable_runs where id = ? and state = 'failed'`, id);
  }

  async pause(handler: string): Promise<void> {
    const sql = 'insert into durable_paused (handler) values (?) on conflict do nothing';
    await this.#database.write((statements) => statements.run(sql, handler));
  }

  async resume(handler: string): Promise<void> {
    await this.#database.write((statements) => statements.run('delete from durable_paused where handler = ?', handler));
  }

  find(id: string): Promise<StoredRun | null> {
    return this.#database.read((statements) => {
      const [row] = statements.all<StoredRun>(`select ${storedColumns} where id = ?`, id);
      return row ? storedRun(row) : null;
    });
  }

  list({ states, handler, limit }: ListFilter): Promise<StoredRun[]> {
    return this.#database.read((statements) => {
      const among = states?.map((state) => `'${state}'`).join(', ');
      const conditions = [
        ...(among === undefined ? [] : [states!.length === 1 ? `state = ${among}` : `state in (${among})`]),
        ...(handler === undefined ? [] : ['handler = ?']),
      ];
      const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
      const values = handler === undefined ? [] : [handler];
      return statements.all<StoredRun>(`select ${storedColumns} ${where} order by seq limit ?`, ...values, limit).map(storedRun);
    });
  }

  counts(): Promise<StoredCounts> {
    return this.#database.read((statements) => {
      const now = this.#now();
      const single = (sql: string): number | null => statements.all<{ value: number | null }>(sql)[0]?.value ?? null;
      const since = (sql: string): number | null => {
        const at = single(sql);
        return at === null ? null : Math.max(0, now - at);
      };
      const due = statements.all<{ at: number | null }>(
        'select (select min(due_at) from durable_runs r where r.queue = q.queue and due_at is not null) as at from durable_queues q',
      );
      const earliest = Math.min(...due.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
      return {
        counts: statements.all(
          `select handler, state, sum(n) as count from (select queue, state, count(*) as n from durable_runs group by queue, state)
           natural join durable_queues group by handler, state`,
        ),
        oldestMs: since('select min(created_at) as value from durable_runs where ended_at is null'),
        overdueMs: earliest < now ? now - earliest : null,
        processes: single('select count(*) as value from durable_processes') ?? 0,
        paused: statements.all<{ handler: string }>('select handler from durable_paused order by handler').map((row) => row.handler),
      };
    });
  }

  pending(most: number = Number.MAX_SAFE_INTEGER): Promise<number> {
    const sql = 'select count(*) as value from (select 1 from durable_runs where ended_at is null limit ?)';
    return this.#database.read((statements) => statements.all<{ value: number }>(sql, most)[0]!.value);
  }

  prune(keepMs: number, limit: number): Promise<number> {
    const old = `select seq from durable_runs where state = 'ended' and ended_at <= ? order by ended_at limit ?`;
    return this.#database.write((statements) =>
      statements.run(`delete from durable_runs where seq in (${old})`, this.#now() - keepMs, limit),
    );
  }

  /** Executes a statement in a transaction of its own, and resolves to its rows. */
  statement(sql: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.#database.write((statements) => statements.once(sql, parameters));
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** @param how.which The condition of what may be noted. @param how.deadline An expression. */
  #start(
    statements: Statements,
    id: string,
    { className, token, remoteId, result, delayMs }: StartedRun,
    { which, deadline }: { which: string; deadline: string },
  ): boolean {
    const [name] = statements.all<QueueName>(
      `select handler, account, priority from durable_queues natural join durable_runs where id = ? and ${which}`,
      id,
    );
    if (!name) return false;
    const now = this.#now();
    return (
      statements.run(
        `update durable_runs set queue = ?, state = 'running', token = ?, remote_id = ?, result = ?, start = null, owner = null,
         epoch = epoch + 1, attempts = 0, deaths = 0, handling = 0, error = null, ended_at = null, deadline = ${deadline},
         due_at = case when poked = 1 then ? else min(?, coalesce(${deadline}, ?)) end, poked = 0 where id = ?`,
        queueOf(statements, { ...name, className }),
        token,
        remoteId,
        result,
        now,
        ...twice(dueAt(now, delayMs)),
        id,
      ) > 0
    );
  }

  #deadline({ timeoutMs }: NewRun): number | null {
    return timeoutMs === null ? null : this.#now() + timeoutMs;
  }

  #now(): number {
    return Math.round(this.#clock.date());
  }

  #nextDue(statements: Statements, queues: readonly Queue[]): { isDue: boolean; nextMs: number | null } {
    const now = this.#now();
    let earliest = Number.POSITIVE_INFINITY;
    for (const { queue } of queues) {
      const [found] = statements.all<{ at: number | null }>(
        'select min(due_at) as at from durable_runs where queue = ? and due_at is not null',
        queue,
      );
      earliest = Math.min(earliest, found?.at ?? Number.POSITIVE_INFINITY);
    }
    return { isDue: earliest <= now, nextMs: earliest === Number.POSITIVE_INFINITY ? null : Math.max(0, earliest - now) };
  }

  /** When the clock was set back, what is due later would be due later by as much. */
  async #followClock(): Promise<void> {
    const drift = this.#clock.date() - this.#clock.now();
    const back = Math.round(this.#drift - drift);
    if (back > toleratedStepMs) {
      const now = this.#now();
      const sql = 'update durable_runs set due_at = max(?, due_at - ?) where due_at > ?';
      await this.#database.write((statements) => statements.run(sql, now, back, now));
    }
    this.#drift = drift;
  }

  async #byId(sql: string, ...parameters: readonly unknown[]): Promise<boolean> {
    return (await this.#database.write((statements) => statements.run(sql, ...parameters))) > 0;
  }

  /** Runs a statement that ends with the condition of a fence. */
  async #change(sql: string, { id, owner, epoch }: Fence, ...parameters: readonly unknown[]): Promise<boolean> {
    return (await this.#database.write((statements) => statements.run(sql, ...parameters, id, owner, epoch))) > 0;
  }
}

function twice<T>(value: T): [T, T] {
  return [value, value];
}

/** When a poll is due, aligned so that it goes out with others. */
function dueAt(now: number, delayMs: number): number {
  const grid = gridFor(delayMs);
  return Math.ceil((now + delayMs) / grid) * grid;
}

function isMember(statements: Statements, process: string): boolean {
  return statements.all('select 1 from durable_processes where id = ?', process).length > 0;
}

/** The run that is there after it was added: the one with its key, if it has one. */
function added(statements: Statements, { id, key }: NewRun): { id: string; epoch: number; state: RunState } {
  const find = key === null ? 'id = ?' : 'key = ?';
  return statements.all<{ id: string; epoch: number; state: RunState }>(
    `select id, epoch, state from durable_runs where ${find}`,
    key ?? id,
  )[0]!;
}

function queueOf(statements: Statements, { handler, account, className, priority }: QueueName): number {
  const values = [handler, account, className, priority];
  statements.run('insert into durable_queues (handler, account, class, priority) values (?, ?, ?, ?) on conflict do nothing', ...values);
  const sql = 'select queue from durable_queues where handler = ? and account = ? and class = ? and priority = ?';
  return statements.all<{ queue: number }>(sql, ...values)[0]!.queue;
}

/** The due runs that are claimed first: of the highest priority, and among these those that have been due the longest. */
function dueRuns(statements: Statements, queues: readonly Queue[], now: number, limit: number): number[] {
  const chosen: number[] = [];
  for (let priority = 9; priority >= 0 && chosen.length < limit; priority--) {
    const left = limit - chosen.length;
    const found = queues
      .filter((queue) => queue.priority === priority)
      .flatMap(({ queue }) =>
        statements.all<{ seq: number; at: number }>(
          'select seq, due_at as at from durable_runs where queue = ? and due_at <= ? order by due_at limit ?',
          queue,
          now,
          left,
        ),
      );
    found.sort((one, other) => one.at - other.at || one.seq - other.seq);
    chosen.push(...found.slice(0, left).map(({ seq }) => seq));
  }
  return chosen;
}

function writeEnd(
  statements: Statements,
  { id, owner, epoch }: Fence,
  state: 'ended' | 'failed',
  error: string | null,
  now: number,
): boolean {
  // What a failed run needs to be put back is kept.
  const kept = state === 'ended' ? ', start = null, result = null' : '';
  const sql = `update durable_runs set owner = null, due_at = null, state = ?, error = ?, ended_at = ?${kept} where ${fenced}`;
  return statements.run(sql, state, error, now, id, owner, epoch) > 0;
}
