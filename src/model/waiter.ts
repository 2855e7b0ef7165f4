import type { Progress } from './events.js';

/** Waiting times between looks. All in seconds but the factor. */
export interface BackOff {
  /** The first delay. */
  initial: number;
  /** What a delay is multiplied by after each look. 1 keeps it. */
  factor: number;
  /** No delay grows beyond this. */
  max: number;
  /** No delay is shorter than this. */
  min: number;
}

/** One look at something that is being waited for. */
export interface Look<S> {
  state: S;
  /** Whether it will not change any more. */
  final: boolean;
  progress?: Progress | undefined;
  /** Seconds the platform asked to wait before the next look. */
  retryAfter?: number | undefined;
  /** A status word nobody knows; it counts as going on. */
  unknownStatus?: string | undefined;
}

/** Something that can be waited for. It knows how to look, not how to wait. */
export interface Pollable<S> {
  /** What is waited for, for messages: 'PipelineExecution pe_1'. */
  readonly subject: string;
  readonly backOff: BackOff;
  look(options: { signal: AbortSignal | undefined; timeout: number | undefined }): Promise<Look<S>>;
  /** Resumes the wait elsewhere; undefined where it cannot be resumed. */
  token(deadline: number | null): string | undefined;
}

export interface WaitOptions {
  /** Seconds to wait at the most. 0 is exactly one look; Infinity waits for ever. */
  timeout?: number | undefined;
  /** Seconds before the second look; later delays grow from it. */
  waitTime?: number | undefined;
  /** Ends the wait with an AbortedError; the remote side goes on. */
  signal?: AbortSignal | undefined;
  /** Shows a progress bar while waiting, on a terminal only. */
  showProgress?: boolean | undefined;
}

/** One look and what comes after it. */
export interface Tick<S> extends Look<S> {
  /** 1 for the first look. */
  attempt: number;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
  /** Milliseconds until the next look; null after the last one. */
  nextDelayMs: number | null;
}

/** A look failed and will be repeated. */
export interface FailedLook {
  error: Error;
  attempt: number;
  delayMs: number;
}

/** What a token holds. */
export interface TokenData {
  class: string;
  /** The id of the record that is waited for, or the path that is polled. */
  id?: string;
  path?: string;
  /** Milliseconds since 1970; null for no deadline. */
  deadline: number | null;
}

/** Waits. Implemented in polling/, handed to the model through the connection's environment. */
export interface Waiter {
  /**
   * Looks until the state is final, and yields each look.
   *
   * @throws OperationTimeoutError at the deadline, AbortedError on abort, and what a look failed with when it is not transient.
   */
  polls<S>(
    pollable: Pollable<S>,
    options: WaitOptions & { onFailedLook?: (failed: FailedLook) => void },
  ): AsyncGenerator<Tick<S>, void, void>;
  writeToken(data: TokenData): string;
  /** @throws ValidationError for what is not a token of that class. */
  readToken(token: string, className: string): TokenData;
}

/** Time and chance, so that tests can stand in for both. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970. */
  date(): number;
  /** Rejects with the signal's reason when it fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** 0 up to, not including, 1. */
  random(): number;
}
