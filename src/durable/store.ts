/** What a run is waiting for, or how it came to its end. */
export type RunState = 'starting' | 'running' | 'ended' | 'failed';

/** Runs that are claimed together: those of one handler, one account, one class and one priority. */
export interface Queue {
  readonly queue: number;
  readonly handler: string;
  /** The name of the connection. */
  readonly account: string;
  /** The name of the class: of what is followed, or, before that is known, of what is started. */
  readonly className: string;
  /** From 0 to 9; higher ones are claimed first. */
  readonly priority: number;
}

export type QueueName = Omit<Queue, 'queue'>;

/** A run that is about to be started. */
export interface NewRun extends QueueName {
  readonly id: string;
  readonly key: string | null;
  /** JSON. */
  readonly data: string;
  /** Milliseconds from now on. */
  readonly timeoutMs: number | null;
  /** What is sent again if the outcome is unknown, as JSON; null where it must not be. */
  readonly start: string | null;
  readonly idempotencyKey: string | null;
}

/** What is known of a run once it has been started. */
export interface StartedRun {
  readonly className: string;
  /** What resumes it; null when it has ended at once. */
  readonly token: string | null;
  /** The platform's id of it. */
  readonly remoteId: string | null;
  /** What it gave, as JSON, when it has ended at once. */
  readonly result: string | null;
  /** Milliseconds until its first poll. */
  readonly delayMs: number;
}

/** Which claim of a run is meant. A later claim of the run has another epoch. */
export interface Fence {
  readonly id: string;
  readonly owner: string;
  readonly epoch: number;
}

/** A run that a process has claimed. */
export interface Claim extends Fence {
  readonly key: string | null;
  readonly state: 'starting' | 'running';
  readonly queue: number;
  readonly token: string | null;
  readonly result: string | null;
  readonly start: string | null;
  readonly idempotencyKey: string | null;
  readonly data: string;
  /** Milliseconds until its deadline; null for none. */
  readonly remainingMs: number | null;
  /** How long ago it was added. */
  readonly ageMs: number;
  /** How many polls have found it running. */
  readonly polls: number;
  /** How many attempts to handle its end have failed. */
  readonly attempts: number;
  /** How many processes have died that had claimed it, since a poll or a handler has ended. */
  readonly deaths: number;
  readonly isCancelled: boolean;
}

/** A run as it is listed. */
export interface StoredRun extends QueueName {
  readonly id: string;
  readonly key: string | null;
  readonly state: RunState;
  readonly token: string | null;
  readonly data: string;
  readonly attempts: number;
  readonly error: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly endedAt: number | null;
}

export interface ListFilter {
  readonly states?: readonly RunState[];
  readonly handler?: string;
  readonly limit: number;
}

export interface StoredCounts {
  readonly counts: readonly { handler: string; state: RunState; count: number }[];
  /** How long the oldest run that has not ended has been there, in milliseconds. */
  readonly oldestMs: number | null;
  /** For how long the run that is due the longest has been due, in milliseconds. */
  readonly overdueMs: number | null;
  readonly processes: number;
  readonly paused: readonly string[];
}

/** Statements that are executed in the transaction in which the end of a run is written. */
export interface StoreTransaction {
  /** Whether a statement has begun it. */
  readonly isOpen: boolean;
  /** Whether nothing else can be written while it is open. */
  readonly isExclusive: boolean;
  execute(sql: string, parameters: readonly unknown[]): Promise<Record<string, unknown>[]>;
  client(): Promise<unknown>;
  /** Writes the end of the run and commits. False when the claim was lost, and nothing was written. */
  commitEnd(): Promise<boolean>;
  rollback(): Promise<void>;
}

/** The process is not a member any more: others took it for dead and have its claims. */
export const notAMember = 'not a member';

/**
 * Where runs are kept. Each method takes effect as a whole or not at all, and those that have a fence do nothing, and resolve to false, when
 * the claim was lost. Absolute times are the store's own, so callers give durations in milliseconds.
 */
export interface DurableStore {
  /** Adds a run that this process is about to start, unless its key or id is there already. */
  add(run: NewRun, owner: string): Promise<{ id: string; epoch: number; state: RunState } | typeof notAMember>;
  /** Adds a run that was started already, unless its key or id is there already. */
  addStarted(run: NewRun, started: StartedRun): Promise<{ id: string }>;
  /** Notes what was started, whoever has the claim meanwhile. False when the run is known to have been started, has ended or was removed. */
  started(id: string, started: StartedRun): Promise<boolean>;
  /** The same, without the deadline, also for a run that has ended because nobody knew whether it had been started. */
  adopt(id: string, started: StartedRun): Promise<boolean>;
  /** Removes a run that was certainly not started. */
  forget(fence: Fence): Promise<boolean>;

  queues(): Promise<readonly Queue[]>;
  /** Claims due runs of these queues, those of a higher priority first, and says when the next one is due (null: none is known). */
  claim(owner: string, queues: readonly Queue[], limit: number): Promise<{ claims: Claim[]; nextMs: number | null } | typeof notAMember>;
  /** Gives back a run that goes on. */
  release(fence: Fence, next: { delayMs: number; polls: number; attempts: number }): Promise<boolean>;
  /** Notes that a handler is called, so that the death of the process counts as a failed attempt. */
  handling(fence: Fence): Promise<boolean>;
  /** Gives back a run whose attempt has failed. */
  retryLater(fence: Fence, next: { delayMs: number; error: string }): Promise<boolean>;
  /** Writes the end of a run. One that has ended with an error is one of which nobody knew whether it had been started. */
  end(fence: Fence, state: 'ended' | 'failed', error: string | null): Promise<boolean>;
  /** @param error Why it is unknown whether the run was started, which its end is then written with. */
  transaction(fence: Fence, error?: string): StoreTransaction;

  join(process: string, label: string): Promise<void>;
  /** Counts the heartbeat of a process and says how many the others have had. Null when it is not a member. */
  beat(process: string): Promise<ReadonlyMap<string, number> | null>;
  /** Removes a process that has had no further heartbeat, and gives back its claims. False when it has had one. */
  reap(process: string, beats: number): Promise<boolean>;
  leave(process: string): Promise<void>;

  /** Makes runs with this id, of ours or of the platform, due now. Resolves to their number. */
  poke(id: string): Promise<number>;
  /** Marks a run that has not ended as cancelled. */
  cancel(id: string): Promise<boolean>;
  /** Puts a failed run back. */
  retry(id: string): Promise<boolean>;
  /** Removes a failed run. */
  drop(id: string): Promise<boolean>;
  pause(handler: string): Promise<void>;
  resume(handler: string): Promise<void>;
  find(id: string): Promise<StoredRun | null>;
  list(filter: ListFilter): Promise<StoredRun[]>;
  counts(): Promise<StoredCounts>;
  /** How many runs have not ended, counted up to a number of them. Default: all. */
  pending(most?: number): Promise<number>;
  /** Deletes runs that ended so many milliseconds ago, up to a number of them. Resolves to how many they were. */
  prune(keepMs: number, limit: number): Promise<number>;
  close(): Promise<void>;
}

/** The longest interval to which due times are aligned, in milliseconds. */
const longestGrid = 4000;

/** The shortest one, and how often a process looks for due runs. */
export const gridMs = 250;

/**
 * The interval to which the due time of a poll is aligned, so that polls go out together: up to 16 % of the delay.
 *
 * @param delayMs The time until the poll, in milliseconds.
 */
export function gridFor(delayMs: number): number {
  if (delayMs <= 0) return 1;
  let grid = longestGrid;
  while (grid > delayMs * 0.16 && grid > 1) grid = Math.floor(grid / 2);
  return Math.max(1, grid);
}

/** The name under which all handlers are paused. */
export const allHandlers = '*';
