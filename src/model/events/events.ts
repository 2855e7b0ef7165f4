import { EventEmitter } from 'eventemitter3';
import type { BaseResource } from '../base-resource.js';
import type { RequestInfo, ResponseInfo, RetryInfo } from '../ports/transport.js';
import type { Run } from '../running/run.js';
import type { Change } from '../state/change-set.js';

/** How far a run or an execution is, as far as the platform says. */
export interface Progress {
  /** 0 to 1. */
  fraction?: number | undefined;
  /** The step being worked on. */
  step?: number | undefined;
  steps?: number | undefined;
  message?: string | undefined;
}

export interface PollEvent<R = BaseResource> {
  resource: R;
  /** What the platform answered: a Result, or the execution itself. */
  result: unknown;
  /** 1 for the first poll of the wait. */
  attempt: number;
  /** Milliseconds since the wait began. */
  elapsedMs: number;
  /** Milliseconds until the next poll; null when there will be none. */
  nextDelayMs: number | null;
  progress: Progress | undefined;
  /** The run that was polled, where it is not the resource itself. */
  run?: Run | undefined;
}

/** A failed request, or a failed poll of a wait, is about to be repeated. */
export interface RetryEvent<R = BaseResource>
  extends Pick<RetryInfo, 'attempt' | 'delayMs' | 'error'>,
    Partial<Omit<RequestInfo, 'attempt'>> {
  resource?: R;
}

/** What each event of a record carries. */
export interface RecordEvents<R = BaseResource> {
  /** Saved. `sent` is false when nothing had changed and no request was made. */
  save: { resource: R; result: unknown; changes: Readonly<Record<string, Change>>; sent: boolean };
  clone: { resource: R; result: unknown };
  delete: { resource: R; result: unknown };
  refresh: { resource: R; result: unknown };
  run: { resource: R; result: unknown };
  /** One per poll, the last one too. */
  poll: PollEvent<R>;
  /** As a `poll` that tells something new; `run` as there. */
  progress: Progress & { resource: R; run?: Run | undefined };
  /** A wait ended with success. */
  complete: { resource: R; result: unknown };
  /** An operation or a wait failed. */
  fail: { resource: R; operation: string; error: unknown };
  /** A before hook ended an operation with a value of its own. */
  veto: { resource: R; operation: string; value: unknown };
  /** An item of a page was not a record. */
  invalid: { index: number; raw: unknown; error: Error };
  request: RequestInfo & { resource?: R };
  response: ResponseInfo & { resource?: R };
  retry: RetryEvent<R>;
}

/** What each event of a connection carries: those of its records, and `error`. */
export interface ConnectionEvents extends RecordEvents {
  /** A listener threw or rejected, or a hook failed after the operation had already failed. */
  error: { error: unknown; event: string };
}

export type Listener<P> = (payload: P) => unknown;

/** Takes a listener off again. */
export type Unsubscribe = () => void;

/** Where a failing listener is reported. */
type Report = (error: unknown, event: string) => void;

type Guard = (payload: unknown, report: Report) => void;

/** A typed emitter whose listeners cannot disturb the operation or each other. */
export class Events<M extends object = RecordEvents> {
  readonly #emitter = new EventEmitter();
  readonly #registrations: { event: string; listener: unknown; guard: Guard }[] = [];

  /** Calls `listener` at every `event`; the function returned takes this registration off again. */
  on<K extends keyof M & string>(event: K, listener: Listener<M[K]>): Unsubscribe {
    return this.#add(event, listener as Listener<unknown>, false);
  }

  /** Calls `listener` at the next `event` only. */
  once<K extends keyof M & string>(event: K, listener: Listener<M[K]>): Unsubscribe {
    return this.#add(event, listener as Listener<unknown>, true);
  }

  /** Takes a listener off, or all of an event. */
  off<K extends keyof M & string>(event: K, listener?: Listener<M[K]>): void {
    const found = this.#registrations.filter((entry) => entry.event === event && (!listener || entry.listener === listener));
    for (const { guard } of found) this.#remove(guard);
  }

  /** How many listen to an event. */
  listenerCount(event: keyof M & string): number {
    return this.#emitter.listenerCount(event);
  }

  emit<K extends keyof M & string>(event: K, payload: M[K], report: Report): void {
    this.#emitter.emit(event, payload, report);
  }

  #add(event: string, listener: Listener<unknown>, once: boolean): Unsubscribe {
    const remove = (): void => this.#remove(guard);
    const guard: Guard = (payload, report) => {
      if (once) remove();
      callSafely(listener, payload, event, report);
    };
    this.#registrations.push({ event, listener, guard });
    this.#emitter.on(event, guard);
    return remove;
  }

  #remove(guard: Guard): void {
    const at = this.#registrations.findIndex((entry) => entry.guard === guard);
    for (const { event } of at < 0 ? [] : this.#registrations.splice(at, 1)) this.#emitter.off(event, guard);
  }
}

/** eventemitter3 lets a throwing listener end the emit, and a rejecting one become an unhandled rejection. */
function callSafely(listener: Listener<unknown>, payload: unknown, event: string, report: Report): void {
  try {
    const returned = listener(payload);
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then !== 'function') return;
    Promise.resolve(returned).catch((error: unknown) => report(error, event));
  } catch (error) {
    report(error, event);
  }
}
