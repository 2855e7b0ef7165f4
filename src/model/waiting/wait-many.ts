import { AbortedError, ResourceError, ValidationError } from '../errors/index.js';
import type { WaitOptions } from '../ports/waiter.js';
import { runManySettled } from '../running/run-many.js';
import { otherOptions, recordWaitOptionNames } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';
import { checkCount } from '../support/quantities.js';
import { checkWaitOptions } from './wait-options.js';

/** Anything that can be waited for: a run, or a record that is itself a piece of work. */
export interface Awaitable<T> {
  wait(options?: WaitOptions): Promise<T>;
}

/** How the wait for one of several ended, as `Promise.allSettled` tells it. */
export type WaitOutcome<W, T> = { run: W; index: number } & PromiseSettled<T>;

type PromiseSettled<T> = { status: 'fulfilled'; value: T } | { status: 'rejected'; reason: unknown };

/** Options of each wait, and how they go together. A `timeout` counts from the beginning of each wait. */
export interface WaitAllOptions<W, T> extends WaitOptions {
  /** How many are waited for at the same time. Default: all; their polls go out together where the platform has a way. */
  concurrency?: number | undefined;
  /** Called with each as it ends. What it throws, or rejects with, ends all waits. */
  onEach?: ((outcome: WaitOutcome<W, T>) => unknown) | undefined;
}

/**
 * Waits until all have ended, and tells of each how. One that fails, or takes too long, changes nothing for the rest.
 *
 * @throws ValidationError for options that make no sense, and what `onEach` throws.
 */
export async function waitAll<W extends Awaitable<unknown>>(
  runs: Iterable<W>,
  options: WaitAllOptions<W, Awaited<ReturnType<W['wait']>>> = {},
): Promise<WaitOutcome<W, Awaited<ReturnType<W['wait']>>>[]> {
  type T = Awaited<ReturnType<W['wait']>>;
  checkOptionNames('waitAll', options, otherOptions.waitAll);
  const { concurrency, onEach, ...wait } = options;
  checkCount('concurrency', concurrency, 1, true);
  checkWaitOptions(wait);
  const list = listOf('waitAll', runs);
  const outcomes: WaitOutcome<W, T>[] = [];
  const all = runManySettled(list, (run, _index, signal) => run.wait({ ...wait, signal }) as Promise<T>, {
    concurrency: concurrency ?? Number.POSITIVE_INFINITY,
    signal: wait.signal,
  });
  const tell = async (outcome: WaitOutcome<W, T>): Promise<void> => {
    outcomes[outcome.index] = outcome;
    await onEach?.(outcome);
  };
  for await (const { input: run, ...ended } of all) await tell({ ...ended, run });
  // Those that an abort kept from being waited for at all.
  for (const [index, run] of list.entries()) {
    if (!outcomes[index]) await tell({ run, index, status: 'rejected', reason: aborted(wait.signal) });
  }
  return outcomes;
}

/**
 * Waits until one has succeeded; the waits for the others end, their work goes on.
 *
 * @throws ResourceError when none succeeds, with an AggregateError of all reasons as cause; AbortedError on abort.
 */
export async function waitAny<W extends Awaitable<unknown>>(
  runs: Iterable<W>,
  options: WaitOptions = {},
): Promise<{ run: W; index: number; value: Awaited<ReturnType<W['wait']>> }> {
  checkOptionNames('waitAny', options, recordWaitOptionNames);
  checkWaitOptions(options);
  const all = listOf('waitAny', runs);
  if (all.length === 0) throw new ValidationError('waitAny: there is nothing to wait for. Give at least one run.');
  const reasons: unknown[] = [];
  const ended = runManySettled(all, (run, _index, signal) => run.wait({ ...options, signal }) as Promise<Awaited<ReturnType<W['wait']>>>, {
    concurrency: Number.POSITIVE_INFINITY,
    signal: options.signal,
  });
  for await (const outcome of ended) {
    if (outcome.status === 'fulfilled') return { run: outcome.input, index: outcome.index, value: outcome.value };
    reasons[outcome.index] = outcome.reason;
  }
  if (options.signal?.aborted) throw aborted(options.signal);
  const [first] = reasons;
  throw new ResourceError(
    `waitAny: none of ${all.length} succeeded; the first failed with: ${first instanceof Error ? first.message : String(first)}`,
    {
      cause: new AggregateError(reasons, 'None succeeded'),
    },
  );
}

function listOf<W extends Awaitable<unknown>>(name: string, runs: Iterable<W>): W[] {
  if (typeof runs !== 'object' || runs === null || !(Symbol.iterator in runs))
    throw new ValidationError(
      `${name}: expected an array or another iterable of runs and records (got ${runs === null ? 'null' : typeof runs}).`,
    );
  const list = [...runs];
  const odd = list.findIndex((run: W | null | undefined) => typeof run?.wait !== 'function');
  if (odd >= 0) throw new ValidationError(`${name}: item ${odd} is not a run or a record that can be waited for. Was an await forgotten?`);
  return list;
}

function aborted(signal: AbortSignal | undefined): AbortedError {
  return new AbortedError('The wait was aborted. The work goes on at the platform.', { cause: signal?.reason });
}
