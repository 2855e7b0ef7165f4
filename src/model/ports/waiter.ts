/** The progress of a run or an execution, as far as the platform reports it. */
export interface Progress {
  /** The completed part, from 0 to 1. */
  fraction?: number | undefined;
  /** The number of the current step. */
  step?: number | undefined;
  /** The total number of steps. */
  steps?: number | undefined;
  /** What is being done, in the platform's words. */
  message?: string | undefined;
}

/** The delays between polls, in seconds. */
export interface BackOff {
  /** The first delay. */
  initial: number;
  /** The factor by which the delay grows after each poll. 1 keeps it constant. */
  factor: number;
  /** The longest delay. */
  max: number;
  /** The shortest delay. */
  min: number;
}

/** Starts at 0.5 seconds and grows by 10 % per poll up to 60 seconds; never shorter than 0.2 seconds. */
export const defaultBackOff: BackOff = { initial: 0.5, factor: 1.1, max: 60, min: 0.2 };

/** The result of one poll. */
export interface Poll<S> {
  /** The state the poll found. */
  state: S;
  /** Whether the state is final, which ends the wait. */
  final: boolean;
  /** The error of a final state that is a failure; all waits reject with it. */
  failure?: Error | undefined;
  /** How far the work is, where the platform says so. */
  progress?: Progress | undefined;
  /** Seconds the platform asked to wait before the next poll. */
  retryAfter?: number | undefined;
  /** A status word that is unknown; the work counts as still running. */
  unknownStatus?: string | undefined;
}

/** Options of one poll. */
export interface PollOptions {
  /** Aborts the poll. */
  signal?: AbortSignal | undefined;
  /** Seconds the poll may take. */
  timeout?: number | undefined;
}

/** Polls several pollables of one kind with one request. */
export interface BatchSource {
  /** The largest number of ids in one request. */
  readonly maxSize: number;
  /** Polls the given ids with one request. */
  poll(ids: readonly string[], options: PollOptions): Promise<BatchResponse>;
}

/** The response to a batch of polls. */
export interface BatchResponse {
  /** What was found, by id. A missing id is polled alone, because a list does not say why an item is missing. */
  found: ReadonlyMap<string, unknown>;
  /** Seconds the platform asked to wait before the next poll of any of them. */
  retryAfter?: number | undefined;
}

/** A pollable that can be polled in a batch. */
export interface BatchMember<S> {
  /** Whose polls go out together. */
  readonly source: BatchSource;
  /** The id under which the batch asks for it. */
  readonly id: string;
  /** Called when the request is sent. Returns a function that reads what the response has for this id. */
  ask(): (found: unknown) => Poll<S>;
}

/** Anything that can be waited for. It defines how to poll; the waiter decides when. */
export interface Pollable<S> {
  /** What is waited for, for messages: 'PipelineExecution(id=pe_1)'. */
  readonly subject: string;
  /** Identifies what is waited for: all waits for one key share their polls. Default: the pollable itself. */
  readonly key?: object | undefined;
  /** The delays between polls. Default: `defaultBackOff`. */
  readonly backOff?: BackOff | undefined;
  /** Polls once. */
  poll(options: PollOptions): Promise<Poll<S>>;
  /**
   * Whether a poll is one request of the connection. Such polls are started as far as `limits.concurrency` allows it, in the order in which
   * they are due. Default: false; polls are started when they are due.
   */
  readonly isRequest?: boolean | undefined;
  /** How it is polled in a batch with others; undefined where it is always polled alone. */
  readonly batch?: BatchMember<S> | undefined;
  /** A token that resumes the wait elsewhere; undefined where that is impossible. The error of a wait that times out carries it. */
  token?(): string | undefined;
  /** Called once after each successful poll, regardless of the number of waits. An error it throws ends all waits. */
  onPoll?(poll: TimedPoll<S>): Promise<void> | void;
  /** Called when a poll has failed and will be repeated. */
  onRetry?(failed: FailedPoll): void;
  /** Called once after the final poll, with its error if it failed. Not called when a wait ends at its deadline or is aborted. */
  onEnd?(error?: unknown): Promise<void>;
}

/** Options of a wait. */
export interface WaitOptions {
  /**
   * Seconds until the deadline. The last poll is sent at the deadline and has 5 seconds to complete. 0 makes exactly one poll; Infinity
   * waits without a deadline. Default: 300 unless the class sets another default.
   */
  timeout?: number | undefined;
  /**
   * Seconds before the second poll; later delays grow from it. Ignored while there already is a wait for the same key. Default: the first
   * delay of the back-off.
   */
  waitTime?: number | undefined;
  /** Aborts the wait with an AbortedError; the work on the platform continues. */
  signal?: AbortSignal | undefined;
  /** Whether to show a progress bar while waiting; it is shown only on a terminal. Default: false. */
  showProgress?: boolean | undefined;
}

/** The options of a wait whose timeout may count from an earlier time, such as the start of a run. */
export interface Wait extends WaitOptions {
  /** The time from which the timeout counts, in milliseconds on the monotonic clock. Default: now. */
  since?: number | undefined;
}

/** One poll with its number and timing. */
export interface TimedPoll<S> extends Poll<S> {
  /** 1 for the first poll. */
  attempt: number;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
  /** Milliseconds until the next poll; null after the last one. */
  nextDelayMs: number | null;
}

/** A poll that failed and will be repeated. */
export interface FailedPoll {
  /** Why the poll failed. */
  error: Error;
  /** The number of the failed poll; 1 for the first. */
  attempt: number;
  /** Milliseconds until the next poll. */
  delayMs: number;
}

/** The content of a resume token. */
export interface TokenData {
  /** The name of the record's class. */
  class: string;
  /** The id of the record that is waited for. */
  id?: string;
  /** The path that is polled; a whole URL when it is not at the origin of the base URL. */
  path?: string;
  /** The deadline, in milliseconds since 1970; null for none. */
  deadline: number | null;
}

/** Waits for pollables. Implemented in polling/ and passed to the model through the connection's environment. */
export interface Waiter {
  /**
   * Polls until the state is final, and yields each poll. A wait that begins while others wait for the same key yields the polls from then
   * on.
   *
   * @throws OperationTimeoutError at the deadline, AbortedError on abort, and the error of a poll that is not transient.
   */
  polls<S>(pollable: Pollable<S>, options: Wait): AsyncGenerator<TimedPoll<S>, void, void>;
  /** Waits in the same way without yielding polls; resolves to the final state. Cheaper than `polls` when there are many waits. */
  wait<S>(pollable: Pollable<S>, options: Wait): Promise<S>;
  /** Polls a key now if there is a wait for it. */
  poke(key: object): void;
  /** Ends all waits for a key with an AbortedError. */
  stop(key: object): void;
  /** Waits for a number of seconds. @throws AbortedError on abort, with `subject` in its message. */
  sleep(seconds: number, signal: AbortSignal | undefined, subject: string): Promise<void>;
  /** Encodes a resume token. */
  writeToken(data: TokenData): string;
  /** Decodes a resume token. @throws ValidationError for what is not a token of that class. */
  readToken(token: string, className: string): TokenData;
}
