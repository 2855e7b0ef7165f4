import { AbortedError, APIError, ConnectionError, OperationTimeoutError, RateLimitError, TimeoutError } from '../model/errors/index.js';
import type { Clock, FailedLook, Look, Pollable, Tick, TokenData, Waiter, WaitOptions } from '../model/waiter.js';
import { delays } from './back-off.js';
import { systemClock } from './clock.js';
import { checkSeconds, Deadline } from './deadline.js';
import { readToken, writeToken } from './token.js';

/** Seconds a single look may take. */
const lookTimeout = 30;

/** Seconds a wait takes at the most where nobody says otherwise. */
const defaultTimeout = 300;

/** Waits by looking again and again. The wait alone repeats failed looks; the transport does not. */
export class Poller implements Waiter {
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  writeToken(data: TokenData): string {
    return writeToken(data);
  }

  readToken(token: string, className: string): TokenData {
    return readToken(token, className);
  }

  async *polls<S>(
    pollable: Pollable<S>,
    options: WaitOptions & { onFailedLook?: (failed: FailedLook) => void },
  ): AsyncGenerator<Tick<S>, void, void> {
    const { timeout = defaultTimeout, waitTime, signal, onFailedLook } = options;
    checkSeconds('timeout', timeout);
    checkSeconds('waitTime', waitTime);
    const clock = this.#clock;
    const started = clock.now();
    const deadline = new Deadline(clock, timeout);
    const pauses = delays(pollable.backOff, clock, waitTime);
    let latest: Look<S> | undefined;
    for (let attempt = 1; ; attempt++) {
      const look = await this.#look(pollable, deadline, signal);
      const elapsedMs = clock.now() - started;
      if ('final' in look && look.final) {
        yield { ...look, attempt, elapsedMs, nextDelayMs: null };
        return;
      }
      const last = deadline.passed;
      const pause = Math.min(look.retryAfter === undefined ? pauses.next().value : look.retryAfter * 1000, deadline.left);
      if ('error' in look) {
        if (last) throw timedOut(pollable, timeout, latest, look.error);
        onFailedLook?.({ error: look.error, attempt, delayMs: pause });
      } else {
        latest = look;
        yield { ...look, attempt, elapsedMs, nextDelayMs: last ? null : pause };
        if (last) throw timedOut(pollable, timeout, latest);
      }
      await this.#sleep(pause, signal, pollable);
    }
  }

  async #look<S>(
    pollable: Pollable<S>,
    deadline: Deadline,
    signal: AbortSignal | undefined,
  ): Promise<Look<S> | { error: Error; retryAfter: number | undefined }> {
    if (signal?.aborted) throw aborted(pollable, signal.reason);
    try {
      return await pollable.look({ signal, timeout: Math.min(lookTimeout, Math.max(1, deadline.left / 1000)) });
    } catch (error) {
      if (signal?.aborted && !(error instanceof AbortedError)) throw aborted(pollable, signal.reason);
      if (!isTransient(error)) throw error;
      return { error, retryAfter: error instanceof RateLimitError ? error.retryAfter : undefined };
    }
  }

  async #sleep(ms: number, signal: AbortSignal | undefined, pollable: Pollable<unknown>): Promise<void> {
    try {
      await this.#clock.sleep(ms, signal);
    } catch (error) {
      throw aborted(pollable, error);
    }
  }
}

/** What may be gone at the next look: no answer, 408, 425, 429 and 500 and above. */
function isTransient(error: unknown): error is Error {
  if (error instanceof APIError) return error.status === 408 || error.status === 425 || error.status === 429 || error.status >= 500;
  return error instanceof ConnectionError || error instanceof TimeoutError;
}

function timedOut<S>(pollable: Pollable<S>, timeout: number, latest: Look<S> | undefined, cause?: Error): OperationTimeoutError {
  const seen = cause ? `its last look failed: ${cause.message}` : `it was still ${statusOf(latest?.state)}`;
  return new OperationTimeoutError(
    `${pollable.subject}: the wait timed out after ${timeout} seconds; ${seen}. The work goes on at the platform: wait again, or resume with the error's token.`,
    { result: latest?.state, token: pollable.token(null), ...(cause ? { cause } : {}) },
  );
}

function statusOf(state: unknown): string {
  const status = typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined;
  return typeof status === 'string' ? status : 'going on';
}

function aborted(pollable: Pollable<unknown>, reason: unknown): AbortedError {
  return new AbortedError(`The wait for ${pollable.subject} was aborted. The work goes on at the platform.`, { cause: reason });
}
