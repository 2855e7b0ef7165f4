import { randomUUID } from 'node:crypto';
import { type Clock, timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { JobRow } from '../store/schema.js';

/** Does the work of one kind of job. */
export interface Runner {
  /**
   * Works on a record until it is done. It must be safe to do again: a job whose process ended is given to another.
   * Failures of the work itself are results, written to the record; only what is not the work's fault is thrown.
   */
  run(subjectId: string, signal: AbortSignal): Promise<void>;
  /** Writes to the record that the work is given up. */
  fail(subjectId: string, message: string): Promise<void>;
}

/** The reason of a signal that aborts because the platform stops: the job is left for the next start. */
export class PlatformStopped extends Error {}

const concurrency = 8;
/** Milliseconds a worker keeps a job without saying that it is alive. */
const leaseTime = 30_000;
/** How often a job may lose its worker before it is given up. */
const maxAttempts = 10;

/** Jobs in the database. Rows are added in the transaction that makes the work, and removed when it is done. */
export class JobQueue {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #owner = randomUUID();
  readonly #runners = new Map<string, Runner>();
  readonly #running = new Map<string, { control: AbortController; done: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> = Promise.resolve();
  #stopped = true;

  constructor(store: Store, { clock, newId }: { clock: Clock; newId: () => string }) {
    this.#store = store;
    this.#clock = clock;
    this.#newId = newId;
  }

  register(kind: string, runner: Runner): void {
    this.#runners.set(kind, runner);
  }

  /** Adds a job; call `wake` once the transaction is committed. */
  async add(store: Store, kind: string, subjectId: string): Promise<void> {
    const row: JobRow = {
      jobId: this.#newId(),
      kind,
      subjectId,
      leaseOwner: null,
      leaseUntil: 0,
      attempts: 0,
      createdAt: timestamp(this.#clock),
    };
    await store.insertInto('jobs').values(row).execute();
  }

  /** Starts working. `alone` says that nobody else uses the database, so that whoever held a job is gone. */
  async start({ alone }: { alone: boolean }): Promise<void> {
    if (alone) await this.#store.updateTable('jobs').set({ leaseOwner: null, leaseUntil: 0 }).execute();
    this.#stopped = false;
    this.#timer = setInterval(() => {
      void this.#renew().catch(() => {});
      this.wake();
    }, leaseTime / 3);
    this.#timer.unref();
    // Whoever starts the platform registers handlers first: what is left of the last time may need them.
    setImmediate(() => this.wake());
  }

  /** Looks for work now. */
  wake(): void {
    this.#claiming = this.#claiming.then(() => this.#claimAll()).catch(() => {});
  }

  /** Interrupts the work on a record, where it is being done here. */
  abort(subjectId: string, reason: Error): void {
    this.#running.get(subjectId)?.control.abort(reason);
  }

  /** Stops working; what is unfinished is left for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#claiming;
    for (const { control } of this.#running.values()) control.abort(new PlatformStopped('The platform was stopped.'));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #claimAll(): Promise<void> {
    while (!this.#stopped && this.#running.size < concurrency) {
      const job = await this.#claim();
      if (!job) return;
      const control = new AbortController();
      // The work on this record that is being interrupted comes to its end first.
      const before = this.#running.get(job.subjectId)?.done;
      const done = (before ?? Promise.resolve())
        .then(() => this.#work(job, control.signal))
        .catch(() => {})
        .finally(() => {
          if (this.#running.get(job.subjectId)?.control === control) this.#running.delete(job.subjectId);
          this.wake();
        });
      this.#running.set(job.subjectId, { control, done });
    }
  }

  /** Takes the oldest job nobody works on. */
  async #claim(): Promise<JobRow | undefined> {
    const now = Date.now();
    return await this.#store
      .updateTable('jobs')
      .set((set) => ({ leaseOwner: this.#owner, leaseUntil: now + leaseTime, attempts: set('attempts', '+', 1) }))
      .where('jobId', '=', (select) => select.selectFrom('jobs').select('jobId').where('leaseUntil', '<', now).orderBy('jobId').limit(1))
      .returningAll()
      .executeTakeFirst();
  }

  async #renew(): Promise<void> {
    await this.#store
      .updateTable('jobs')
      .set({ leaseUntil: Date.now() + leaseTime })
      .where('leaseOwner', '=', this.#owner)
      .where('leaseUntil', '>', 0)
      .execute();
  }

  async #work(job: JobRow, signal: AbortSignal): Promise<void> {
    const runner = this.#runners.get(job.kind);
    if (!runner) throw new Error(`No runner for jobs of the kind '${job.kind}'.`);
    try {
      if (job.attempts > maxAttempts) await runner.fail(job.subjectId, `It was interrupted ${maxAttempts} times and is given up.`);
      else await runner.run(job.subjectId, signal);
    } catch (error) {
      if (error instanceof PlatformStopped) {
        await this.#store.updateTable('jobs').set({ leaseOwner: null, leaseUntil: 0 }).where('jobId', '=', job.jobId).execute();
        return;
      }
      await runner.fail(job.subjectId, error instanceof Error ? error.message : String(error));
    }
    await this.#store.deleteFrom('jobs').where('jobId', '=', job.jobId).execute();
  }
}
