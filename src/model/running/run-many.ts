import { AbortedError } from '../errors/index.js';
import { otherOptions } from '../support/known-options.js';
import { checkOptionNames } from '../support/names.js';
import { checkCount, refuseOption } from '../support/quantities.js';

/** What became of one of many inputs. */
export type ManyOutcome<I, T, R = unknown> = {
  input: I;
  /** Its place among the inputs, from 0. */
  index: number;
  /** What was started for it, also where the wait then failed or was aborted: its `token()` resumes it. Undefined where nothing was. */
  run?: R;
} & ({ status: 'fulfilled'; value: T } | { status: 'rejected'; reason: unknown });

export interface ManyOptions {
  /** How many are under way at the same time, those that have ended and were not taken yet included. Default: 10. */
  concurrency?: number | undefined;
  /** Whether they come as they end, or in the order of the inputs. Default: 'finish'. */
  order?: 'finish' | 'input' | undefined;
  /** Ends what is under way, each of which then tells so, and the walk after them with an AbortedError. */
  signal?: AbortSignal | undefined;
}

const defaultConcurrency = 10;

/** What is done with an input. `started` tells what can be resumed, should the rest fail. */
export type ManyWork<I, T, R> = (input: I, index: number, signal: AbortSignal, started: (run: R) => void) => Promise<T>;

/**
 * Does something with each of many inputs, several at the same time, and yields what became of each. Inputs are taken only when there
 * is room, so they may be endless. One that fails changes nothing for the rest; an input that cannot be had ends the walk with its error
 * after the others. Leaving the loop ends what is under way by its signal.
 *
 * @throws ValidationError at once for inputs that cannot be iterated, and for a concurrency or an order that makes no sense; AbortedError
 *   after the last outcome when the signal has kept inputs from being taken.
 */
export function runMany<I, T, R = unknown>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: ManyWork<I, T, R>,
  options: ManyOptions = {},
): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
  return endWithAbort(poolOf(inputs, work, options), options.signal);
}

/** The same, but an abort ends it without an error. */
export function runManySettled<I, T, R = unknown>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: ManyWork<I, T, R>,
  options: ManyOptions = {},
): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
  return poolOf(inputs, work, options).outcomes();
}

async function* endWithAbort<I, T, R>(
  pool: Pool<I, T, R>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
  yield* pool.outcomes();
  if (!signal?.aborted || pool.isOver) return;
  throw new AbortedError(`The walk was aborted; of the inputs, those from number ${pool.begun} on were not begun.`, {
    cause: signal.reason,
  });
}

function poolOf<I, T, R>(inputs: Iterable<I> | AsyncIterable<I>, work: ManyWork<I, T, R>, options: ManyOptions): Pool<I, T, R> {
  checkOptionNames('runMany', options, otherOptions.many);
  const { concurrency = defaultConcurrency, order = 'finish' } = options;
  const given = Object(inputs ?? {}) as object;
  if (!(Symbol.asyncIterator in given || Symbol.iterator in given)) {
    refuseOption('inputs', `must be an array, a generator or another iterable (got ${inputs === null ? 'null' : typeof inputs})`);
  }
  if (typeof work !== 'function') refuseOption('work', `must be a function (got ${typeof work})`);
  checkCount('concurrency', concurrency, 1, true);
  if (order !== 'finish' && order !== 'input') refuseOption('order', `must be 'finish' or 'input' (got ${String(order)})`);
  return new Pool(inputs, work, { concurrency, order, signal: options.signal });
}

class Pool<I, T, R> {
  readonly #inputs: Iterator<I> | AsyncIterator<I>;
  /** How many inputs there are, where that is known. */
  readonly #count: number | undefined;
  readonly #work: ManyWork<I, T, R>;
  readonly #options: { concurrency: number; order: 'finish' | 'input'; signal: AbortSignal | undefined };
  readonly #control = new AbortController();
  readonly #signal: AbortSignal;
  /** What has ended and was not given yet, in the order in which it did. */
  readonly #ended = new Map<number, ManyOutcome<I, T, R>>();
  #begun = 0;
  #given = 0;
  #pulling = false;
  /** Whether the inputs have come to their end. */
  #over = false;
  #broken: { error: unknown } | null = null;
  #wake: (() => void) | null = null;

  constructor(
    inputs: Iterable<I> | AsyncIterable<I>,
    work: ManyWork<I, T, R>,
    options: { concurrency: number; order: 'finish' | 'input'; signal: AbortSignal | undefined },
  ) {
    this.#inputs = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#count = Array.isArray(inputs) ? inputs.length : undefined;
    this.#work = work;
    this.#options = options;
    const { signal } = this.#control;
    this.#signal = options.signal ? AbortSignal.any([options.signal, signal]) : signal;
  }

  /** How many inputs have been taken. */
  get begun(): number {
    return this.#begun;
  }

  /** Whether all inputs have been taken, as far as that can be known without taking another. */
  get isOver(): boolean {
    return this.#over || this.#begun === this.#count;
  }

  async *outcomes(): AsyncGenerator<ManyOutcome<I, T, R>, void, void> {
    const { signal } = this.#options;
    const onAbort = (): void => this.#wake?.();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      void this.#pull();
      for (;;) {
        const outcome = this.#next();
        if (outcome) {
          this.#given++;
          void this.#pull();
          yield outcome;
        } else if ((this.#over || signal?.aborted) && this.#given === this.#begun) {
          if (this.#broken) throw this.#broken.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#control.abort();
      if (!this.#over) await this.#release();
    }
  }

  /** Takes inputs while there is room. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (!this.#over && !this.#signal.aborted && this.#begun - this.#given < this.#options.concurrency) {
        const next = await this.#inputs.next();
        if (next.done) this.#over = true;
        else if (!this.#signal.aborted) void this.#begin(next.value, this.#begun++);
      }
    } catch (error) {
      this.#broken = { error };
      this.#over = true;
    }
    this.#pulling = false;
    this.#wake?.();
  }

  /** Lets go of the inputs; one that is still being made is not waited for. */
  async #release(): Promise<void> {
    const released = Promise.resolve(this.#inputs.return?.());
    if (this.#pulling) released.catch(() => undefined);
    else await released;
  }

  async #begin(input: I, index: number): Promise<void> {
    const one: { input: I; index: number; run?: R } = { input, index };
    const started = (run: R): void => {
      one.run = run;
    };
    let outcome: ManyOutcome<I, T, R>;
    try {
      const value = await this.#work(input, index, this.#signal, started);
      outcome = { ...one, status: 'fulfilled', value };
    } catch (reason) {
      outcome = { ...one, status: 'rejected', reason };
    }
    this.#ended.set(index, outcome);
    this.#wake?.();
  }

  #next(): ManyOutcome<I, T, R> | undefined {
    const key = this.#options.order === 'input' ? this.#given : this.#ended.keys().next().value;
    const outcome = key === undefined ? undefined : this.#ended.get(key);
    if (outcome) this.#ended.delete(outcome.index);
    return outcome;
  }
}
