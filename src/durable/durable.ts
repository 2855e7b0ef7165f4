import { setMaxListeners } from 'node:events';
import { type BaseResource, ResourceError, ValidationError } from '#front';
import { type Clock, checkOptionNames, emitWarning, randomUuid } from '../vendor.js';
import { Accounts, defaultName } from './accounts.js';
import { processClock, sleep, waitFor } from './clock.js';
import { type DurableEnd, type HandlerOptions, type Registration, registration } from './handlers.js';
import { Membership } from './membership.js';
import { noteStarted } from './note-started.js';
import {
  checkDurableOptions,
  checkedData,
  checkedJson,
  checkName,
  checkStartOptions,
  type DurableOptions,
  type DurableRunOptions,
  type FollowOptions,
  followNames,
  runNames,
  type StartOptions,
} from './options.js';
import { persist } from './persist.js';
import { type DurableRun, type DurableStats, type ListOptions, listed, statsOf } from './reports.js';
import { isRecord, mayHaveStarted, prepareStart, startedAlready, startedBefore } from './starting.js';
import { allHandlers, type DurableStore, type NewRun, notAMember, type RunState, type StartedRun } from './store.js';
import { type WebhookOptions, webhookHandler } from './webhook.js';
import { isAbort, transactionOfHandler, Worker } from './worker.js';

/** What `run()` has noted. */
export interface NotedRun {
  /** The id of the run among the durable ones. */
  readonly id: string;
  /** False when there was a run with this key already, and nothing was started. */
  readonly isNew: boolean;
}

/** The longest JSON of what may be sent again, in characters. */
const longestStart = 4 * 1024 * 1024;

/** Milliseconds between two deletions of old runs, and how many are deleted at a time. */
const pruning = { everyMs: 60_000, limit: 1000 };

/** Which part of the time that closing has is for handlers, and how many milliseconds the store has at least. */
const handlersShare = 0.9;
const shortestRestMs = 1000;

/**
 * Runs that outlive their process. Each is noted before it is started; whoever is alive follows it; its end is handed to a handler, which may run
 * in any process that shares the store.
 */
export class Durable {
  readonly #store: DurableStore;
  readonly #clock: Clock;
  readonly #options: DurableOptions;
  readonly #membership: Membership;
  readonly #handlers = new Map<string, Registration>();
  readonly #closing = new AbortController();
  #worker: Worker | null = null;
  #pruning: Promise<void> | null = null;
  #keepAlive: NodeJS.Timeout | null = null;
  #closed: Promise<void> | null = null;

  /** Use `Durable.open()`. */
  constructor(store: DurableStore, options: DurableOptions, clock: Clock = processClock) {
    this.#store = store;
    this.#clock = clock;
    this.#options = options;
    // Each write that is being repeated listens.
    setMaxListeners(0, this.#closing.signal);
    this.#membership = new Membership(store, {
      clock,
      leaseMs: (options.lease ?? 15) * 1000,
      onLost: () => void this.#worker?.lose(),
      report: this.#report,
    });
  }

  /**
   * Opens the store, and makes it if it is not there.
   *
   * @throws ValidationError for options that make no sense; ConfigurationError when a package is missing or the store cannot be used.
   */
  static async open(options: DurableOptions): Promise<Durable> {
    checkDurableOptions(options);
    const { openStore } = await import('./open-store.js');
    return new Durable(await openStore(options, processClock), { ...options });
  }

  /**
   * Says what is done with the ends of runs of this name. A handler is called at least once for each run, and again after an error, with growing
   * delays: `attempts` (10) times, the second one after `delay` (1) seconds, each later delay twice as long, at most `maxDelay` (3600) seconds.
   * Then the run is listed by `failed()`. What a handler writes in `transaction` is written once for each run.
   *
   * @throws ValidationError for a second handler of the name, and for options that make no sense.
   */
  on<R extends BaseResource = BaseResource, D = unknown>(
    name: string,
    handler: (end: DurableEnd<R, D>) => unknown,
    options: HandlerOptions<R, D> = {},
  ): void {
    checkName('on', 'the name of a handler', name);
    if (name === allHandlers) throw new ValidationError(`on: a handler cannot be called "${allHandlers}".`);
    if (this.#handlers.has(name)) throw new ValidationError(`on: there is a handler "${name}" already.`);
    this.#handlers.set(name, registration(name, handler, options as HandlerOptions<never, never>));
  }

  /**
   * Starts a run and notes it, before it is sent and after. `target` is a record with `execute()` or `runAsync()`, such as a pipeline or an
   * agent, or a new record that is itself work, which is saved; `input` is what these take.
   *
   * If the process ends between the request and its response, nobody knows whether the run was started. It is then sent again where an
   * idempotency key protects it, and else handed to `onUnknown`, never started twice.
   *
   * @throws ValidationError for options that make no sense; what starting throws. When the run may have been started all the same, it stays
   *   noted. When it certainly was not, its key is free again.
   */
  async run(target: BaseResource, input: unknown, options: DurableRunOptions): Promise<NotedRun> {
    checkOptionNames('run', options, runNames);
    const data = checkedData('run', options);
    this.#refuseInTransaction('run');
    if (!isRecord(target)) throw new ValidationError('run: expected a record to run, such as a pipeline or an agent.');
    const start = await prepareStart(target, input, options.options ?? {}, { hasKey: options.idempotencyKey !== undefined });
    const idempotencyKey = options.idempotencyKey ?? (start.again ? randomUuid() : null);
    const again = start.again ? checkedJson('run', 'the input', start.again, longestStart) : null;
    const noted = await this.#note({
      ...this.#named(start.connection, start.className, options),
      id: randomUuid(),
      data,
      start: again,
      idempotencyKey,
    });
    if (!noted.isNew) return { id: noted.id, isNew: false };
    let started: StartedRun;
    try {
      started = await start.send(idempotencyKey);
    } catch (error) {
      const before = startedBefore(error);
      if (!before) return this.#notStarted(noted, error, { isKeyed: idempotencyKey !== null, isRepeated: again !== null });
      started = before;
    }
    await noteStarted(this.#store, noted.id, started, (work) => this.#persist(work));
    return { id: noted.id, isNew: true };
  }

  /**
   * Follows work that was started already: an execution, or a `Run`.
   *
   * @throws ValidationError for options that make no sense and for what cannot be followed; ResourceError for a run without a token.
   */
  async follow(work: unknown, options: FollowOptions): Promise<NotedRun> {
    checkOptionNames('follow', options, followNames);
    const data = checkedData('follow', options);
    this.#refuseInTransaction('follow');
    const { connection, started } = startedAlready(work);
    const name = this.#named(connection, started.className, options);
    const run = { ...name, id: randomUuid(), data, start: null, idempotencyKey: null };
    const { id } = await this.#persist(() => this.#store.addStarted(run, started));
    return { id, isNew: id === run.id };
  }

  /**
   * Says which work a run with an unknown outcome is, when it was found at the platform, so that it is followed, without a deadline. That is
   * possible before and after `onUnknown` was told, as long as the run is kept.
   *
   * @returns false when the run was started for certain, has been adopted already, or is not there (any more). `follow()` then takes the work.
   */
  async adopt(id: string, work: unknown): Promise<boolean> {
    this.#refuseInTransaction('adopt');
    return await this.#store.adopt(id, startedAlready(work).started);
  }

  /**
   * Follows runs in this process: those whose handler, connection and class it has. Resolves as soon as it has begun; `close()` ends it.
   *
   * @throws ValidationError for options that make no sense, and when it has been called before.
   */
  async start(options: StartOptions): Promise<void> {
    checkStartOptions(options);
    if (this.#worker) throw new ValidationError('start: it has been started already.');
    const { connections, classes = [], concurrency = 100 } = options;
    const accounts = new Accounts(connections, classes, this.#options.nameOf ?? defaultName);
    const worker = new Worker(this.#store, this.#membership, {
      clock: this.#clock,
      accounts,
      handlers: this.#handlers,
      concurrency,
      report: this.#report,
    });
    this.#worker = worker;
    await this.#membership.id();
    // The other timers let the process end: one that only starts runs has nothing to stay for.
    if (this.#clock === processClock) this.#keepAlive = setInterval(() => undefined, 2 ** 30);
    worker.start();
    this.#pruning ??= this.#prune();
  }

  /** Resolves when all runs have ended, those of other processes included. Runs in the list of the failed have ended. */
  async idle(options: { signal?: AbortSignal } = {}): Promise<void> {
    checkOptionNames('idle', options, ['signal']);
    this.#refuseInTransaction('idle');
    const { signal } = options;
    while ((await this.#persist(() => this.#store.pending(1))) > 0 && !signal?.aborted) await waitFor(this.#clock, 250, signal);
  }

  /** Has a run polled now, by its id here or at the platform, for example because a webhook has reported a change. Resolves to how many were found. */
  async poke(id: string): Promise<number> {
    this.#refuseInTransaction('poke');
    const found = await this.#store.poke(id);
    if (found > 0) this.#worker?.wake();
    return found;
  }

  /**
   * A handler of requests that report changes: `(request: Request) => Promise<Response>`. It checks their signatures as Standard Webhooks
   * describes (https://www.standardwebhooks.com) and pokes the runs that they name.
   *
   * @throws ValidationError for a secret that is not valid.
   */
  webhook(options: WebhookOptions): (request: Request) => Promise<Response> {
    return webhookHandler(options, this.#clock, (id) => this.poke(id));
  }

  /**
   * Cancels a run: at the platform, where it has a way to, so that its end comes as a failure; else the run alone ends, with an AbortedError.
   *
   * @returns whether it had not ended.
   */
  async cancel(id: string): Promise<boolean> {
    this.#refuseInTransaction('cancel');
    const isCancelled = await this.#store.cancel(id);
    this.#worker?.wake();
    return isCancelled;
  }

  /** Has no run of a handler claimed, in any process, until `resume()`; of no handler without a name. Runs that are claimed go on. */
  async pause(handler?: string): Promise<void> {
    this.#refuseInTransaction('pause');
    await this.#store.pause(handler ?? allHandlers);
  }

  /** Ends a pause of the same handler, or of all. */
  async resume(handler?: string): Promise<void> {
    this.#refuseInTransaction('resume');
    await this.#store.resume(handler ?? allHandlers);
    this.#worker?.wake();
  }

  /** A run by its id; null when there is none, as after `keep` seconds. */
  async get(id: string): Promise<DurableRun | null> {
    this.#refuseInTransaction('get');
    const run = await this.#store.find(id);
    return run && listed(run);
  }

  /** The runs in one of some states, oldest first. @throws ValidationError for options that make no sense. */
  async list(options: ListOptions = {}): Promise<DurableRun[]> {
    checkOptionNames('list', options, ['states', 'handler', 'limit']);
    const { states, handler, limit = 100 } = options;
    const known: readonly RunState[] = ['starting', 'running', 'ended', 'failed'];
    const odd = states?.find((state) => !known.includes(state));
    if (odd !== undefined) throw new ValidationError(`list: a state is one of ${known.join(', ')} (got ${odd}).`);
    if (!(Number.isInteger(limit) && limit > 0)) throw new ValidationError(`list: limit must be a whole number from 1 (got ${limit}).`);
    this.#refuseInTransaction('list');
    const found = await this.#store.list({ limit, ...(states && { states }), ...(handler !== undefined && { handler }) });
    return found.map(listed);
  }

  /** The runs that need somebody: whose handler has failed too often, or that no handler takes. Oldest first, 100 by default. */
  failed(options: Omit<ListOptions, 'states'> = {}): Promise<DurableRun[]> {
    return this.list({ ...options, states: ['failed'] });
  }

  /** Puts a failed run back, without its deadline: its attempts begin anew. False when there is no such failed run. */
  async retry(id: string): Promise<boolean> {
    this.#refuseInTransaction('retry');
    const isBack = await this.#store.retry(id);
    this.#worker?.wake();
    return isBack;
  }

  /** Removes a failed run, and its key with it. False when there is no such failed run. */
  async drop(id: string): Promise<boolean> {
    this.#refuseInTransaction('drop');
    return await this.#store.drop(id);
  }

  /** Counts and ages, for monitoring. */
  async stats(): Promise<DurableStats> {
    this.#refuseInTransaction('stats');
    return statsOf(await this.#store.counts());
  }

  /**
   * Ends the work of this process: nothing is claimed any more, handlers have time to end, what they have not committed by then is undone, what
   * is claimed is given back, and the store is closed.
   *
   * @param options.timeout Seconds until it resolves. Handlers have nine tenths of them before their signals abort and their transactions are
   *   undone. The store has the rest, and at least a second; if that is not enough, `onError` is told. Default: 10.
   * @throws ValidationError for a timeout that makes no sense.
   */
  async close(options: { timeout?: number } = {}): Promise<void> {
    checkOptionNames('close', options, ['timeout']);
    const { timeout = 10 } = options;
    if (!(timeout >= 0 && timeout <= 86_400)) throw new ValidationError(`close: timeout must be seconds from 0 to 86400 (got ${timeout}).`);
    this.#refuseInTransaction('close');
    this.#closed ??= this.#close(timeout);
    await this.#closed;
  }

  /** Closes it at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  readonly #report = (error: unknown): void => {
    const { onError } = this.#options;
    if (onError) onError(error);
    else emitWarning(error instanceof Error ? error.message : String(error), 'DurableWarning');
  };

  #named(
    connection: Parameters<typeof defaultName>[0],
    className: string,
    options: FollowOptions,
  ): Omit<NewRun, 'id' | 'data' | 'start' | 'idempotencyKey'> {
    const { handler, key, priority = 0, timeout = Number.POSITIVE_INFINITY } = options;
    const account = (this.#options.nameOf ?? defaultName)(connection);
    const timeoutMs = timeout === Number.POSITIVE_INFINITY ? null : Math.round(timeout * 1000);
    return { handler, account, className, priority, key: key ?? null, timeoutMs };
  }

  /** Notes a run that is about to be started, unless its key is there. */
  async #note(run: NewRun): Promise<{ id: string; epoch: number; owner: string; isNew: boolean }> {
    for (;;) {
      const owner = await this.#persist(() => this.#membership.id());
      const noted = await this.#persist(() => this.#store.add(run, owner));
      if (noted !== notAMember) return { id: noted.id, epoch: noted.epoch, owner, isNew: noted.id === run.id };
      await this.#membership.lost(owner);
    }
  }

  /** What becomes of a run whose start has failed. @param how.isRepeated Whether its start is sent again when the outcome is unknown. */
  async #notStarted(
    noted: { id: string; epoch: number; owner: string },
    error: unknown,
    { isKeyed, isRepeated }: { isKeyed: boolean; isRepeated: boolean },
  ): Promise<NotedRun> {
    if (!mayHaveStarted(error, isKeyed)) {
      await this.#persist(() => this.#store.forget(noted));
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    await this.#persist(() => this.#store.retryLater(noted, { delayMs: 0, error: reason }));
    if (!isRepeated || isAbort(error)) throw error;
    return { id: noted.id, isNew: true };
  }

  async #close(timeout: number): Promise<void> {
    const endsAt = this.#clock.now() + timeout * 1000;
    await this.#worker?.stop(timeout * 1000 * handlersShare);
    this.#closing.abort();
    const done = new AbortController();
    const restMs = Math.max(shortestRestMs, endsAt - this.#clock.now());
    const late = waitFor(this.#clock, restMs, done.signal).then(() => {
      if (done.signal.aborted) return;
      this.#report(
        new ResourceError('close: the store has not responded in time. What is claimed is given back when it does, or after a lease.'),
      );
    });
    await Promise.race([this.#leave().finally(() => done.abort()), late]);
    if (this.#keepAlive) clearInterval(this.#keepAlive);
  }

  /** Undoes what handlers have not committed, gives back what is claimed, and closes the store. */
  async #leave(): Promise<void> {
    await this.#worker?.lose();
    await this.#pruning;
    await this.#membership.leave().catch(this.#report);
    await this.#store.close();
  }

  async #prune(): Promise<void> {
    const { keep = 604_800 } = this.#options;
    const { signal } = this.#closing;
    if (keep === Number.POSITIVE_INFINITY) return;
    while (!signal.aborted) {
      try {
        while ((await this.#store.prune(keep * 1000, pruning.limit)) === pruning.limit && !signal.aborted);
      } catch (error) {
        this.#report(error);
      }
      await sleep(this.#clock, pruning.everyMs, signal);
    }
  }

  #persist<T>(write: () => Promise<T>): Promise<T> {
    return persist(write, { clock: this.#clock, signal: this.#closing.signal, report: this.#report });
  }

  /** With SQLite, what is written elsewhere waits for the transaction of the handler, and would wait for ever in it. */
  #refuseInTransaction(operation: string): void {
    const transaction = transactionOfHandler.getStore();
    if (!transaction?.isOpen || !transaction.isExclusive) return;
    throw new ResourceError(
      `${operation}: the handler has begun its transaction, which nothing else can write beside. Call ${operation}() before its first statement.`,
    );
  }
}
