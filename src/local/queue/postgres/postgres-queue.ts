import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../../store/database.js';
import { codeOf, DatabaseUnavailable } from '../../store/postgres/errors.js';
import type { Connections } from '../../store/postgres/pool.js';
import { execute, executeAll, type Statement } from '../../store/statements.js';
import { defaultConcurrency } from '../concurrency.js';
import {
  attempt,
  Interrupted,
  type JobQueue,
  type JobRunnerSource,
  JobRunners,
  LeaseLost,
  type NewJob,
  type Outcome,
  outcomeOf,
  PlatformStopped,
  QueueFullError,
} from '../queue.js';
import { JobFeed } from './feed.js';
import { installQueue, leaseLost } from './install.js';
import { OwnConnection } from './own-connection.js';
import * as sql from './statements.js';

/** The options of a queue in PostgreSQL. */
export interface PostgresQueueOptions {
  newId: () => string;
  /** How many jobs this process runs at a time; 0 for one that only adds them. */
  concurrency?: number | undefined;
  /** How many jobs a team may have. */
  teamExecutions: number;
  /** Seconds after which the jobs of a process are taken over that is not heard of. Default: 15. */
  lease?: number;
  /** Is told what goes wrong. Default: nobody is. */
  onFailure?: ((what: string, error: unknown) => void) | undefined;
}

/** How often, within its lease, a process says that it is alive. */
const beatsPerLease = 5;
/** Milliseconds between two attempts to claim a job while another one of the same record ends. */
const claimDelay = 100;
/** How often that is attempted before others get the place. */
const claimAttempts = 20;
/** Milliseconds until something is tried again that needs the database, at first and at most. */
const [firstDelay, longestDelay] = [50, 2000];
/** Milliseconds that stopping waits for the jobs that run to be given back, which needs the database. */
const stopTimeout = 10_000;

type Job = sql.Claimed & { kind: string; subjectId: string; abortReason: string | null };

interface Running {
  subjectId: string;
  controller: AbortController;
}

/** Opens the queue of a PostgreSQL database, whose tables are made when it is new. */
export async function openPostgresQueue(
  databaseUrl: string,
  store: Store,
  connections: Connections,
  options: PostgresQueueOptions,
): Promise<PostgresJobQueue> {
  await installQueue(databaseUrl);
  return new PostgresJobQueue(store, connections, options);
}

/** The queue of a PostgreSQL database, which several processes work on, through graphile-worker. */
export class PostgresJobQueue implements JobQueue {
  readonly #store: Store;
  readonly #connections: Connections;
  readonly #newId: () => string;
  readonly #teamExecutions: number;
  readonly #lease: number;
  readonly #workerId = randomUUID();
  readonly #runners = new JobRunners();
  readonly #running = new Map<string, Running>();
  /** The jobs that are claimed or run here, with the names under which graphile-worker locked their rows. */
  readonly #active = new Map<string, string>();
  /** How many of them are being claimed or run: no more than `concurrency`, however many workers of graphile-worker there are. */
  #taken = 0;
  readonly #concurrency: number;
  readonly #feed: JobFeed;
  readonly #own: OwnConnection;
  #timer: NodeJS.Timeout | undefined;
  #first: NodeJS.Immediate | undefined;
  #beats = 0;
  #beating: Promise<void> = Promise.resolve();
  #stopped = true;

  /** @param connections Those of `store`, in whose database `installQueue` made the tables. */
  constructor(
    store: Store,
    connections: Connections,
    { newId, concurrency = defaultConcurrency, teamExecutions, lease = 15, onFailure = () => {} }: PostgresQueueOptions,
  ) {
    this.#store = store;
    this.#connections = connections;
    this.#newId = newId;
    this.#teamExecutions = teamExecutions;
    this.#lease = lease;
    this.#concurrency = concurrency;
    this.#feed = new JobFeed(connections.pool, { concurrency, work: (jobId, locker) => this.#work(jobId, locker), onFailure });
    this.#own = new OwnConnection(connections.pool, (subjectId) => {
      if ([...this.#running.values()].some((job) => job.subjectId === subjectId)) void this.#check().catch(() => {});
    });
  }

  register(kind: string, runner: JobRunnerSource): void {
    this.#runners.register(kind, runner);
  }

  async checkRoom(teamId: string): Promise<void> {
    const { rows } = await this.#connections.query<{ jobs: number }>(sql.teamCount, [teamId, this.#teamExecutions]);
    if ((rows[0]?.jobs ?? 0) < this.#teamExecutions) return;
    throw new QueueFullError(`The team has ${this.#teamExecutions} executions that have not ended, the limit of limits.teamExecutions.`);
  }

  async add(store: Store, job: NewJob): Promise<void> {
    await execute(store, sql.addition(this.#newId(), job));
  }

  async addAndRun(job: NewJob, insert: (addition: Statement) => Promise<void>): Promise<void> {
    await insert(sql.addition(this.#newId(), job));
  }

  /** The database says to all processes that there are jobs. */
  wake(): void {}

  async requestAbort(store: Store, subjectId: string, reason: Interrupted): Promise<void> {
    await execute(store, sql.abortion(subjectId, reason.message));
  }

  removals(): readonly Statement[] {
    return sql.removals;
  }

  abort(subjectId: string, reason: Interrupted): void {
    for (const job of this.#running.values()) if (job.subjectId === subjectId) job.controller.abort(reason);
  }

  /** Other processes may be running: what they have is theirs until their lease is over. */
  async start(): Promise<void> {
    if (this.#concurrency === 0) return;
    this.#stopped = false;
    await this.#own.start();
    await this.#beat();
    // The caller registers handlers right after the start, and waiting jobs may need them.
    this.#first = setImmediate(() => void this.#feed.start().then(() => this.#beat()));
    this.#timer = setInterval(() => void this.#beat(), (this.#lease * 1000) / beatsPerLease);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    clearImmediate(this.#first);
    for (const { controller } of this.#running.values()) controller.abort(new PlatformStopped('The platform was stopped.'));
    const stopping = new AbortController();
    await Promise.race([
      Promise.all([this.#feed.stop(), this.#beating]),
      delay(stopTimeout, undefined, { signal: stopping.signal }).catch(() => {}),
    ]);
    stopping.abort();
    this.#own.stop();
    // Otherwise the lease ends by itself.
    await this.#connections.query(sql.leave, [this.#workerId]).catch(() => {});
  }

  /** Says that this process is alive, and takes care of what others have left. */
  #beat(): Promise<void> {
    this.#beating = this.#beating
      .then(async () => {
        const { lockers } = this.#feed;
        await this.#own.query(sql.beat, [this.#workerId, lockers]);
        await this.#check();
        await this.#own.query(sql.forget, [this.#lease]);
        const busy = new Set(this.#active.values());
        await this.#own.query(sql.unlock, [this.#lease, lockers.filter((locker) => !busy.has(locker))]);
        if (this.#beats++ % beatsPerLease === 0) {
          await this.#own.query(sql.recover, [this.#lease, this.#workerId, [...this.#active.keys()]]);
        }
      })
      // The next one is as good.
      .catch(() => {});
    return this.#beating;
  }

  /** Aborts the jobs that are to be aborted, or that another process has taken over. */
  async #check(): Promise<void> {
    const before = new Map(this.#running);
    if (before.size === 0) return;
    const { rows } = await this.#own.query<{ jobId: string; workerId: string | null; abortReason: string | null }>(sql.states, [
      [...before.keys()],
    ]);
    const states = new Map(rows.map((row) => [row.jobId, row]));
    for (const [jobId, { controller }] of before) {
      const state = states.get(jobId);
      if (state?.workerId !== this.#workerId) controller.abort(new LeaseLost('Another worker has the execution.'));
      else if (state.abortReason !== null) controller.abort(new Interrupted(state.abortReason));
    }
  }

  /** Runs a job that graphile-worker gives. What cannot be done now is given back, or found when jobs are recovered. */
  async #work(jobId: string, locker: string): Promise<void> {
    // Its row was unlocked while this process was not heard of, but nobody has claimed it meanwhile.
    if (this.#active.has(jobId)) return;
    this.#active.set(jobId, locker);
    try {
      const job = await this.#claim(jobId);
      if (!job) return;
      try {
        await this.#run(job);
      } finally {
        this.#taken--;
      }
    } catch {
      // Whoever has it runs it; what nobody has is recovered.
    } finally {
      this.#active.delete(jobId);
    }
  }

  /** Claims a job, and takes one of the places of those that run. */
  async #claim(jobId: string): Promise<Job | undefined> {
    const parameters = [jobId, this.#workerId, this.#lease];
    for (let count = 0; count < claimAttempts && !this.#stopped; count++) {
      if (this.#taken < this.#concurrency) {
        const job = await this.#tryClaim(parameters);
        if (job) return { ...job, jobId, workerId: this.#workerId };
        const waiting = await this.#persist(() => this.#connections.query(sql.waits, parameters));
        if (waiting.rows.length === 0) return undefined;
      }
      await delay(claimDelay);
    }
    await this.#connections.query(sql.requestAgain, [jobId]);
    return undefined;
  }

  async #tryClaim(parameters: readonly unknown[]): Promise<Omit<Job, 'jobId' | 'workerId'> | undefined> {
    this.#taken++;
    let job: Omit<Job, 'jobId' | 'workerId'> | undefined;
    try {
      job = (await this.#persist(() => this.#connections.query<Omit<Job, 'jobId' | 'workerId'>>(sql.claim, parameters))).rows[0];
    } finally {
      if (!job) this.#taken--;
    }
    return job;
  }

  async #run(job: Job): Promise<void> {
    const { jobId, kind, subjectId, attempts, abortReason } = job;
    const controller = new AbortController();
    this.#running.set(jobId, { subjectId, controller });
    if (this.#stopped) controller.abort(new PlatformStopped('The platform was stopped.'));
    try {
      // What was asked for while it waited is in its record already.
      if (abortReason !== null) return await this.#persist(() => this.#settle(job, { end: undefined }));
      const runner = await this.#runners.of(kind);
      const outcome = this.#stopped
        ? { attempts: attempts - 1 }
        : await this.#persist(() => attempt(runner, subjectId, attempts, controller.signal));
      try {
        await this.#persist(() => this.#settle(job, outcome));
      } catch (error) {
        await this.#persist(async () => await this.#settle(job, await outcomeOf(error, runner, subjectId, attempts)));
      }
    } finally {
      this.#running.delete(jobId);
    }
  }

  /**
   * Removes a job in the transaction that writes its end, or gives it back.
   * @throws LeaseLost when another process has claimed it meanwhile: then nothing is written.
   */
  async #settle(job: Job, outcome: Outcome): Promise<void> {
    if ('attempts' in outcome) {
      const { rows } = await this.#connections.query(sql.release, [job.jobId, job.workerId, job.attempts, outcome.attempts]);
      if (rows.length === 0) throw new LeaseLost('Another worker has the execution.');
      return;
    }
    const { end } = outcome;
    // It locks the row first, so that nobody else claims the job before the end is committed.
    const removal = sql.removal(job);
    try {
      if (typeof end !== 'function') return await executeAll(this.#store, [removal, ...(end ?? [])]);
      await this.#store.transaction().execute(async (store) => {
        await execute(store, removal);
        await end(store);
      });
    } catch (error) {
      if (codeOf(error) === leaseLost) throw new LeaseLost('Another worker has the execution.', { cause: error });
      throw error;
    }
  }

  /** Does something that needs the database, again and again while the database cannot be reached, until this process stops. */
  async #persist<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let wait = firstDelay; ; wait = Math.min(wait * 2, longestDelay)) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseUnavailable) || this.#stopped) throw error;
        await delay(wait);
      }
    }
  }
}
