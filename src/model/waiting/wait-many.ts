import type { WaitOptions } from '../ports/waiter.js';
import { part } from '../support/part.js';

const waiting = part(() => import('./wait-many-work.js'));

/** Anything that can be waited for: a run, or a record that is itself a piece of work. */
export interface Awaitable<T> {
  /** Resolves when the work has ended. */
  wait(options?: WaitOptions): Promise<T>;
}

/** The outcome of the wait for one of several, in the form of `Promise.allSettled`. */
export type WaitOutcome<W, T> = {
  /** What was waited for. */
  run: W;
  /** Its position among those that were waited for. */
  index: number;
} & PromiseSettled<T>;

type PromiseSettled<T> =
  | {
      status: 'fulfilled';
      /** What the wait resulted in. */
      value: T;
    }
  | { status: 'rejected'; reason: unknown };

/** Options of each wait, and of the waits together. The `timeout`, in seconds, counts from the beginning of each wait. */
export interface WaitAllOptions<W, T> extends WaitOptions {
  /** How many are waited for at the same time. Default: all; their polls are batched where the platform allows it. */
  concurrency?: number | undefined;
  /** Called with each outcome as it arrives, and awaited. An error it throws ends all waits. */
  onEach?: ((outcome: WaitOutcome<W, T>) => unknown) | undefined;
}

/**
 * Waits until all have ended, and returns their outcomes in the order of `runs`. A failure or a timeout of one does not affect the others.
 *
 * @throws ValidationError for invalid options, and any error of `onEach`.
 */
export async function waitAll<W extends Awaitable<unknown>>(
  runs: Iterable<W>,
  options: WaitAllOptions<W, Awaited<ReturnType<W['wait']>>> = {},
): Promise<WaitOutcome<W, Awaited<ReturnType<W['wait']>>>[]> {
  const list = listed(runs);
  return waiting.use(options, (work, given) => work.waitAll(list, given));
}

/**
 * Waits until one has succeeded. The other waits are then aborted while their work continues.
 *
 * @throws ValidationError for invalid options and without any runs; ResourceError when none succeeds, with an AggregateError of all reasons
 *   as cause; AbortedError on abort.
 */
export async function waitAny<W extends Awaitable<unknown>>(
  runs: Iterable<W>,
  options: WaitOptions = {},
): Promise<{ run: W; index: number; value: Awaited<ReturnType<W['wait']>> }> {
  const list = listed(runs);
  return waiting.use(options, (work, given) => work.waitAny(list, given));
}

/** A list as it is now. */
function listed<W>(runs: Iterable<W>): Iterable<W> {
  return Array.isArray(runs) ? [...(runs as readonly W[])] : runs;
}
