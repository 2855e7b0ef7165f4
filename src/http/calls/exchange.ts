import { AbortedError, APIError, ConnectionError, ResourceError, TimeoutError } from '../../model/errors/index.js';
import type { RequestInfo } from '../../model/ports/transport.js';
import { markPossibleEffect } from '../../model/support/possible-effect.js';
import { retryAfterOf } from '../../model/support/retry-after.js';
import { type AdapterRequest, type AdapterResponse, type ConnectTrace, isContent } from '../adapters/adapter.js';
import type { EngineSettings } from '../engine.js';
import { classifyFailure } from '../errors/connection-failure.js';
import { apiError, requestIdOf } from '../errors/error-response.js';
import { unknownOutcomeWarning } from '../errors/unknown-outcome.js';
import type { PauseObserver } from '../rate-limiter.js';
import { mayBeDone, mayHaveArrived, type TryFailure } from '../retry-policy.js';
import { Deadline, type DeadlineCause } from '../time/deadline.js';
import { sleep } from '../time/sleep.js';
import type { Call, Hop } from './call.js';
import { CallEvents } from './call-events.js';
import { redirectOf } from './redirect.js';
import { readErrorText } from './response-body.js';

interface FailedTry {
  error: ResourceError;
  failure: TryFailure;
}

/** Makes a call: waits for the rate limiter, sends the request, follows redirects, repeats failed tries and reads the response. */
export function exchange<T>(context: EngineSettings, call: Call<T>): Promise<T> {
  return new Exchange(context, call).run();
}

class Exchange<T> {
  readonly #context: EngineSettings;
  readonly #call: Call<T>;
  readonly #events: CallEvents;
  readonly #deadline: Deadline;
  /** The deadline of the waits before a try. It ends with the call's and may end earlier. */
  readonly #sendDeadline: Deadline;
  #attempt = 0;
  /** Whether the platform may have carried out an earlier try. */
  #mayHaveArrived: boolean;
  /** The same of all tries, also by statuses that leave the outcome of a request that creates something known. */
  #mayBeDone: boolean;

  constructor(context: EngineSettings, call: Call<T>) {
    this.#context = context;
    this.#call = call;
    this.#mayHaveArrived = call.sentBefore;
    this.#mayBeDone = call.sentBefore;
    this.#events = new CallEvents(call.observer, context.runtime.channels);
    this.#deadline = new Deadline(context.clock).abortOn(call.signal);
    this.#sendDeadline = call.sendWithin === undefined ? this.#deadline : this.#deadline.child();
  }

  async run(): Promise<T> {
    const { retry, clock } = this.#context;
    const call = this.#call;
    const ticket = call.rateLimiter.ticket();
    const startTimeout = () => this.#deadline.startTimeout(call.timeout);
    const observer: PauseObserver = { paused: startTimeout, resumed: () => this.#deadline.stopTimeout() };
    try {
      if (call.timeoutCoversQueue) startTimeout();
      if (call.sendWithin !== undefined) this.#sendDeadline.startTimeout(call.sendWithin);
      let repetitions = 0;
      let last: FailedTry | undefined;
      for (;;) {
        const isWaiting = this.#attempt === 0 && !call.timeoutCoversQueue;
        const turn = this.#turn(ticket, isWaiting ? observer : undefined);
        if (!(turn instanceof Promise ? await turn : turn)) throw this.#interruption(last);
        startTimeout();
        this.#attempt++;
        let accepted = false;
        try {
          const result = await this.#try();
          accepted = 'value' in result || (result.failure.status !== undefined && result.failure.status !== 429);
          if ('value' in result) return result.value;
          last = result;
        } finally {
          call.rateLimiter.release(accepted);
        }
        const { error, failure } = last;
        const wasPerhapsDone = this.#mayBeDone;
        this.#mayBeDone ||= mayBeDone(failure);
        if (call.isDelivered?.()) throw error;
        const settled = wasPerhapsDone && error instanceof APIError ? call.settle?.(error) : undefined;
        if (settled !== undefined) return settled;
        if (failure.arrived === 'maybe') this.#mayHaveArrived = true;
        if (failure.status === 429) call.rateLimiter.pause(retry.pause(failure.retryAfter));
        if (error instanceof APIError && (await this.#recover(last, error))) continue;
        if (call.madeProgress?.()) repetitions = 0;
        const delayMs = this.#retryDelay(failure, ++repetitions);
        if (delayMs === undefined) throw error;
        this.#events.dispatch('retry', () => ({ ...this.#info(call.url, call.trusted), delayMs, error }));
        await sleep(clock, delayMs, this.#sendDeadline.signal);
        if (this.#sendDeadline.endedBy) throw this.#interruption(last);
      }
    } catch (error) {
      if (this.#mayBeDone) markPossibleEffect(error);
      throw error;
    } finally {
      this.#sendDeadline.dispose();
      this.#deadline.dispose();
    }
  }

  /** Whether a try may begin; false when the time for that is over. */
  #turn(ticket: number, observer: PauseObserver | undefined): boolean | Promise<boolean> {
    const { rateLimiter } = this.#call;
    if (this.#sendDeadline.isOver) return false;
    return rateLimiter.tryAcquire() || rateLimiter.acquire(ticket, this.#sendDeadline.signal, observer);
  }

  /** Whether the call corrected the cause of the error. The wait for that ends with the deadline. */
  async #recover(last: FailedTry, error: APIError): Promise<boolean> {
    const { recover } = this.#call;
    if (!recover) return false;
    try {
      return await this.#deadline.race(recover.call(this.#call, error));
    } catch (cause) {
      throw this.#deadline.endedBy ? this.#interruption(last) : cause;
    }
  }

  /** Milliseconds until the next try; undefined when the call is not repeated. */
  #retryDelay(failure: TryFailure, repetition: number): number | undefined {
    const { clock, retry } = this.#context;
    const { method, once, idempotencyKey, maxRetries, timeout, sendWithin = Number.POSITIVE_INFINITY } = this.#call;
    if (repetition > maxRetries || !retry.permits(method, once && idempotencyKey === 'none', failure)) return undefined;
    const delay = retry.delay(repetition, failure.retryAfter, clock.random());
    const isInTime = this.#deadline.elapsed + delay < Math.min(timeout, retry.deadline);
    return isInTime && this.#sendDeadline.elapsed + delay < sendWithin ? delay : undefined;
  }

  /** Sends the request, and sends it again to the target of each redirect. */
  async #try(): Promise<{ value: T } | FailedTry> {
    const call = this.#call;
    const deadline = this.#deadline.child();
    const { clock, adapter, origins } = this.#context;
    let at: Hop = { url: call.url, trusted: call.trusted };
    try {
      if (call.idleFrom === 'start') deadline.startIdleTimeout(call.idleTimeout);
      for (let hop = 0; ; hop++) {
        const trace: ConnectTrace = { connected: false };
        const { url, trusted } = at;
        const info = (): RequestInfo => this.#info(url, trusted);
        let body: AdapterRequest['body'];
        let response: AdapterResponse | undefined;
        let forget: (() => void) | undefined;
        try {
          const given = call.headers(at);
          const headers = given instanceof Promise ? await deadline.race(given) : given;
          body = call.body(deadline);
          trace.connected = undefined;
          this.#events.dispatch('request', info);
          const start = clock.now();
          response = await adapter.send({ method: call.method, url, headers, body, trusted, cancellation: deadline }, trace);
          const { status, headers: received, body: incoming } = response;
          forget = deadline.onEnd(() => incoming.destroy(new Error('ended')));
          this.#events.dispatch('response', () => {
            const elapsedMs = clock.now() - start;
            return { ...info(), status, elapsedMs, bytes: lengthOf(received), requestId: requestIdOf(received, call.redactor) };
          });
          if (call.idleFrom === 'response') deadline.startIdleTimeout(call.idleTimeout);
          const redirect = redirectOf(call.method, url, status, received.location, hop);
          if (redirect?.to && !origins.has(redirect.to.origin)) call.redactor.addPresigned(redirect.to);
          if (redirect?.to && !redirect.refusal) {
            at = { url: redirect.to, trusted: trusted && origins.has(redirect.to.origin) };
            continue;
          }
          if (status >= 300) return await this.#errorResponse(response, deadline, url, trusted, redirect?.refusal);
          return { value: await call.receive(response, deadline) };
        } catch (error) {
          const contentError = isContent(body) ? body.failure : undefined;
          return this.#noResponse(contentError instanceof ResourceError ? contentError : error, deadline, trace);
        } finally {
          forget?.();
          response?.body.destroy();
        }
      }
    } finally {
      deadline.dispose();
    }
  }

  /** The failure of a try whose response has a status of 300 or above. The status stays whatever happens to the body. */
  async #errorResponse(
    response: AdapterResponse,
    deadline: Deadline,
    url: URL,
    trusted: boolean,
    refusal: string | undefined,
  ): Promise<FailedTry> {
    const call = this.#call;
    const { status, headers } = response;
    const retryAfterSeconds = retryAfterOf(headers, this.#context.clock.date());
    const retryAfter = retryAfterSeconds === undefined ? undefined : retryAfterSeconds * 1000;
    const arrived = mayHaveArrived(status, retryAfter) ? 'maybe' : 'no';
    const { bodyLimits: limits, runtime } = this.#context;
    const body =
      refusal !== undefined
        ? { text: refusal, complete: true }
        : await readErrorText(response, { limits, decoders: runtime.decoders }, () => deadline.recordActivity());
    const { redactor, attempt, decodeError: decode, method } = call;
    const outcome = this.#outcome(arrived);
    if (deadline.endedBy === 'signal') return { error: this.#deadlineError('signal', outcome), failure: { arrived, permanent: true } };
    const retryable = status === 408 || status === 429 || (status >= 500 && status !== 501);
    const { nesting } = limits;
    const context = { method, url: this.#info(url, trusted).url, attempt, decode, redactor, retryAfter, outcome, retryable, nesting };
    const error = apiError({ status, statusText: response.statusText, headers, ...body }, context);
    return { error, failure: { status, retryAfter, arrived, permanent: refusal !== undefined } };
  }

  /** The failure of a try without a response, or with one that could not be read completely. */
  #noResponse(cause: unknown, deadline: Deadline, trace: ConnectTrace): FailedTry {
    const call = this.#call;
    const { arrived, permanent, code, text } = classifyFailure(cause, trace);
    const outcome = this.#outcome(arrived);
    const by = deadline.endedBy;
    if (by === 'signal' || by === 'timeout') return { error: this.#deadlineError(by, outcome), failure: { arrived, permanent: true } };
    if (cause instanceof ResourceError) return { error: cause, failure: { arrived, permanent: true } };
    const options = { cause: call.redactor.error(cause), outcome, retryable: !permanent };
    const failure = { arrived, permanent };
    if (by === 'idle') {
      const silence = `the server sent nothing for ${call.idleTimeout / 1000} s (\`idleTimeout\`)`;
      return { error: new TimeoutError(this.#message(silence, outcome), { ...options, cause: undefined, retryable: true }), failure };
    }
    const message = this.#message(call.redactor.text(text), outcome);
    const error = code === 'ETIMEDOUT' ? new TimeoutError(message, options) : new ConnectionError(message, { ...options, code });
    return { error, failure };
  }

  /** The error of a call that ended between two tries or before the first. */
  #interruption(last: FailedTry | undefined): ResourceError {
    const { endedBy } = this.#sendDeadline;
    if (endedBy === 'timeout' && last) return last.error;
    return this.#deadlineError(endedBy ?? 'signal', this.#outcome('no'));
  }

  #deadlineError(by: DeadlineCause, outcome: 'unknown' | undefined): ResourceError {
    const { signal, timeout, sendWithin = timeout } = this.#call;
    if (by === 'signal') return new AbortedError(this.#message('it was aborted', outcome), { cause: signal?.reason, outcome });
    const limit = (ms: number) => `${ms / 1000} s (\`timeout\`, in seconds)`;
    const unsent = `the rate limiter did not let it be sent within ${limit(Math.min(sendWithin, timeout))}`;
    const text = this.#attempt > 0 ? `it took longer than ${limit(timeout)}` : unsent;
    return new TimeoutError(this.#message(text, outcome), { retryable: true, outcome });
  }

  #outcome(arrived: 'no' | 'maybe'): 'unknown' | undefined {
    const { once, idempotencyKey } = this.#call;
    return once && idempotencyKey !== 'caller' && (arrived === 'maybe' || this.#mayHaveArrived) ? 'unknown' : undefined;
  }

  #message(text: string, outcome: 'unknown' | undefined): string {
    const { method, url, trusted, attempt } = this.#call;
    const request = `${method} ${this.#info(url, trusted).url}`;
    const tries = this.#attempt > 1 ? `, ${this.#attempt} tries` : '';
    const warning = outcome ? ` ${unknownOutcomeWarning}` : '';
    return attempt ? `${attempt} failed: ${text} (${request}${tries}).${warning}` : `${request} failed: ${text}${tries}.${warning}`;
  }

  #info(url: URL, trusted: boolean): RequestInfo {
    const { method, redactor } = this.#call;
    return { method, url: redactor.text(trusted ? url.href : url.origin + url.pathname), attempt: this.#attempt };
  }
}

/** What the header Content-Length says, if it is a number. */
function lengthOf(headers: AdapterResponse['headers']): number | undefined {
  const text = headers['content-length'];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
