import { AbortedError, ResourceError, ValidationError } from '../errors/index.js';
import type { WaitOptions } from '../ports/waiter.js';
import { runManySettled } from '../running/run-many.js';
import { messageOf } from '../state/describe.js';
import { recordWaitOptionNames } from '../support/known-options.js';
import { checkOptionNames, namesOf } from '../support/names.js';
import { checkCount } from '../support/quantities.js';
import type { Awaitable, WaitAllOptions, WaitOutcome } from './wait-many.js';
import { checkWaitOptions } from './wait-options.js';

const allOptionNames = [
  ...recordWaitOptionNames,
  ...namesOf<Omit<WaitAllOptions<never, never>, keyof WaitOptions>>({ concurrency: true, onEach: true }),
];

/** See `waitAll` of wait-many.ts. */
export async function waitAll<W extends Awaitable<unknown>>(
  runs: Iterable<W>,
  options: WaitAllOptions<W, Awaited<ReturnType<W['wait']>>> = {},
): Promise<WaitOutcome<W, Awaited<ReturnType<W['wait']>>>[]> {
  type T = Awaited<ReturnType<W['wait']>>;
  checkOptionNames('waitAll', options, allOptionNames);
  const { concurrency, onEach, ...wait } = options;
  checkCount('concurrency', concurrency, 1, true);
  checkWaitOptions(wait);
  const list = listOf('waitAll', runs);
  const outcomes: WaitOutcome<W, T>[] = [];
  const all = runManySettled(list, (run, _index, signal) => run.wait({ ...wait, signal }) as Promise<T>, {
    concurrency: concurrency ?? Number.POSITIVE_INFINITY,
    signal: wait.signal,
  });
  const report = async (outcome: WaitOutcome<W, T>): Promise<void> => {
    outcomes[outcome.index] = outcome;
    await onEach?.(outcome);
  };
  for await (const { input: run, ...ended } of all) await report({ ...ended, run });
  // An abort may have come before some waits began.
  for (const [index, run] of list.entries()) {
    if (!outcomes[index]) await report({ run, index, status: 'rejected', reason: aborted(wait.signal) });
  }
  return outcomes;
}

/** See `waitAny` of wait-many.ts. */
export async function waitAny<W extends Awaitable<unknown>>(
  runs: Iterable<W>,
  options: WaitOptions = {},
): Promise<{ run: W; index: number; value: Awaited<ReturnType<W['wait']>> }> {
  checkOptionNames('waitAny', options, recordWaitOptionNames);
  checkWaitOptions(options);
  const all = listOf('waitAny', runs);
  if (all.length === 0) throw new ValidationError('waitAny: there is nothing to wait for. Pass at least one run.');
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
  throw new ResourceError(`waitAny: none of ${all.length} succeeded; the first failed with: ${messageOf(first)}`, {
    cause: new AggregateError(reasons, 'None succeeded'),
  });
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
  return new AbortedError('The wait was aborted. The work continues on the platform.', { cause: signal?.reason });
}
