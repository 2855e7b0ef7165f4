import { randomUUID } from 'node:crypto';
import { type Clock, timestamp } from '../clock.js';
import type { Store } from '../store/database.js';
import type { JobRow } from '../store/schema.js';
import { execute, executeAll, insertion, rowOf, type Statement } from '../store/statements.js';
import { defaultConcurrency } from './concurrency.js';
import {
  attempt,
  type Interrupted,
  type JobEnd,
  type JobQueue,
  type JobRunnerSource,
  JobRunners,
  type NewJob,
  outcomeOf,
  PlatformStopped,
  writeEnd,
} from './queue.js';

/** Milliseconds until the lease of a job expires, unless its worker renews it. */
const leaseDuration = 30_000;
const claim = `update jobs set "leaseOwner" = ?, "leaseUntil" = ?, attempts = attempts + 1
  where "jobId" = (select "jobId" from jobs where "leaseUntil" < ? order by "jobId" limit 1) returning *`;

/** The queue of a platform that has its database for itself. A job is a row of `jobs`. */
export class SqliteJobQueue implements JobQueue {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #newId: () => string;
  readonly #owner = randomUUID();
  readonly #runners = new JobRunners();
  readonly #concurrency: number;
  readonly #running = new Map<string, { controller: AbortController; done: Promise<void> }>();
  #timer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> = Promise.resolve();
  /** Whether there may be jobs that nobody has claimed. */
  #mayWait = true;
  /** Jobs that are being claimed, or added to be run here. */
  #coming = 0;
  #stopped = true;

  constructor(
    store: Store,
    { clock, newId, concurrency = defaultConcurrency }: { clock: Clock; newId: () => string; concurrency?: number | undefined },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#newId = newId;
    this.#concurrency = concurrency;
  }

  register(kind: string, runner: JobRunnerSource): void {
    this.#runners.register(kind, runner);
  }

  /** There is always room: one process serves, and its disk is the limit. */
  async checkRoom(): Promise<void> {}

  async add(store: Store, added: NewJob): Promise<void> {
    await execute(store, insertion('jobs', this.#newJob(added)));
  }

  /** Adds a job and runs it, at once when nothing has to come before it: then it is claimed as it is added. */
  async addAndRun(added: NewJob, insert: (addition: Statement) => Promise<void>): Promise<void> {
    const job = this.#newJob(added);
    if (this.#stopped || this.#mayWait || this.#coming + this.#running.size >= this.#concurrency) {
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

  #newJob({ kind, subjectId }: NewJob): JobRow {
    const createdAt = timestamp(this.#clock);
    return { jobId: this.#newId(), kind, subjectId, leaseOwner: null, leaseUntil: 0, attempts: 0, createdAt };
  }

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

  wake(): void {
    this.#mayWait = true;
    this.#claimMore();
  }

  #claimMore(): void {
    if (this.#mayWait) this.#claiming = this.#claiming.then(() => this.#claimAll()).catch(() => {});
  }

  /** There are no others. */
  async requestAbort(): Promise<void> {}

  /** They are rows of a table of the platform. */
  removals(): readonly Statement[] {
    return [];
  }

  abort(subjectId: string, reason: Interrupted): void {
    this.#running.get(subjectId)?.controller.abort(reason);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#claiming;
    for (const { controller } of this.#running.values()) controller.abort(new PlatformStopped('The platform was stopped.'));
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #claimAll(): Promise<void> {
    while (!this.#stopped && this.#coming + this.#running.size < this.#concurrency) {
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
    const { subjectId, attempts } = job;
    const runner = await this.#runners.of(job.kind);
    let outcome = await attempt(runner, subjectId, attempts, signal);
    if ('end' in outcome) {
      try {
        return await this.#end(job, outcome.end);
      } catch (error) {
        outcome = await outcomeOf(error, runner, subjectId, attempts);
      }
    }
    if ('end' in outcome) await this.#end(job, outcome.end);
    else await this.#release(job, outcome.attempts);
  }

  /** Removes a job in the transaction that writes what is still to be written of its end. */
  async #end({ jobId }: JobRow, end: JobEnd | undefined): Promise<void> {
    const removal: Statement = { text: 'delete from jobs where "jobId" = ?', parameters: [jobId] };
    if (typeof end !== 'function') return await executeAll(this.#store, [...(end ?? []), removal]);
    await this.#store.transaction().execute(async (store) => {
      await writeEnd(store, end);
      await execute(store, removal);
    });
    // What it wrote may include jobs.
    this.#mayWait = true;
  }
}
