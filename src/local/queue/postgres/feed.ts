import { EventEmitter } from 'node:events';
import type { Runner, WorkerEventMap, WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import { importNeeded } from '../../../model/support/optional-package.js';
import { needs, workerSchema } from './install.js';
import { patientPool } from './patient-pool.js';
import { task } from './statements.js';

/** Milliseconds between two polls of a worker that has nothing to do: a notification may be lost with its connection. */
const pollInterval = 1000;
/** Milliseconds until workers that ended are replaced. */
const restartDelay = 500;

/** What graphile-worker says of an error. It has no stack, which would be the one of where it says so. */
class GraphileWorkerError extends Error {
  constructor(message?: string) {
    super(message);
    this.name = 'GraphileWorkerError';
    delete this.stack;
  }
}

/** What a feed does with jobs. */
export interface FeedOptions {
  /** How many jobs are taken at a time. */
  concurrency: number;
  /** Runs a job that a worker of graphile-worker has locked under a name; it does not reject. */
  work(jobId: string, locker: string): Promise<void>;
  /** Is told what goes wrong. */
  onFailure(what: string, error: unknown): void;
}

/** Takes jobs from graphile-worker, so many at a time. Its workers end when the database fails them for long; they are replaced. */
export class JobFeed {
  readonly #pool: Pool;
  readonly #options: FeedOptions;
  readonly #lockers = new Set<string>();
  #runner: Promise<Runner> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopped = true;
  #stopping = new AbortController();

  constructor(pool: Pool, options: FeedOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /** The names under which this process may have locked rows of graphile-worker. */
  get lockers(): readonly string[] {
    return [...this.#lockers];
  }

  /** Begins to take jobs, or tries to again and again until it is stopped. */
  async start(): Promise<void> {
    this.#stopped = false;
    this.#stopping = new AbortController();
    await this.#begin();
  }

  /** Takes no more jobs, and ends when those that run have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopping.abort();
    clearTimeout(this.#restart);
    const runner = await this.#runner?.catch(() => undefined);
    await runner?.stop().catch(() => {});
  }

  async #begin(): Promise<void> {
    try {
      await this.#run();
    } catch (error) {
      if (this.#stopped) return;
      this.#options.onFailure('No executions can be taken from the queue', error);
      this.#startAgain();
    }
  }

  async #run(): Promise<void> {
    const { run, Logger } = await importNeeded<typeof import('graphile-worker')>('graphile-worker', needs);
    if (this.#stopped) return;
    const events: WorkerEvents = new EventEmitter();
    const own = new Set<string>();
    events.on('worker:create', ({ worker }) => {
      own.add(worker.workerId);
      this.#lockers.add(worker.workerId);
    });
    let replaced = false;
    const replace = (): void => {
      if (replaced || this.#stopped) return;
      replaced = true;
      this.#replace(own);
    };
    events.on('worker:stop', ({ error }: WorkerEventMap['worker:stop']) => {
      if (error) replace();
    });
    this.#runner = run({
      pgPool: patientPool(this.#pool, this.#stopping.signal),
      schema: workerSchema,
      concurrency: this.#options.concurrency,
      pollInterval,
      noHandleSignals: true,
      parsedCronItems: [],
      events,
      logger: new Logger(() => (level, message) => {
        if (level === 'error') this.#options.onFailure('graphile-worker', new GraphileWorkerError(message.split('\n', 1)[0]));
      }),
      taskList: {
        [task]: async (payload, { job }) => await this.#options.work((payload as { jobId: string }).jobId, job.locked_by ?? ''),
      },
    });
    const runner = await this.#runner;
    void runner.promise.then(replace, replace);
  }

  /** Replaces a runner of which a worker has ended. What it still runs may end first. */
  #replace(own: ReadonlySet<string>): void {
    const old = this.#runner;
    this.#runner = undefined;
    const forget = (): void => {
      for (const locker of own) this.#lockers.delete(locker);
    };
    void old?.then((runner) => runner.stop()).then(forget, forget);
    this.#startAgain();
  }

  #startAgain(): void {
    this.#restart = setTimeout(() => {
      if (!this.#stopped) void this.#begin();
    }, restartDelay);
    this.#restart.unref();
  }
}
