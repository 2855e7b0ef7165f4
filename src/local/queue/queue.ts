import type { Store } from '../store/database.js';
import { DatabaseUnavailable } from '../store/postgres/errors.js';
import { executeAll, type Statement } from '../store/statements.js';

/** What is still to be written of a job's end: statements, or a function that writes in the transaction it is given. */
export type JobEnd = readonly Statement[] | ((store: Store) => Promise<void>);

/** Runs one kind of job. */
export interface JobRunner {
  /**
   * Runs the job of a record to its end. It must be idempotent: a job whose worker died runs again, and may run twice at a time when
   * a worker was only out of reach. Therefore nothing that ends the record is written here, but given back.
   * A failure of the job itself is a result, which is written to the record; any other error is thrown.
   * @returns what is still to be written of the result, in the transaction that removes the job.
   */
  run(subjectId: string, signal: AbortSignal): Promise<JobEnd | undefined>;
  /** What marks the record as failed, because its job ended without a result; written in the transaction that removes the job. */
  fail(subjectId: string, message: string): Promise<JobEnd | undefined>;
}

/** A runner, or what loads it with the first job of its kind. */
export type JobRunnerSource = JobRunner | (() => Promise<JobRunner>);

/** A job to be added. */
export interface NewJob {
  kind: string;
  /** The id of the record that the job processes. */
  subjectId: string;
  /** The team whose job it is. */
  teamId: string;
}

/** The reason of a signal that aborts because the platform stops: the job continues at the next start, or on another worker. */
export class PlatformStopped extends Error {}

/** The reason of a signal that aborts because another worker has taken the job over: nothing may be written any more. */
export class LeaseLost extends Error {}

/** The reason of a signal that aborts because the record was cancelled, paused or deleted. Its record has that state already. */
export class Interrupted extends Error {}

/** A job ended without a result for a reason that lies outside its record, such as a process that was killed: it is attempted again. */
export class JobInterrupted extends Error {}

/** A team has as many jobs as it may. */
export class QueueFullError extends Error {
  /** Seconds after which there may be room. */
  readonly retryAfter = 5;
}

/** A queue of jobs in the database. A job is added in the transaction that creates its record, and removed in the one that ends it. */
export interface JobQueue {
  /** @param runner What runs the jobs of a kind, or what loads it with the first of them. */
  register(kind: string, runner: JobRunnerSource): void;
  /** @throws QueueFullError when a team has as many jobs as it may. */
  checkRoom(teamId: string): Promise<void>;
  /** Adds a job, in the transaction that creates its record; call `wake` once it is committed. */
  add(store: Store, job: NewJob): Promise<void>;
  /**
   * Adds a job and runs it as soon as possible.
   * @param insert Runs the statement that adds the job, in the transaction that creates its record.
   */
  addAndRun(job: NewJob, insert: (addition: Statement) => Promise<void>): Promise<void>;
  /** Starts running jobs. With `exclusive`, no other process uses the database, so that all existing leases are void. */
  start(options: { exclusive: boolean }): Promise<void>;
  /** Runs waiting jobs now. */
  wake(): void;
  /** Asks other processes to abort the job of a record, in the transaction that changes the record. */
  requestAbort(store: Store, subjectId: string, reason: Interrupted): Promise<void>;
  /** The statements that forget all jobs, in a transaction. */
  removals(): readonly Statement[];
  /** Aborts the job of a record, if it is running in this process. */
  abort(subjectId: string, reason: Interrupted): void;
  /** Stops running jobs; unfinished ones continue at the next start, or on another worker. */
  stop(): Promise<void>;
}

/** Writes the end of a job, in a transaction. */
export async function writeEnd(store: Store, end: JobEnd | undefined): Promise<void> {
  if (typeof end === 'function') await end(store);
  else if (end) await executeAll(store, end);
}

/** How often a job is attempted before it fails, when the whole process of its worker ends with it. */
export const maxAttempts = 10;
/** How often a job is attempted before it fails, when only its own process ends. */
const maxInterruptions = 3;

/** What becomes of a job after an attempt: its end is written, or it is given back with the number of attempts that count. */
export type Outcome = { end: JobEnd | undefined } | { attempts: number };

/** Runs a job that has been claimed, for the `attempts`-th time. @throws LeaseLost when another worker has it. */
export async function attempt(runner: JobRunner, subjectId: string, attempts: number, signal: AbortSignal): Promise<Outcome> {
  try {
    if (attempts <= maxAttempts) return { end: await runner.run(subjectId, signal) };
  } catch (error) {
    return await outcomeOf(error, runner, subjectId, attempts);
  }
  return { end: await runner.fail(subjectId, `It was interrupted ${maxAttempts} times and is not attempted again.`) };
}

/** What becomes of a job whose attempt, or the writing of whose result, failed. @throws LeaseLost when another worker has it. */
export async function outcomeOf(error: unknown, runner: JobRunner, subjectId: string, attempts: number): Promise<Outcome> {
  if (error instanceof LeaseLost) throw error;
  // Nothing is wrong with the job when the database restarts.
  if (error instanceof DatabaseUnavailable) return { attempts };
  // An orderly stop is not the job's fault, so it is not an attempt.
  if (error instanceof PlatformStopped) return { attempts: attempts - 1 };
  const isInterrupted = error instanceof JobInterrupted;
  if (isInterrupted && attempts < maxInterruptions) return { attempts };
  const message = error instanceof Error ? error.message : String(error);
  return { end: await runner.fail(subjectId, isInterrupted ? `${message} It was attempted ${attempts} times.` : message) };
}

/** The runners by kind of job. */
export class JobRunners {
  readonly #runners = new Map<string, JobRunnerSource>();

  register(kind: string, runner: JobRunnerSource): void {
    this.#runners.set(kind, runner);
  }

  /** @throws Error for a kind without a runner. */
  async of(kind: string): Promise<JobRunner> {
    const registered = this.#runners.get(kind);
    const runner = typeof registered === 'function' ? await registered() : registered;
    if (!runner) throw new Error(`No runner is registered for jobs of the kind '${kind}'.`);
    this.#runners.set(kind, runner);
    return runner;
  }
}
