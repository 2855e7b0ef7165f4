import { EventEmitter } from 'eventemitter3';
import { checkEvent } from './event-names.js';
import type { RecordEvents } from './events.js';

/** A listener of an event; may be async. An error it throws, or rejects with, is dispatched as an `error` event of the connection. */
export type Listener<P> = (payload: P) => unknown;

/** Removes a listener. */
export type Unsubscribe = () => void;

/** Reports the error of a failing listener. */
type Report = (error: unknown, event: string) => void;

type Guard = (payload: unknown, report: Report) => void;

/** A typed emitter whose listeners cannot disturb the operation or each other. */
export class Events<M extends object = RecordEvents> {
  readonly #names: readonly string[];
  readonly #emitter = new EventEmitter();
  readonly #registrations: { event: string; listener: unknown; guard: Guard }[] = [];

  /** @param names The names of the events. A name that is most likely a misspelling of one of them is refused. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Calls `listener` at every `event`. Returns a function that removes this registration. */
  on<K extends keyof M & string>(event: K, listener: Listener<M[K]>): Unsubscribe {
    return this.#add(event, listener as Listener<unknown>, false);
  }

  /** Calls `listener` at the next `event` only. Returns a function that removes it. */
  once<K extends keyof M & string>(event: K, listener: Listener<M[K]>): Unsubscribe {
    return this.#add(event, listener as Listener<unknown>, true);
  }

  /** Removes a listener, or all listeners of an event. */
  off<K extends keyof M & string>(event: K, listener?: Listener<M[K]>): void {
    checkEvent(event, listener, this.#names);
    const found = this.#registrations.filter((entry) => entry.event === event && (!listener || entry.listener === listener));
    for (const { guard } of found) this.#remove(guard);
  }

  /** The number of listeners of an event. */
  listenerCount(event: keyof M & string): number {
    return this.#emitter.listenerCount(event);
  }

  /** Calls the listeners of an event. @param report Called with the error of each listener that fails. */
  emit<K extends keyof M & string>(event: K, payload: M[K], report: Report): void {
    this.#emitter.emit(event, payload, report);
  }

  #add(event: string, listener: Listener<unknown>, once: boolean): Unsubscribe {
    checkEvent(event, listener ?? null, this.#names);
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
    const index = this.#registrations.findIndex((entry) => entry.guard === guard);
    for (const { event } of index < 0 ? [] : this.#registrations.splice(index, 1)) this.#emitter.off(event, guard);
  }
}

/** Calls a listener and reports its error: in eventemitter3 a throwing listener ends the emit, and a rejecting one is unhandled. */
function callSafely(listener: Listener<unknown>, payload: unknown, event: string, report: Report): void {
  try {
    const returned = listener(payload);
    if (typeof (returned as PromiseLike<unknown> | undefined)?.then !== 'function') return;
    Promise.resolve(returned).catch((error: unknown) => report(error, event));
  } catch (error) {
    report(error, event);
  }
}
