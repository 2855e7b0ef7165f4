import { AbortedError } from '../errors/index.js';
import { checkOptionNames, namesOf } from '../support/names.js';
import { part } from '../support/part.js';
import { checkCount, refuseOption } from '../support/quantities.js';
import type { ManyOutcome, ManyWork } from './pool.js';

/** Options of `runMany`. */
export interface ManyOptions {
  /** How many inputs are in progress at the same time, including finished ones not yet consumed. Infinity is accepted. Default: 10. */
  concurrency?: number | undefined;
  /** Whether outcomes are yielded as they finish, or in the order of the inputs. Default: 'finish'. */
  order?: 'finish' | 'input' | undefined;
  /** Aborts the work in progress, whose outcomes are then rejected, and afterwards ends the iteration with an AbortedError. */
  signal?: AbortSignal | undefined;
}

const optionNames = namesOf<ManyOptions>({ concurrency: true, order: true, signal: true });

const defaultConcurrency = 10;

const pooling = part(() => import('./pool.js'));

/**
 * Runs `work` for each of many inputs, several at the same time, and yields the outcome of each. An input is read only when fewer than
 * `concurrency` are in progress, so the inputs may be endless. A failure does not affect the other inputs. When reading an input fails, the
 * iteration ends with that error after the outcomes of the earlier inputs. Leaving the loop aborts the work in progress through its signal.
 *
 * @throws ValidationError immediately for inputs that are not iterable and for an invalid `concurrency` or `order`; AbortedError after the
 *   last outcome when the signal aborted before all inputs were read.
 */
export function runMany<I, T, R = unknown>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: ManyWork<I, T, R>,
  options: ManyOptions = {},
): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
  checkMany(inputs, work, options);
  return outcomesOf(inputs, work, options, true);
}

/** Like `runMany`, but an abort ends the iteration without an error. */
export function runManySettled<I, T, R = unknown>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: ManyWork<I, T, R>,
  options: ManyOptions = {},
): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
  checkMany(inputs, work, options);
  return outcomesOf(inputs, work, options, false);
}

async function* outcomesOf<I, T, R>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: ManyWork<I, T, R>,
  { concurrency = defaultConcurrency, order = 'finish', signal }: ManyOptions,
  throwsAbort: boolean,
): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
  const { Pool } = await pooling();
  const pool = new Pool(inputs, work, { concurrency, order, signal });
  yield* pool.outcomes();
  if (!throwsAbort || !signal?.aborted || pool.isExhausted) return;
  throw new AbortedError(`The iteration was aborted; the inputs from index ${pool.begun} on were not started.`, {
    cause: signal.reason,
  });
}

function checkMany(inputs: unknown, work: unknown, options: ManyOptions): void {
  checkOptionNames('runMany', options, optionNames);
  const { concurrency, order = 'finish' } = options;
  const given = Object(inputs ?? {}) as object;
  if (!(Symbol.asyncIterator in given || Symbol.iterator in given)) {
    refuseOption('inputs', `must be an array, a generator or another iterable (got ${inputs === null ? 'null' : typeof inputs})`);
  }
  if (typeof work !== 'function') refuseOption('work', `must be a function (got ${typeof work})`);
  checkCount('concurrency', concurrency, 1, true);
  if (order !== 'finish' && order !== 'input') refuseOption('order', `must be 'finish' or 'input' (got ${String(order)})`);
}
