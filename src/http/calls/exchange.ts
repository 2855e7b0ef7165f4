import type { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { AbortedError, APIError, ConnectionError, ResourceError, TimeoutError } from '../../model/errors/index.js';
import { type Clock } from '../../model/ports/clock.js';
import type { RequestInfo } from '../../model/ports/transport.js';
import { onAbort } from '../../model/support/abort.js';
import { parseRetryAfter } from '../../model/support/retry-after.js';
import type { AdapterResponse, ConnectTrace, HttpAdapter } from '../adapters/adapter.js';
import { type Failed, mayHaveArrived, type RetryPolicy } from '../retry.js';
import { Deadline } from '../time/deadline.js';
import { sleep } from '../time/sleep.js';
import { readErrorText } from './body.js';
import type { Call } from './call.js';
import { apiError, requestIdOf } from './errors.js';
import { readFailure } from './failure.js';
import { Witness } from './observe.js';
import { redirection } from './redirect.js';

/** What every exchange of a connection shares. */
export interface Line {
  adapter: HttpAdapter;
  clock: Clock;
  retry: RetryPolicy;
  /** Whether the connection's credentials may go to this origin. */
  isOwn(origin: string): boolean;
}

interface Miss {
  error: ResourceError;
  failed: Failed;
}

/** Makes a call: waits for its turn, sends it, follows redirections, repeats it where that is safe, and reads the answer. */
export function exchange<T>(line: Line, call: Call<T>): Promise<T> {
  return new Exchange(line, call).run();
}

class Exchange<T> {
  readonly #line: Line;
  readonly #call: Call<T>;
  readonly #witness: Witness;
  readonly #deadline: Deadline;
  #attempt = 0;
  /** Whether an earlier try may have been carried out. */
  #mayHaveHappened = false;

  constructor(line: Line, call: Call<T>) {
    this.#line = line;
    this.#call = call;
    this.#witness = new Witness(call.observer);
    this.#deadline = new Deadline(line.clock).follow(call.signal);
  }

  async run(): Promise<T> {
    try {
      return await this.#repeat();
    } finally {
      this.#deadline.release();
    }
  }

  async #repeat(): Promise<T> {
    const { clock, retry } = this.#line;
    const call = this.#call;
    const ticket = call.gate.ticket();
    let began: number | undefined;
    let repetitions = 0;
    let last: Miss | undefined;
    for (;;) {
      if (!(await call.gate.enter(ticket, this.#deadline.signal))) throw this.#ended(last);
      // Waiting for the first turn is our own doing and does not count against the time limit.
      if (began === undefined) this.#deadline.limit(call.timeout);
      began ??= clock.now();
      this.#attempt++;
      let calm = false;
      try {
        const result = await this.#try();
        calm = 'value' in result || (result.failed.status !== undefined && result.failed.status !== 429);
        if ('value' in result) return result.value;
        last = result;
      } finally {
        call.gate.leave(calm);
      }
      const { error, failed } = last;
      if (failed.arrived === 'maybe') this.#mayHaveHappened = true;
      if (failed.status === 429) call.gate.pause(retry.pause(failed.retryAfter));
      if (error instanceof APIError && (await call.recover?.(error))) continue;
      if (call.gained?.()) repetitions = 0;
      const delayMs = this.#delay(failed, ++repetitions, clock.now() - began);
      if (delayMs === undefined) throw error;
      this.#witness.retry({ ...this.#info(call.url, call.own), delayMs, error });
      await sleep(clock, delayMs, this.#deadline.signal);
      if (this.#deadline.cutBy) throw this.#ended(last);
    }
  }

  /** Milliseconds until the next try; undefined when there is none. */
  #delay(failed: Failed, repetition: number, elapsed: number): number | undefined {
    const { clock, retry } = this.#line;
    const { method, once, key, maxRetries, timeout } = this.#call;
    if (repetition > maxRetries || !retry.permits(method, once && key === 'none', failed)) return undefined;
    const delay = retry.delay(repetition, failed.retryAfter, clock.random());
    return elapsed + delay < Math.min(timeout, retry.deadline) ? delay : undefined;
  }

  async #try(): Promise<{ value: T } | Miss> {
    const deadline = this.#deadline.part();
    try {
      return await this.#send(deadline);
    } finally {
      deadline.release();
    }
  }

  async #send(deadline: Deadline): Promise<{ value: T } | Miss> {
    const call = this.#call;
    const { clock, adapter, isOwn } = this.#line;
    let { url, own } = call;
    if (call.idleFrom === 'start') deadline.watch(call.idleTimeout);
    for (let hop = 0; ; hop++) {
      const trace: ConnectTrace = { connected: false };
      const info = this.#info(url, own);
      let body: Buffer | Readable | undefined;
      let response: AdapterResponse | undefined;
      let broken: unknown;
      try {
        const headers = await deadline.race(call.headers({ url, own }));
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
        if (call.idleFrom === 'answer') deadline.watch(call.idleTimeout);
        const next = redirection(call.method, url, status, response.headers.location, hop);
        if (next?.to && !isOwn(next.to.origin)) call.redactor.addSigned(next.to);
        if (next?.to && !next.refused) {
          url = next.to;
          own = own && isOwn(url.origin);
          continue;
        }
        if (status >= 300) return await this.#refused(response, deadline, url, own, next?.refused);
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
  async #refused(response: AdapterResponse, deadline: Deadline, url: URL, own: boolean, refused: string | undefined): Promise<Miss> {
    const call = this.#call;
    const { status, headers } = response;
    const retryAfter = parseRetryAfter(headers['retry-after'], this.#line.clock.date());
    const arrived = mayHaveArrived(status, retryAfter) ? 'maybe' : 'no';
    const text = refused ?? (await readErrorText(response, () => deadline.moved()));
    if (deadline.cutBy === 'signal' || deadline.cutBy === 'timeout') return this.#lost(undefined, deadline, { connected: true });
    const { redactor, attempt, decodeError: decode, method } = call;
    const outcome = this.#outcome(arrived);
    const retryable = status === 408 || status === 429 || (status >= 500 && status !== 501);
    const context = { method, url: this.#info(url, own).url, attempt, decode, redactor, retryAfter, outcome, retryable };
    const error = apiError({ status, statusText: response.statusText, headers, text }, context);
    return { error, failed: { status, retryAfter, arrived, hopeless: refused !== undefined } };
  }

  /** No answer, or none that could be read to its end. */
  #lost(cause: unknown, deadline: Deadline, trace: ConnectTrace): Miss {
    const call = this.#call;
    const failure = readFailure(cause, trace);
    const { arrived } = failure;
    const outcome = this.#outcome(arrived);
    const by = deadline.cutBy;
    if (by === 'signal' || by === 'timeout') return { error: this.#cutError(by, outcome), failed: { arrived, hopeless: true } };
    if (cause instanceof ResourceError) return { error: cause, failed: { arrived, hopeless: true } };
    const options = { cause: call.redactor.error(cause), outcome, retryable: !failure.hopeless };
    const failed = { arrived, hopeless: failure.hopeless };
    if (by === 'idle') {
      const silence = `nothing was heard from the server for ${call.idleTimeout / 1000} s (\`idleTimeout\`)`;
      return { error: new TimeoutError(this.#explain(silence, outcome), { ...options, cause: undefined, retryable: true }), failed };
    }
    const text = this.#explain(call.redactor.text(failure.text), outcome);
    const error =
      failure.code === 'ETIMEDOUT' ? new TimeoutError(text, options) : new ConnectionError(text, { ...options, code: failure.code });
    return { error, failed };
  }

  /** The call was ended between two tries, or before the first. */
  #ended(last: Miss | undefined): ResourceError {
    if (this.#deadline.cutBy === 'timeout' && last) return last.error;
    return this.#cutError(this.#deadline.cutBy ?? 'signal', this.#outcome('no'));
  }

  #cutError(by: 'signal' | 'timeout' | 'idle', outcome: 'unknown' | undefined): ResourceError {
    const { signal, timeout } = this.#call;
    if (by === 'signal') return new AbortedError(this.#explain('it was aborted', outcome), { cause: signal?.reason, outcome });
    const text = `it took longer than ${timeout / 1000} s (\`timeout\`, in seconds)`;
    return new TimeoutError(this.#explain(text, outcome), { retryable: true, outcome });
  }

  #outcome(arrived: 'no' | 'maybe'): 'unknown' | undefined {
    const { once, key } = this.#call;
    return once && key !== 'caller' && (arrived === 'maybe' || this.#mayHaveHappened) ? 'unknown' : undefined;
  }

  #explain(text: string, outcome: 'unknown' | undefined): string {
    const { method, url, own, attempt } = this.#call;
    const what = `${method} ${this.#info(url, own).url}`;
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
