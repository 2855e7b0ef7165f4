import { defaultConnection, noteBinding, setDefaultConnection, unbound } from './binding.js';
import { ConfigurationError } from './errors/index.js';
import { observerFor } from './events/dispatch.js';
import { Events, type Listener, type Unsubscribe } from './events/emitter.js';
import { connectionEventNames } from './events/event-names.js';
import { type ConnectionEvents, type RecordEvents } from './events/events.js';

import type { HookContext } from './hooks/context.js';
import { checkOperation } from './hooks/operations.js';
import type { Phase } from './hooks/registry.js';
import type { Environment } from './ports/environment.js';
import type { TransportRequest, TransportResponse } from './ports/transport.js';
import type { Pollable, TimedPoll, WaitOptions } from './ports/waiter.js';
import { finishing } from './state/construction.js';
import { StatefulRecord } from './state/slot.js';
import { otherOptions, waitOptionNames } from './support/known-options.js';
import { checkOptionNames } from './support/names.js';

/** A hook for all records of a connection. It is given what decorated hooks are given. */
export type ConnectionHook = (context: HookContext) => unknown;

/** The classes of a connection share its platform, its credentials, its hooks and its listeners. */
export class BaseConnection {
  readonly events = new Events<ConnectionEvents>(connectionEventNames);
  readonly #environment: Environment;
  readonly #bound = new WeakMap<object, object>();
  readonly #hooks: { phase: Phase; operation: string; hook: ConnectionHook }[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The class whose family this kind of connection serves by default. */
  static get resourceRoot(): object {
    return StatefulRecord;
  }

  /** Makes a new connection the default for exported classes, until `disconnect()`. */
  static connect<C extends BaseConnection, A extends unknown[]>(
    this: (new (...options: A) => C) & { resourceRoot: object },
    ...options: A
  ): C {
    const connection = new this(...options);
    setDefaultConnection(this.resourceRoot, connection);
    return connection;
  }

  /** Takes the default connection away; records that came from it keep it. */
  static disconnect(): void {
    setDefaultConnection(this.resourceRoot, null);
  }

  /** The default connection, or null. */
  static get default(): BaseConnection | null {
    return defaultConnection(this.resourceRoot);
  }

  get environment(): Environment {
    return this.#environment;
  }

  /** The subclass of a class that belongs to this connection; the same one each time. */
  bind<C extends abstract new (...args: never[]) => object>(target: C): C {
    const original = unbound(target);
    const known = this.#bound.get(original);
    if (known) return known as C;
    const Bound = finishing(original as new (...args: never[]) => object);
    noteBinding(Bound, this, original);
    this.#bound.set(original, Bound);
    return Bound as unknown as C;
  }

  /**
   * Runs a hook before an operation of every record of this connection; the function returned takes it off.
   *
   * @throws ConfigurationError for a name that is most likely a misspelled operation.
   */
  before(operation: string, hook: ConnectionHook): Unsubscribe {
    return this.#addHook('before', operation, hook);
  }

  /** Runs a hook after an operation of every record of this connection; see `before`. */
  after(operation: string, hook: ConnectionHook): Unsubscribe {
    return this.#addHook('after', operation, hook);
  }

  hooksFor(phase: Phase, operation: string): ConnectionHook[] {
    return this.#hooks.filter((entry) => entry.phase === phase && entry.operation === operation).map(({ hook }) => hook);
  }

  on<K extends keyof ConnectionEvents>(event: K, listener: Listener<ConnectionEvents[K]>): Unsubscribe {
    return this.events.on(event, listener);
  }

  once<K extends keyof ConnectionEvents>(event: K, listener: Listener<ConnectionEvents[K]>): Unsubscribe {
    return this.events.once(event, listener);
  }

  off<K extends keyof ConnectionEvents>(event: K, listener?: Listener<ConnectionEvents[K]>): void {
    this.events.off(event, listener);
  }

  /** Tells this connection's own listeners. */
  emit<K extends keyof RecordEvents>(event: K, payload: RecordEvents[K]): void {
    (this.events as Events).emit(event, payload, (error) => this.reportError(error, event));
  }

  /** Whether an event would reach anyone here: a listener, or a subclass that sees them all. */
  hears(event: keyof RecordEvents): boolean {
    return this.emit !== BaseConnection.prototype.emit || this.events.listenerCount(event) > 0;
  }

  /** Tells the listeners of `error`. An error of one of them is the end of it. */
  reportError(error: unknown, event: string): void {
    if (event !== 'error') this.events.emit('error', { error, event }, () => undefined);
  }

  /** Sends a request of a record, of a class, or of the connection itself (null). */
  async send(request: TransportRequest, source: object | null = null): Promise<TransportResponse> {
    checkOptionNames(request.attempt ?? 'request', request, otherOptions.request);
    return this.#environment.transport.request({ ...request, observer: request.observer ?? observerFor(source, this) });
  }

  /**
   * Waits for anything that can be polled, in the way records and runs are waited for: `connection.wait({ subject: 'build 7',
   * poll: async ({ signal }) => … })`. All waits of a connection share one timer; things with `batch` are polled together.
   *
   * @returns the final state.
   * @throws OperationTimeoutError after `options.timeout` seconds (default 300), AbortedError on abort, a final poll's `failure`, and
   *   what a poll failed with when that does not pass by itself.
   */
  async wait<S>(pollable: Pollable<S>, options: WaitOptions = {}): Promise<S> {
    checkOptionNames('wait', options, waitOptionNames);
    return this.#environment.waiter.wait(pollable, options);
  }

  /** The polls of such a wait, one by one, the final one too. Leaving the loop stops polling. @throws what `wait()` throws. */
  async *polls<S>(pollable: Pollable<S>, options: WaitOptions = {}): AsyncGenerator<TimedPoll<S>, void, void> {
    checkOptionNames('polls', options, waitOptionNames);
    yield* this.#environment.waiter.polls(pollable, options);
  }

  /** Makes the next poll of something come now, where someone waits for it; for when something else has told that there is news. */
  poke(pollable: Pollable<unknown>): void {
    this.#environment.waiter.poke(pollable.key ?? pollable);
  }

  /** Ends the connection: idle sockets are closed and later calls fail. */
  async close(): Promise<void> {
    await this.#environment.transport.close();
  }

  #addHook(phase: Phase, operation: string, hook: ConnectionHook): Unsubscribe {
    checkOperation(operation, phase);
    if (typeof hook !== 'function')
      throw new ConfigurationError(`${phase}('${operation}'): the hook must be a function (got ${typeof hook}).`);
    const entry = { phase, operation, hook };
    this.#hooks.push(entry);
    return () => {
      const at = this.#hooks.indexOf(entry);
      if (at >= 0) this.#hooks.splice(at, 1);
    };
  }
}
