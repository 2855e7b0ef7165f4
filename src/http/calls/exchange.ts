import type { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { AbortedError, APIError, ConnectionError, ResourceError, TimeoutError } from '../../model/errors/index.js';
import { type Clock } from '../../model/ports/clock.js';
import type { RequestInfo } from '../../model/ports/transport.js';
import { onAbort } from '../../model/support/abort.js';
import { parseRetryAfter } from '../../model/support/retry-after.js';
import type { AdapterResponse, ConnectTrace, HttpAdapter } from '../adapters/adapter.js';
import { type TryFailure, mayHaveArrived, type RetryPolicy } from '../retry-policy.js';
import { Deadline } from '../time/deadline.js';
import { sleep } from '../time/sleep.js';
import { readErrorText } from './response-body.js';
import type { Call } from './call.js';
import { apiError, requestIdOf } from '../errors/error-response.js';
import { classifyFailure } from '../errors/connection-failure.js';
import { CallEvents } from './call-events.js';
import { redirectOf } from './redirect.js';

/** What every exchange of a connection shares. */
export interface ExchangeContext {
  adapter: HttpAdapter;
  clock: Clock;
  retry: RetryPolicy;
  /** Whether the connection's credentials may go to this origin. */
  isTrustedOrigin(origin: string): boolean;
}

interface FailedTry {
  error: ResourceError;
  failure: TryFailure;
}

/** Makes a call: waits for its turn, sends it, follows redirections, repeats it where that is safe, and reads the answer. */
export function exchange<T>(line: ExchangeContext, call: Call<T>): Promise<T> {
  return new Exchange(line, call).run();
}

class Exchange<T> {
  readonly #line: ExchangeContext;
  readonly #call: Call<T>;
  readonly #witness: CallEvents;
  readonly #deadline: Deadline;
  #attempt = 0;
  /** Whether an earlier try may have been carried out. */
  #mayHaveHappened = false;

  constructor(line: ExchangeContext, call: Call<T>) {
    this.#line = line;
    this.#call = call;
    this.#witness = new CallEvents(call.observer);
    this.#deadline = new Deadline(line.clock).abortOn(call.signal);
  }

  async run(): Promise<T> {
    try {
      return await this.#repeat();
    } finally {
      this.#deadline.dispose();
    }
  }

  async #repeat(): Promise<T> {
    const { clock, retry } = this.#line;
    const call = this.#call;
    const ticket = call.rateLimiter.ticket();
    let began: number | undefined;
    let repetitions = 0;
    let last: FailedTry | undefined;
    for (;;) {
      if (!(await call.rateLimiter.acquire(ticket, this.#deadline.signal))) throw this.#ended(last);
      // Waiting for the first turn is our own doing and does not count against the time limit.
      if (began === undefined) this.#deadline.startTimeout(call.timeout);
      began ??= clock.now();
      this.#attempt++;
      let calm = false;
      try {
        const result = await this.#try();
        calm = 'value' in result || (result.failure.status !== undefined && result.failure.status !== 429);
        if ('value' in result) return result.value;
        last = result;
      } finally {
        call.rateLimiter.release(calm);
      }
      const { error, failure } = last;
      if (failure.arrived === 'maybe') this.#mayHaveHappened = true;
      if (failure.status === 429) call.rateLimiter.pause(retry.pause(failure.retryAfter));
      if (error instanceof APIError && (await call.recover?.(error))) continue;
      if (call.madeProgress?.()) repetitions = 0;
      const delayMs = this.#delay(failure, ++repetitions, clock.now() - began);
      if (delayMs === undefined) throw error;
      this.#witness.retry({ ...this.#info(call.url, call.trusted), delayMs, error });
      await sleep(clock, delayMs, this.#deadline.signal);
      if (this.#deadline.endedBy) throw this.#ended(last);
    }
  }

  /** Milliseconds until the next try; undefined when there is none. */
  #delay(failed: TryFailure, repetition: number, elapsed: number): number | undefined {
    const { clock, retry } = this.#line;
    const { method, once, idempotencyKey, maxRetries, timeout } = this.#call;
    if (repetition > maxRetries || !retry.permits(method, once && idempotencyKey === 'none', failed)) return undefined;
    const delay = retry.delay(repetition, failed.retryAfter, clock.random());
    return elapsed + delay < Math.min(timeout, retry.deadline) ? delay : undefined;
  }

  async #try(): Promise<{ value: T } | FailedTry> {
    const deadline = this.#deadline.child();
    try {
      return await this.#send(deadline);
    } finally {
      deadline.dispose();
    }
  }

  async #send(deadline: Deadline): Promise<{ value: T } | FailedTry> {
    const call = this.#call;
    const { clock, adapter, isTrustedOrigin } = this.#line;
    let { url, trusted } = call;
    if (call.idleFrom === 'start') deadline.startIdleTimeout(call.idleTimeout);
    for (let hop = 0; ; hop++) {
      const trace: ConnectTrace = { connected: false };
      const info = this.#info(url, trusted);
      let body: Buffer | Readable | undefined;
      let response: AdapterResponse | undefined;
      let broken: unknown;
      try {
        const headers = await deadline.race(call.headers({ url, trusted }));
        body = call.body(deadline);
        if (body instanceof Readable) body.on('error', (error) => (broken ??= error));
        trace.connected = undefined;
        this.#witness.request(info);
        const start = clock.now();
        response = await adapter.send({ method: call.method, url, headers, body, signal: deadline.signal }, trace);
        guard(response, deadline);
        const { status } = response;
        const requestId = requestIdOf(response.headers, call.redactor);
        this.#witness.response({ ...info, status, elapsedMs: clock.now() - start, requestId });
        if (call.idleFrom === 'answer') deadline.startIdleTimeout(call.idleTimeout);
        const next = redirectOf(call.method, url, status, response.headers.location, hop);
        if (next?.to && !isTrustedOrigin(next.to.origin)) call.redactor.addPresigned(next.to);
        if (next?.to && !next.refusal) {
          url = next.to;
          trusted = trusted && isTrustedOrigin(url.origin);
          continue;
        }
        if (status >= 300) return await this.#refused(response, deadline, url, trusted, next?.refusal);
        return { value: await call.receive(response, deadline) };
      } catch (error) {
        return this.#lost(broken instanceof ResourceError ? broken : error, deadline, trace);
      } finally {
        if (body instanceof Readable) body.destroy();
        if (response) response.body.destroy();
      }
    }
  }

  /** An answer that says no. */
  async #refused(response: AdapterResponse, deadline: Deadline, url: URL, own: boolean, refused: string | undefined): Promise<FailedTry> {
    const call = this.#call;
    const { status, headers } = response;
    const retryAfter = parseRetryAfter(headers['retry-after'], this.#line.clock.date());
    const arrived = mayHaveArrived(status, retryAfter) ? 'maybe' : 'no';
    const text = refused ?? (await readErrorText(response, () => deadline.recordActivity()));
    if (deadline.endedBy === 'signal' || deadline.endedBy === 'timeout') return this.#lost(undefined, deadline, { connected: true });
    const { redactor, attempt, decodeError: decode, method } = call;
    const outcome = this.#outcome(arrived);
    const retryable = status === 408 || status === 429 || (status >= 500 && status !== 501);
    const context = { method, url: this.#info(url, own).url, attempt, decode, redactor, retryAfter, outcome, retryable };
    const error = apiError({ status, statusText: response.statusText, headers, text }, context);
    return { error, failure: { status, retryAfter, arrived, permanent: refused !== undefined } };
  }

  /** No answer, or none that could be read to its end. */
  #lost(cause: unknown, deadline: Deadline, trace: ConnectTrace): FailedTry {
    const call = this.#call;
    const failure = classifyFailure(cause, trace);
    const { arrived } = failure;
    const outcome = this.#outcome(arrived);
    const by = deadline.endedBy;
    if (by === 'signal' || by === 'timeout') return { error: this.#cutError(by, outcome), failure: { arrived, permanent: true } };
    if (cause instanceof ResourceError) return { error: cause, failure: { arrived, permanent: true } };
    const options = { cause: call.redactor.error(cause), outcome, retryable: !failure.permanent };
    const failed = { arrived, hopeless: failure.permanent };
    if (by === 'idle') {
      const silence = `nothing was heard from the server for ${call.idleTimeout / 1000} s (\`idleTimeout\`)`;
      return { error: new TimeoutError(this.#explain(silence, outcome), { ...options, cause: undefined, retryable: true }), failure };
    }
    const text = this.#explain(call.redactor.text(failure.text), outcome);
    const error =
      failure.code === 'ETIMEDOUT' ? new TimeoutError(text, options) : new ConnectionError(text, { ...options, code: failure.code });
    return { error, failure };
  }

  /** The call was ended between two tries, or before the first. */
  #ended(last: FailedTry | undefined): ResourceError {
    if (this.#deadline.endedBy === 'timeout' && last) return last.error;
    return this.#cutError(this.#deadline.endedBy ?? 'signal', this.#outcome('no'));
  }

  #cutError(by: 'signal' | 'timeout' | 'idle', outcome: 'unknown' | undefined): ResourceError {
    const { signal, timeout } = this.#call;
    if (by === 'signal') return new AbortedError(this.#explain('it was aborted', outcome), { cause: signal?.reason, outcome });
    const text = `it took longer than ${timeout / 1000} s (\`timeout\`, in seconds)`;
    return new TimeoutError(this.#explain(text, outcome), { retryable: true, outcome });
  }

  #outcome(arrived: 'no' | 'maybe'): 'unknown' | undefined {
    const { once, idempotencyKey } = this.#call;
    return once && idempotencyKey !== 'caller' && (arrived === 'maybe' || this.#mayHaveHappened) ? 'unknown' : undefined;
  }

  #explain(text: string, outcome: 'unknown' | undefined): string {
    const { method, url, trusted, attempt } = this.#call;
    const what = `${method} ${this.#info(url, trusted).url}`;
    const tries = this.#attempt > 1 ? `, ${this.#attempt} tries` : '';
    const warning = outcome ? ' It may have been carried out all the same: look before you repeat it.' : '';
    return attempt ? `${attempt} failed: ${text} (${what}${tries}).${warning}` : `${what} failed: ${text}${tries}.${warning}`;
  }

  #info(url: URL, own: boolean): RequestInfo {
    const { method, redactor } = this.#call;
    return { method, url: redactor.text(own ? url.href : url.origin + url.pathname), attempt: this.#attempt };
  }
}

/** The body ends when the exchange does, and an error that nobody waits for any more is nobody's. @throws when it is broken. */
function guard(response: AdapterResponse, deadline: Deadline): void {
  // It may have broken before we were told that there is an answer; nobody would hear of that later.
  if (response.body.errored) throw response.body.errored;
  response.body.on('error', () => {});
  const forget = onAbort(deadline.signal, () => response.body.destroy(new Error('ended')));
  response.body.once('close', forget);
}
