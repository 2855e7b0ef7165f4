import { randomUUID } from 'node:crypto';
import { type Clock, timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { JobRow } from '../store/schema.js';
import { execute, executeAll, insertion, rowOf, type Statement } from '../store/statements.js';

/** Runs one kind of job. */
export interface JobRunner {
  /**
   * Runs the job of a record to its end. It must be idempotent: a job whose worker died runs again.
   * A failure of the job itself is a result, which is written to the record; any other error is thrown.
   * @returns what is still to be written of the result, in the transaction that removes the job.
   */
  run(subjectId: string, signal: AbortSignal): Promise<readonly Statement[] | undefined>;
  /** Marks the record as failed, because its job ended without a result. */
  fail(subjectId: string, message: string): Promise<void>;
}

/** The reason of a signal that aborts because the platform stops: the job continues at the next start. */
export class PlatformStopped extends Error {}

/** A job ended without a result for a reason that lies outside its record, such as a process that was killed: it is attempted again. */
export class JobInterrupted extends Error {}

/** How many jobs run at a time. */
const concurrency = 8;
/** Milliseconds until the lease of a job expires, unless its worker renews it. */
const leaseDuration = 30_000;
/** How often a job is attempted before it fails, when the whole platform ends with it. */
const maxAttempts = 10;
/** How often a job is attempted before it fails, when only its own process ends. */
const maxInterruptions = 3;

const claim = `update jobs set "leaseOwner" = ?, "leaseUntil" = ?, attempts = attempts + 1
  where "jobId" = (select "jobId" from jobs where "leaseUntil" < ? order by "jobId" limit 1) returning *`;

/** A queue of jobs in the database. A job's row is added in the transaction that creates its record, and removed when it is done. */
export class JobQueue {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #owner = randomUUID();
  readonly #runners = new Map<string, JobRunner | (() => Promise<JobRunner>)>();
  readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> = Promise.resolve();
  /** Whether there may be jobs that nobody has claimed. */
  #mayWait = true;
  /** Jobs that are being claimed, or added to be run here. */
  #coming = 0;
  #stopped = true;

  constructor(store: Store, { clock, newId }: { clock: Clock; newId: () => string }) {
    this.#store = store;
    this.#clock = clock;
    this.#newId = newId;
  }

  /** @param runner What runs the jobs of a kind, or what loads it with the first of them. */
  register(kind: string, runner: JobRunner | (() => Promise<JobRunner>)): void {
    this.#runners.set(kind, runner);
  }

  /** Adds a job; call `wake` once the transaction is committed. */
  async add(store: Store, kind: string, subjectId: string): Promise<void> {
    await execute(store, insertion('jobs', this.#newJob(kind, subjectId)));
  }

  /**
   * Adds a job and runs it, at once when nothing has to come before it: then it is claimed as it is added.
   * @param insert Runs the statement that adds the job, in the transaction that creates its record.
   */
  async addAndRun(kind: string, subjectId: string, insert: (addition: Statement) => Promise<void>): Promise<void> {
    const job = this.#newJob(kind, subjectId);
    if (this.#stopped || this.#mayWait || this.#coming + this.#running.size >= concurrency) {
      await insert(insertion('jobs', job));
      this.wake();
      return;
    }
    const claimed = { ...job, leaseOwner: this.#owner, leaseUntil: Date.now() + leaseDuration, attempts: 1 };
    this.#coming++;
    try {
      await insert(insertion('jobs', claimed));
    } finally {
      this.#coming--;
      // One that is not added leaves its place to those that wait.
      this.#claimMore();
    }
    // One that stops meanwhile leaves the job for the next start, as any other.
    if (!this.#stopped) this.#begin(claimed);
  }

  #newJob(kind: string, subjectId: string): JobRow {
    const createdAt = timestamp(this.#clock);
    return { jobId: this.#newId(), kind, subjectId, leaseOwner: null, leaseUntil: 0, attempts: 0, createdAt };
  }

  /** Starts running jobs. With `exclusive`, no other process uses the database, so that all existing leases are void. */
  async start({ exclusive }: { exclusive: boolean }): Promise<void> {
    if (exclusive) await execute(this.#store, { text: 'update jobs set "leaseOwner" = null, "leaseUntil" = 0', parameters: [] });
    this.#stopped = false;
    this.#timer = setInterval(() => {
      void this.#renew().catch(() => {});
      this.wake();
    }, leaseDuration / 3);
    this.#timer.unref();
    // The caller registers handlers right after the start, and jobs left by an earlier process may need them.
    setImmediate(() => this.wake());
  }

  /** Claims waiting jobs now. */
  wake(): void {
    this.#mayWait = true;
    this.#claimMore();
  }

  #claimMore(): void {
    if (this.#mayWait) this.#claiming = this.#claiming.then(() => this.#claimAll()).catch(() => {});
  }

  /** Aborts the job of a record, if it is running in this process. */
  abort(subjectId: string, reason: Error): void {
    this.#running.get(subjectId)?.controller.abort(reason);
  }

  /** Stops running jobs; unfinished ones continue at the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#claiming;
    for (const { controller } of this.#running.values()) controller.abort(new PlatformStopped('The platform was stopped.'));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #claimAll(): Promise<void> {
    while (!this.#stopped && this.#coming + this.#running.size < concurrency) {
      this.#mayWait = false;
      this.#coming++;
      let job: JobRow | undefined;
      try {
        job = await this.#claim();
      } catch (error) {
        this.#mayWait = true;
        throw error;
      } finally {
        this.#coming--;
      }
      if (!job) return;
      this.#mayWait = true;
      this.#begin(job);
    }
  }

  /** Begins to run a job that is claimed. */
  #begin(job: JobRow): void {
    const controller = new AbortController();
    // An aborted job of the same record ends first.
    const previous = this.#running.get(job.subjectId)?.done;
    const done = (previous ?? Promise.resolve())
      .then(() => this.#run(job, controller.signal))
      .catch(() => {})
      .finally(() => {
        if (this.#running.get(job.subjectId)?.controller === controller) this.#running.delete(job.subjectId);
        this.#claimMore();
      });
    this.#running.set(job.subjectId, { controller, done });
  }

  /** Leases the oldest waiting job. */
  async #claim(): Promise<JobRow | undefined> {
    const now = Date.now();
    return await rowOf<JobRow>(this.#store, claim, [this.#owner, now + leaseDuration, now]);
  }

  /** Renews the leases of the jobs that run. One whose end could not be written, as on a full disk, is attempted again later. */
  async #renew(): Promise<void> {
    if (this.#running.size === 0) return;
    await this.#store
      .updateTable('jobs')
      .set({ leaseUntil: Date.now() + leaseDuration })
      .where('leaseOwner', '=', this.#owner)
      .where('subjectId', 'in', [...this.#running.keys()])
      .execute();
  }

  /** Gives a job back to the queue. */
  async #release(job: JobRow, attempts: number): Promise<void> {
    await this.#store.updateTable('jobs').set({ leaseOwner: null, leaseUntil: 0, attempts }).where('jobId', '=', job.jobId).execute();
    this.#mayWait = true;
  }

  async #run(job: JobRow, signal: AbortSignal): Promise<void> {
    const registered = this.#runners.get(job.kind);
    const runner = typeof registered === 'function' ? await registered() : registered;
    if (!runner) throw new Error(`No runner is registered for jobs of the kind '${job.kind}'.`);
    this.#runners.set(job.kind, runner);
    const removal: Statement = { text: 'delete from jobs where "jobId" = ?', parameters: [job.jobId] };
    try {
      if (job.attempts <= maxAttempts) {
        const result = await runner.run(job.subjectId, signal);
        return await executeAll(this.#store, [...(result ?? []), removal]);
      }
      await runner.fail(job.subjectId, `It was interrupted ${maxAttempts} times and is not attempted again.`);
    } catch (error) {
      // An orderly stop is not the job's fault, so it is not an attempt.
      if (error instanceof PlatformStopped) return await this.#release(job, job.attempts - 1);
      const isInterrupted = error instanceof JobInterrupted;
      if (isInterrupted && job.attempts < maxInterruptions) return await this.#release(job, job.attempts);
      const message = error instanceof Error ? error.message : String(error);
      await runner.fail(job.subjectId, isInterrupted ? `${message} It was attempted ${job.attempts} times.` : message);
    }
    await execute(this.#store, removal);
  }
}
