import type { BaseResource } from './base-resource.js';
import { connectionOfClass, defaultConnection, setDefaultConnection } from './binding.js';
import { BoundClasses } from './bound-classes.js';
import { ApiCall, type RequestOptions, requestOf } from './calls/api-call.js';
import { asAskedFor, asStream } from './calls/asked-for.js';
import { noteResponse } from './calls/last-response.js';
import { type Middleware, through } from './calls/middleware.js';
import { APIError, ConfigurationError } from './errors/index.js';
import { dispatch, observerFor } from './events/dispatch.js';
import { Events, type Listener, type Unsubscribe } from './events/emitter.js';
import { connectionEventNames } from './events/event-names.js';
import type { ConnectionEvents, RecordEvents } from './events/events.js';
import type { AnyClass } from './fields/field.js';
import { toSend } from './fields/instances.js';
import type { HookContext } from './hooks/context.js';
import { checkOperation } from './hooks/operations.js';
import type { Phase } from './hooks/registry.js';
import type { Environment } from './ports/environment.js';
import type { StreamResponse, TransportRequest, TransportResponse } from './ports/transport.js';
import type { Pollable, TimedPoll, WaitOptions } from './ports/waiter.js';
import { secretTexts } from './state/secret-texts.js';
import { isRecord, StatefulRecord } from './state/slot.js';
import { noteTransform } from './state/transform-options.js';
import { asyncDispose } from './support/dispose.js';
import { otherOptions, waitOptionNames } from './support/known-options.js';
import { checkOptionNames } from './support/names.js';

/** A hook for all records of a connection. It receives the same HookContext as a decorated hook. */
export type ConnectionHook = (context: HookContext) => unknown;

/** A connection to a platform. The classes bound to it share its credentials, hooks and listeners. */
export class BaseConnection {
  /** The events of the connection, and of all classes and records that belong to it. */
  readonly events = new Events<ConnectionEvents>(connectionEventNames);
  readonly #environment: Environment;
  readonly #classes = new BoundClasses(this);
  #middlewares: readonly Middleware[] = [];
  readonly #hooks: { phase: Phase; operation: string; hook: ConnectionHook }[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
    noteTransform(this, environment.transform ?? {}, connectionOfClass);
  }

  /** The root of the classes that use this connection class's default connection. */
  static get resourceRoot(): object {
    return StatefulRecord;
  }

  /** Makes a new connection and uses it as the default of the exported classes, until `disconnect()`. */
  static connect<C extends BaseConnection, A extends unknown[]>(
    this: (new (...options: A) => C) & { resourceRoot: object },
    ...options: A
  ): C {
    const connection = new this(...options);
    setDefaultConnection(this.resourceRoot, connection);
    return connection;
  }

  /** Removes the default connection; records that came from it keep it. */
  static disconnect(): void {
    setDefaultConnection(this.resourceRoot, null);
  }

  /** The default connection, or null. */
  static get default(): BaseConnection | null {
    return defaultConnection(this.resourceRoot);
  }

  /** The transport, waiter, clock and async context of this connection. */
  get environment(): Environment {
    return this.#environment;
  }

  /** The subclass of `target` that belongs to this connection. Returns the same subclass every time. */
  bind<C extends AnyClass<object>>(target: C): C {
    return this.#classes.choose(target);
  }

  /**
   * The bound class for code that names a class and cannot know yours: `instead`, else the subclass with the same path that you have bound
   * here; of several the one that extends all others, and the class itself where there is none such.
   */
  bindFor<C extends AnyClass<object>>(target: C, instead?: AnyClass<object>): C {
    return instead ? this.#classes.of(instead as C) : this.#classes.chosenFor(target);
  }

  /**
   * Adds a hook that runs before an operation of every record of this connection. Returns a function that removes it.
   *
   * @throws ConfigurationError for a name that is most likely a misspelled operation.
   */
  before(operation: string, hook: ConnectionHook): Unsubscribe {
    return this.#addHook('before', operation, hook);
  }

  /**
   * Adds a hook that runs after an operation of every record of this connection. Returns a function that removes it.
   *
   * @throws ConfigurationError as `before` does.
   */
  after(operation: string, hook: ConnectionHook): Unsubscribe {
    return this.#addHook('after', operation, hook);
  }

  /** The connection's hooks for a phase of an operation, in the order they were added. */
  hooksFor(phase: Phase, operation: string): ConnectionHook[] {
    return this.#hooks.filter((entry) => entry.phase === phase && entry.operation === operation).map(({ hook }) => hook);
  }

  /** Calls `listener` at every `event`. Returns a function that removes it. */
  on<K extends keyof ConnectionEvents>(event: K, listener: Listener<ConnectionEvents[K]>): Unsubscribe {
    return this.events.on(event, listener);
  }

  /** Calls `listener` at the next `event` only. Returns a function that removes it. */
  once<K extends keyof ConnectionEvents>(event: K, listener: Listener<ConnectionEvents[K]>): Unsubscribe {
    return this.events.once(event, listener);
  }

  /** Removes a listener, or all listeners of an event. */
  off<K extends keyof ConnectionEvents>(event: K, listener?: Listener<ConnectionEvents[K]>): void {
    this.events.off(event, listener);
  }

  /** Dispatches an event to the connection's own listeners. */
  emit<K extends keyof RecordEvents>(event: K, payload: RecordEvents[K]): void {
    (this.events as Events).emit(event, payload, (error) => this.reportError(error, event));
  }

  /** Whether anything receives an event here: a listener, or a subclass that overrides `emit`. */
  hears(event: keyof RecordEvents): boolean {
    return this.emit !== BaseConnection.prototype.emit || this.events.listenerCount(event) > 0;
  }

  /** Dispatches a `warning` event, of the record where there is one, and shows the message: something works, but most likely not as intended. */
  warn(message: string, resource?: BaseResource): void {
    if (resource) dispatch(resource, 'warning', { message, resource });
    else this.emit('warning', { message });
    this.#environment.warn?.(message);
  }

  /** Dispatches an `error` event. An error thrown by one of its listeners is ignored. */
  reportError(error: unknown, event: string): void {
    if (event !== 'error') this.events.emit('error', { error, event }, () => undefined);
  }

  /**
   * Sends a request on behalf of a record, a class, or the connection itself (null), which receives the request's events.
   * What class-transformer's decorators exclude from instances in its body is not sent.
   *
   * @throws ValidationError for unknown options; ConfigurationError when the transport or a middleware responds with something else than the
   *   `responseType` of the request; and as the transport does: APIError, ConnectionError, TimeoutError, AbortedError.
   */
  send(request: TransportRequest, source: object | null = null): Promise<TransportResponse> {
    return this.#send(
      request,
      source,
      (sent) => this.#environment.transport.request(sent),
      (response) => asAskedFor(request, response),
    );
  }

  /**
   * Sends a request as `send` does, and reads the body of its response while it arrives.
   *
   * @throws ConfigurationError when the transport cannot stream, or when a middleware responds with anything but a stream of bytes.
   */
  sendStream(request: TransportRequest, source: object | null = null): Promise<StreamResponse> {
    const { transport } = this.#environment;
    const send = async (sent: TransportRequest): Promise<TransportResponse> => {
      if (transport.stream) return transport.stream(sent);
      throw new ConfigurationError('The transport of the connection cannot stream: it has no method stream().');
    };
    return this.#send(request, source, send, asStream);
  }

  async #send<T>(
    request: TransportRequest,
    source: object | null,
    send: (request: TransportRequest) => Promise<TransportResponse>,
    read: (response: TransportResponse) => T,
  ): Promise<T> {
    checkOptionNames(request.attempt ?? 'request', request, otherOptions.request);
    const isOfRecord = isRecord(source);
    const complete: TransportRequest = Object.assign({}, request);
    complete.body = toSend(request.body, this.#environment.transform);
    complete.observer ??= observerFor(source, this);
    if (isOfRecord) complete.secrets = [...secretTexts(source), ...(request.secrets ?? [])];
    // What a record's request was answered with is noted on it, also when that is an error.
    try {
      const response = await through(this.#middlewares, send)(complete);
      if (isOfRecord) noteResponse(source, response);
      return read(response);
    } catch (error) {
      if (isOfRecord && error instanceof APIError) noteResponse(source, error);
      throw error;
    }
  }

  /**
   * Requests a path below the base URL, with everything that a record's request has: credentials, retries, limits, events. Awaited, it is the
   * body of the response: `await connection.get<Health>('health')`; `.text()`, `.bytes()` and `.stream()` give it as something else than
   * JSON, `.raw()` gives status and headers as well.
   *
   * @throws ValidationError for unknown options; and as `send` does.
   */
  get<T = unknown>(path: string, options: Omit<RequestOptions, 'body' | 'idempotencyKey'> = {}): ApiCall<T> {
    return this.request('GET', path, options);
  }

  /** The same with a POST, which is retried only when it certainly had no effect, unless it has an `idempotencyKey`. */
  post<T = unknown>(path: string, options: RequestOptions = {}): ApiCall<T> {
    return this.request('POST', path, options);
  }

  /** The same with a PUT. */
  put<T = unknown>(path: string, options: RequestOptions = {}): ApiCall<T> {
    return this.request('PUT', path, options);
  }

  /** The same with a PATCH, which is retried as a POST is. */
  patch<T = unknown>(path: string, options: RequestOptions = {}): ApiCall<T> {
    return this.request('PATCH', path, options);
  }

  /** The same with a DELETE. */
  delete<T = unknown>(path: string, options: RequestOptions = {}): ApiCall<T> {
    return this.request('DELETE', path, options);
  }

  /** The same with any method. */
  request<T = unknown>(method: string, path: string, options: RequestOptions = {}): ApiCall<T> {
    const requested = requestOf(method, path, options);
    return new ApiCall<T>(async (kind) => {
      const request = requested();
      if (kind === 'stream') return this.sendStream({ ...request, responseType: 'bytes' });
      return this.send(kind === 'json' ? request : { ...request, responseType: kind });
    });
  }

  /** Runs a function around each request of this connection but file transfers, those added first outermost. The `body` of a response that streams is an async iterable of bytes. Returns a function that removes it. */
  use(middleware: Middleware): Unsubscribe {
    if (typeof middleware !== 'function') throw new ConfigurationError(`use() takes a function (got ${typeof middleware}).`);
    const own: Middleware = (request, next) => middleware(request, next);
    this.#middlewares = [...this.#middlewares, own];
    return () => {
      this.#middlewares = this.#middlewares.filter((each) => each !== own);
    };
  }

  /**
   * Waits for anything that can be polled, as records and runs are waited for: `connection.wait({ subject: 'build 7',
   * poll: async ({ signal }) => … })`. All waits of a connection share one timer; pollables with a `batch` are polled together.
   *
   * @returns the final state.
   * @throws OperationTimeoutError after `options.timeout` seconds (default 300), AbortedError on abort, the `failure` of a final poll, and
   *   the error of a poll that is not transient.
   */
  async wait<S>(pollable: Pollable<S>, options: WaitOptions = {}): Promise<S> {
    checkOptionNames('wait', options, waitOptionNames);
    return this.#environment.waiter.wait(pollable, options);
  }

  /** Waits in the same way and yields every poll, the final one included. Leaving the loop stops polling. @throws as `wait()` does. */
  async *polls<S>(pollable: Pollable<S>, options: WaitOptions = {}): AsyncGenerator<TimedPoll<S>, void, void> {
    checkOptionNames('polls', options, waitOptionNames);
    yield* this.#environment.waiter.polls(pollable, options);
  }

  /** Polls now if there is a wait for `pollable`, for example when a webhook has reported a change. */
  poke(pollable: Pollable<unknown>): void {
    this.#environment.waiter.poke(pollable.key ?? pollable);
  }

  /** Closes the connection: idle sockets are closed and later calls fail. */
  async close(): Promise<void> {
    await this.#environment.transport.close();
  }

  /** Closes the connection at the end of a block with `await using`. */
  async [asyncDispose](): Promise<void> {
    await this.close();
  }

  #addHook(phase: Phase, operation: string, hook: ConnectionHook): Unsubscribe {
    checkOperation(operation, phase);
    if (typeof hook !== 'function')
      throw new ConfigurationError(`${phase}('${operation}'): the hook must be a function (got ${typeof hook}).`);
    const entry = { phase, operation, hook };
    this.#hooks.push(entry);
    return () => {
      const index = this.#hooks.indexOf(entry);
      if (index >= 0) this.#hooks.splice(index, 1);
    };
  }
}
