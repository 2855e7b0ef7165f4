/** How far a run or an execution is, as far as the platform says. */
export interface Progress {
  /** 0 to 1. */
  fraction?: number | undefined;
  /** The step being worked on. */
  step?: number | undefined;
  steps?: number | undefined;
  message?: string | undefined;
}

/** Waiting times between polls. All in seconds but the factor. */
export interface BackOff {
  /** The first delay. */
  initial: number;
  /** What a delay is multiplied by after each poll. 1 keeps it. */
  factor: number;
  /** No delay grows beyond this. */
  max: number;
  /** No delay is shorter than this. */
  min: number;
}

/** Half a second, growing by a tenth up to a minute, never under a fifth of a second. */
export const defaultBackOff: BackOff = { initial: 0.5, factor: 1.1, max: 60, min: 0.2 };

/** One poll of something that is being waited for. */
export interface Poll<S> {
  state: S;
  /** Whether it will not change any more. */
  final: boolean;
  /** Why what is final has failed: the waits reject with it. */
  failure?: Error | undefined;
  progress?: Progress | undefined;
  /** Seconds the platform asked to wait before the next poll. */
  retryAfter?: number | undefined;
  /** A status word nobody knows; it counts as going on. */
  unknownStatus?: string | undefined;
}

export interface PollOptions {
  signal?: AbortSignal | undefined;
  /** Seconds the poll may take. */
  timeout?: number | undefined;
}

/** Polls many things of one kind in one request. */
export interface BatchSource {
  /** How many things one request can be about. */
  readonly maxSize: number;
  poll(ids: readonly string[], options: PollOptions): Promise<BatchResponse>;
}

/** What one request found about many things. */
export interface BatchResponse {
  /** By id. What is missing is polled alone: a list does not say why it lacks something. */
  found: ReadonlyMap<string, unknown>;
  /** Seconds the platform asked to wait before the next poll of any of them. */
  retryAfter?: number | undefined;
}

/** One of many things that can be polled together. */
export interface BatchMember<S> {
  readonly source: BatchSource;
  readonly id: string;
  /** Called as the request leaves; what it returns reads what was found. */
  ask(): (found: unknown) => Poll<S>;
}

/** Something that can be waited for. It knows how to poll, not how to wait. */
export interface Pollable<S> {
  /** What is waited for, for messages: 'PipelineExecution pe_1'. */
  readonly subject: string;
  /** All waits for one key share their polls. Default: the object itself. */
  readonly key?: object | undefined;
  /** Default: `defaultBackOff`. */
  readonly backOff?: BackOff | undefined;
  poll(options: PollOptions): Promise<Poll<S>>;
  /** How it is polled together with others. */
  readonly batch?: BatchMember<S> | undefined;
  /** Resumes the wait elsewhere; undefined where it cannot be resumed. A wait that times out hands it on. */
  token?(): string | undefined;
  /** Called after each poll that succeeded, once however many wait. What it throws ends all waits. */
  onPoll?(poll: TimedPoll<S>): Promise<void> | void;
  /** Called when a poll failed and will be repeated. */
  onRetry?(failed: FailedPoll): void;
  /** Called once after the last poll, with what it failed with. The end of one wait at its deadline or on abort is not the end. */
  onEnd?(error?: unknown): Promise<void>;
}

export interface WaitOptions {
  /**
   * Seconds after which the last poll is made, which has 5 more to be answered. 0 is exactly one poll; Infinity waits for ever. Default: 300
   * unless the class says otherwise.
   */
  timeout?: number | undefined;
  /** Seconds before the second poll; later delays grow from it. While others wait for the same thing already, their delays hold. */
  waitTime?: number | undefined;
  /** Ends the wait with an AbortedError; the remote side goes on. */
  signal?: AbortSignal | undefined;
  /** Shows a progress bar while waiting, on a terminal only. */
  showProgress?: boolean | undefined;
}

/** A wait whose time may have begun before it did, with the start of what is waited for. */
export interface Wait extends WaitOptions {
  /** When its time began, on the clock that never goes back. Default: now. */
  since?: number | undefined;
}

/** One poll and what comes after it. */
export interface TimedPoll<S> extends Poll<S> {
  /** 1 for the first poll. */
  attempt: number;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
  /** Milliseconds until the next poll; null after the last one. */
  nextDelayMs: number | null;
}

/** A poll failed and will be repeated. */
export interface FailedPoll {
  error: Error;
  attempt: number;
  delayMs: number;
}

/** What a token holds. */
export interface TokenData {
  class: string;
  /** The id of the record that is waited for, or the path that is polled; a whole address where that is not at the base URL's origin. */
  id?: string;
  path?: string;
  /** Milliseconds since 1970; null for no deadline. */
  deadline: number | null;
}

/** Waits. Implemented in polling/, handed to the model through the connection's environment. */
export interface Waiter {
  /**
   * Polls until the state is final, and yields each poll. Who joins while others wait for the same key sees the polls from then on.
   *
   * @throws OperationTimeoutError at the deadline, AbortedError on abort, and what a poll failed with when it is not transient.
   */
  polls<S>(pollable: Pollable<S>, options: Wait): AsyncGenerator<TimedPoll<S>, void, void>;
  /** The same without the polls in between: resolves to the final state. Costs less where there are many waits. */
  wait<S>(pollable: Pollable<S>, options: Wait): Promise<S>;
  /** Makes the next poll of a key come now, where someone waits for it. */
  poke(key: object): void;
  /** @throws AbortedError that says what was aborted. */
  sleep(seconds: number, signal: AbortSignal | undefined, subject: string): Promise<void>;
  writeToken(data: TokenData): string;
  /** @throws ValidationError for what is not a token of that class. */
  readToken(token: string, className: string): TokenData;
}
