import { AsyncLocalStorage } from 'node:async_hooks';
import { setMaxListeners } from 'node:events';
import { ResourceError } from '#front';
import type { Clock } from '../vendor.js';
import type { Accounts } from './accounts.js';
import { ClaimLostError } from './claim-lost.js';
import { sleep } from './clock.js';
import { type End, PollFailed, pollOnce } from './following.js';
import type { DurableEvent, Registration } from './handlers.js';
import type { Membership } from './membership.js';
import { noteStarted } from './note-started.js';
import { persist } from './persist.js';
import { retryDelay } from './retry-delay.js';
import { mayHaveStarted, startAgain, startedBefore } from './starting.js';
import { type Claim, type DurableStore, gridMs, notAMember, type Queue, type StoreTransaction } from './store.js';

/** Milliseconds between two looks at what is due, at most. A new run is not due before its first delay. */
const longestPauseMs = 1000;

/** The most runs that one list request polls. */
const listSize = 100;

/** Milliseconds that room for less than a list is kept empty, at most, while more runs are due. */
const longestWaitForRoomMs = 2000;

/** For how long a start is sent again under its key: platforms forget keys, those of the local platform after a day. */
const keyLifetimeMs = 12 * 3_600_000;

/** The reason of a run with an unknown outcome. */
const unknownReason = 'Nobody knows whether it was started: the process ended, or the connection broke, before there was a response.';

/** The most characters of a reason that is kept. */
const longestReason = 2000;

export interface WorkerOptions {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly handlers: ReadonlyMap<string, Registration>;
  /** How many runs are claimed at the same time. */
  readonly concurrency: number;
  report(error: unknown): void;
}

/** The transaction of the handler that is running, if any. */
export const transactionOfHandler = new AsyncLocalStorage<StoreTransaction>();

/** Claims due runs, polls each of them once, and gives it back or hands its end to its handler. */
export class Worker {
  readonly #store: DurableStore;
  readonly #membership: Membership;
  readonly #options: WorkerOptions;
  readonly #stopping = new AbortController();
  /** Ends what is still running after `stop()`, and writes that do not succeed. */
  readonly #ended = new AbortController();
  /** The runs that this process has claimed. */
  readonly #active = new Map<string, { control: AbortController; done: Promise<void> }>();
  /** The transactions of the handlers that are running. */
  readonly #transactions = new Set<StoreTransaction>();
  /** Those that were undone while their handlers went on. */
  readonly #undone = new WeakSet<StoreTransaction>();
  /** Whether there was no room for all that was due. */
  #mayBeMore = false;
  /** Since when there has been room, or when some of it was last filled. */
  #roomSince = Number.NEGATIVE_INFINITY;
  /** How many runs are claimed together at least, where more are due than there is room for. */
  readonly #together: number;
  #wake: AbortController | null = null;
  #loop: Promise<void> | null = null;

  constructor(store: DurableStore, membership: Membership, options: WorkerOptions) {
    this.#store = store;
    this.#membership = membership;
    this.#options = options;
    this.#together = Math.min(listSize, Math.ceil(options.concurrency / 2));
    // Each run that is claimed listens.
    setMaxListeners(0, this.#stopping.signal, this.#ended.signal);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Looks for due runs now. */
  wake(): void {
    this.#wake?.abort();
  }

  /** Aborts the handlers of this process and undoes what they wrote: others have its claims, or will have them. */
  async lose(): Promise<void> {
    for (const { control } of this.#active.values()) control.abort();
    const { report } = this.#options;
    const undone = [...this.#transactions].map((transaction) => {
      if (transaction.isOpen) this.#undone.add(transaction);
      return transaction.rollback().catch(report);
    });
    await Promise.all(undone);
  }

  /** Claims nothing any more, and waits for what was begun, at most so many milliseconds. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping.abort();
    this.wake();
    const all = Promise.resolve(this.#loop).then(() => Promise.all([...this.#active.values()].map(({ done }) => done)));
    const over = new AbortController();
    await Promise.race([all, sleep(this.#options.clock, patienceMs, over.signal)]);
    over.abort();
    this.#ended.abort();
  }

  async #run(): Promise<void> {
    const { clock, report } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const wake = new AbortController();
      this.#wake = wake;
      let pauseMs = longestPauseMs;
      try {
        pauseMs = await this.#claim();
      } catch (error) {
        report(error);
      }
      // All processes look at the same moments, those at which polls are due: who comes first has a whole batch.
      const toGrid = gridMs - (clock.date() % gridMs);
      await sleep(clock, Math.min(longestPauseMs, toGrid + Math.floor(pauseMs / gridMs) * gridMs), wake.signal);
    }
  }

  /** Claims what is due, as far as there is room. Resolves to the milliseconds until there may be more. */
  async #claim(): Promise<number> {
    const room = this.#room();
    if (room === 0) {
      this.#mayBeMore = true;
      return 0;
    }
    this.#roomSince = this.#options.clock.now();
    const queues = await this.#queues();
    const owner = await this.#membership.id();
    const found = await this.#store.claim(owner, [...queues.values()], room);
    if (found === notAMember) {
      await this.#membership.lost(owner);
      return 0;
    }
    for (const claim of found.claims) this.#begin(claim, queues.get(claim.queue)!);
    this.#mayBeMore = found.claims.length === room;
    return this.#mayBeMore ? 0 : (found.nextMs ?? longestPauseMs);
  }

  /**
   * How many runs to claim. While more are due than there is room for, they are whole lists, because those that are polled together take one
   * request, or half of a concurrency that is less than two lists. Less is claimed when handlers have left room for less for a while.
   */
  #room(): number {
    const { clock, concurrency } = this.#options;
    const room = Math.max(0, concurrency - this.#active.size);
    if (!this.#mayBeMore || clock.now() - this.#roomSince >= longestWaitForRoomMs) return room;
    if (room < this.#together) return 0;
    return room < listSize ? room : room - (room % listSize);
  }

  /** The queues that this process can serve. */
  async #queues(): Promise<ReadonlyMap<number, Queue>> {
    const { handlers, accounts } = this.#options;
    const queues = (await this.#store.queues()).filter((queue) => handlers.has(queue.handler) && accounts.classOf(queue));
    return new Map(queues.map((queue) => [queue.queue, queue]));
  }

  #begin(claim: Claim, queue: Queue): void {
    const control = new AbortController();
    const done = this.#process(claim, queue, control.signal)
      .catch((error: unknown) => this.#options.report(error))
      .finally(() => {
        if (this.#active.size >= this.#options.concurrency) this.#roomSince = this.#options.clock.now();
        if (this.#active.get(claim.id)?.control === control) this.#active.delete(claim.id);
        if (this.#mayBeMore && this.#options.concurrency - this.#active.size >= this.#together) this.wake();
      });
    this.#active.set(claim.id, { control, done });
  }

  async #process(claim: Claim, queue: Queue, signal: AbortSignal): Promise<void> {
    const { handlers, accounts } = this.#options;
    const registered = handlers.get(queue.handler)!;
    const target = accounts.classOf(queue)!;
    try {
      // The attempts of a start that is sent again are not those of a handler.
      if ((claim.state === 'running' || claim.start === null) && claim.attempts >= registered.retries.attempts) {
        const reason = `Each process that handled it has ended, or its handler has thrown: ${claim.attempts} attempts have failed.`;
        return void (await this.#persist(() => this.#store.end(claim, 'failed', reason)));
      }
      if (claim.state === 'starting') return await this.#settleStart(claim, queue, registered, signal);
      const found = await pollOnce(target, claim, AbortSignal.any([signal, this.#stopping.signal]));
      if ('end' in found) await this.#handle(claim, registered, found.end, signal);
      else await this.#persist(() => this.#store.release(claim, { delayMs: found.delayMs, polls: claim.polls + 1, attempts: 0 }));
    } catch (error) {
      await this.#giveBack(claim, registered, error, signal);
    }
  }

  /** A start whose outcome is unknown: it is sent again under its key, or its handler is told. */
  async #settleStart(claim: Claim, queue: Queue, registered: Registration, signal: AbortSignal): Promise<void> {
    const { start, idempotencyKey } = claim;
    if (start === null || idempotencyKey === null || claim.ageMs > keyLifetimeMs) {
      if (registered.onUnknown) return this.#call(claim, registered.onUnknown, signal, {}, unknownReason);
      return void (await this.#persist(() => this.#store.end(claim, 'failed', unknownReason)));
    }
    let started: Awaited<ReturnType<typeof startAgain>>;
    try {
      started = await startAgain(this.#options.accounts.classOf(queue)!, start, idempotencyKey);
    } catch (error) {
      const before = startedBefore(error);
      if (!before) throw error;
      started = before;
    }
    await noteStarted(this.#store, claim.id, started, (work) => this.#persist(work)).catch(this.#options.report);
  }

  async #handle(claim: Claim, registered: Registration, { record, result, error }: End, signal: AbortSignal): Promise<void> {
    if (error === undefined) return this.#call(claim, registered.onEnd as (event: DurableEvent) => unknown, signal, { record, result });
    const { onFailure } = registered;
    if (onFailure) return this.#call(claim, onFailure as (event: DurableEvent) => unknown, signal, { record, error });
    await this.#persist(() => this.#store.end(claim, 'failed', reasonOf(error)));
  }

  /**
   * Calls a handler and writes the end of the run, in the handler's transaction if it has begun one.
   *
   * @param more What the handler gets besides.
   * @param unknown Why it is unknown whether the run was started.
   */
  async #call(
    claim: Claim,
    handler: (event: DurableEvent) => unknown,
    signal: AbortSignal,
    more: object = {},
    unknown?: string,
  ): Promise<void> {
    // A process that died had claimed many runs, and which of them has ended it is not known: only from here on it counts.
    if (claim.deaths > 0 && !(await this.#persist(() => this.#store.handling(claim)))) throw new ClaimLostError(claim.id);
    const transaction = this.#store.transaction(claim, unknown);
    this.#transactions.add(transaction);
    const { id, key, attempts } = claim;
    const event: DurableEvent = {
      id,
      key,
      data: JSON.parse(claim.data),
      attempt: attempts + 1,
      signal,
      transaction: {
        execute: async <R>(sql: string, parameters: readonly unknown[] = []) => (await transaction.execute(sql, parameters)) as R[],
        client: () => transaction.client(),
      },
      ...more,
    };
    let isWritten: boolean;
    try {
      await transactionOfHandler.run(transaction, async () => handler(event));
      // The end is not written without what the handler wrote.
      if (this.#undone.has(transaction)) signal.throwIfAborted();
      isWritten = transaction.isOpen
        ? await transaction.commitEnd()
        : await this.#persist(() => this.#store.end(claim, 'ended', unknown ?? null));
    } catch (error) {
      await transaction.rollback().catch(this.#options.report);
      throw error;
    } finally {
      this.#transactions.delete(transaction);
    }
    if (!isWritten) throw new ClaimLostError(id);
  }

  /** What happens to a run whose poll, start or handler has failed. */
  async #giveBack(claim: Claim, { retries }: Registration, error: unknown, signal: AbortSignal): Promise<void> {
    const { clock, report } = this.#options;
    // Others have it, or it has been put back with all that this process had.
    if (error instanceof ClaimLostError) return report(error);
    if (signal.aborted) return;
    if (this.#stopping.signal.aborted && isAbort(error)) {
      return void (await this.#persist(() => this.#store.release(claim, { ...claim, delayMs: 0 })));
    }
    if (error instanceof PollFailed) {
      // The platform is not to be reached, or is busy. That is not the run's fault, so nothing is counted.
      report(error.cause);
      return void (await this.#persist(() =>
        this.#store.release(claim, { delayMs: error.delayMs, polls: claim.polls + 1, attempts: claim.attempts }),
      ));
    }
    const reason = reasonOf(error);
    const isPassing = claim.state === 'starting' && (mayHaveStarted(error, true) || (error instanceof ResourceError && error.retryable));
    if (!isPassing && claim.attempts + 1 >= retries.attempts) {
      return void (await this.#persist(() => this.#store.end(claim, 'failed', reason)));
    }
    const delayMs = retryDelay(retries, claim.attempts, clock);
    await this.#persist(() => this.#store.retryLater(claim, { delayMs, error: reason }));
  }

  #persist<T>(write: () => Promise<T>): Promise<T> {
    const { clock, report } = this.#options;
    return persist(write, { clock, report, signal: this.#ended.signal });
  }
}

/** Whether it is an error of what was aborted. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** A reason as it is kept. */
export function reasonOf(error: unknown): string {
  const text =
    error instanceof ResourceError || !(error instanceof Error)
      ? String((error as Error)?.message ?? error)
      : `${error.name}: ${error.message}`;
  return text.replaceAll('\0', '').slice(0, longestReason);
}
