import { EventEmitter } from 'eventemitter3';
import { checkEvent } from './event-names.js';
import type { RecordEvents } from './events.js';

export type Listener<P> = (payload: P) => unknown;

/** Takes a listener off again. */
export type Unsubscribe = () => void;

/** Where a failing listener is reported. */
type Report = (error: unknown, event: string) => void;

type Guard = (payload: unknown, report: Report) => void;

/** A typed emitter whose listeners cannot disturb the operation or each other. */
export class Events<M extends object = RecordEvents> {
  readonly #names: readonly string[];
  readonly #emitter = new EventEmitter();
  readonly #registrations: { event: string; listener: unknown; guard: Guard }[] = [];

  /** @param names The events there are; a name that is nearly one of them is refused. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

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
    checkEvent(event, listener, this.#names);
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
