import { EventEmitter } from 'node:events';
import type { Runner, WorkerEventMap, WorkerEvents } from 'graphile-worker';
import type { Pool } from 'pg';
import { importNeeded } from '../../../model/support/optional-package.js';
import { needs, workerSchema } from './install.js';
import { task } from './statements.js';

/** Milliseconds between two polls of a worker that has nothing to do: a notification may be lost with its connection. */
const pollInterval = 1000;
/** Milliseconds until workers that ended are replaced. */
const restartDelay = 500;

/** Takes jobs from graphile-worker, so many at a time. Its workers end when a connection breaks at the wrong moment; they are replaced. */
export class JobFeed {
  readonly #pool: Pool;
  readonly #concurrency: number;
  readonly #work: (jobId: string) => Promise<void>;
  readonly #lockers = new Set<string>();
  #runner: Promise<Runner> | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopped = true;

  /** @param work Runs a job; it does not reject. */
  constructor(pool: Pool, { concurrency, work }: { concurrency: number; work: (jobId: string) => Promise<void> }) {
    this.#pool = pool;
    this.#concurrency = concurrency;
    this.#work = work;
  }

  /** The names under which this process may have locked rows of graphile-worker. */
  get lockers(): readonly string[] {
    return [...this.#lockers];
  }

  /** Begins to take jobs, or tries to again and again until it is stopped. */
  async start(): Promise<void> {
    this.#stopped = false;
    await this.#run().catch(() => this.#startAgain());
  }

  /** Takes no more jobs, and ends when those that run have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    const runner = await this.#runner?.catch(() => undefined);
    await runner?.stop().catch(() => {});
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
      pgPool: this.#pool,
      schema: workerSchema,
      concurrency: this.#concurrency,
      pollInterval,
      noHandleSignals: true,
      parsedCronItems: [],
      events,
      logger: new Logger(() => () => {}),
      taskList: { [task]: async (payload) => await this.#work((payload as { jobId: string }).jobId) },
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
      if (!this.#stopped) this.#run().catch(() => this.#startAgain());
    }, restartDelay);
    this.#restart.unref();
  }
}
