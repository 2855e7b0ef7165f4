import { ValidationError } from '../errors/index.js';
import { checkCount } from '../quantities.js';

/** What became of one of many inputs. */
export type ManyOutcome<I, T> = {
  input: I;
  /** Its place among the inputs, from 0. */
  index: number;
} & ({ status: 'fulfilled'; value: T } | { status: 'rejected'; reason: unknown });

export interface ManyOptions {
  /** How many are under way at the same time, those that have ended and were not taken yet included. Default: 10. */
  concurrency?: number | undefined;
  /** Whether they come as they end, or in the order of the inputs. Default: 'finish'. */
  order?: 'finish' | 'input' | undefined;
  /** Ends what is under way; each then tells so. */
  signal?: AbortSignal | undefined;
}

const defaultConcurrency = 10;

/**
 * Does something with each of many inputs, several at the same time, and yields what became of each. Inputs are taken only when there
 * is room, so they may be endless. One that fails changes nothing for the rest; an input that cannot be had ends the walk with its error
 * after the others. Leaving the loop ends what is under way by its signal.
 *
 * @throws ValidationError for a concurrency or an order that makes no sense.
 */
export function forMany<I, T>(
  inputs: Iterable<I> | AsyncIterable<I>,
  work: (input: I, index: number, signal: AbortSignal) => Promise<T>,
  options: ManyOptions = {},
): AsyncGenerator<ManyOutcome<I, T>, void, void> {
  const { concurrency = defaultConcurrency, order = 'finish' } = options;
  checkCount('concurrency', concurrency, 1, true);
  if (order !== 'finish' && order !== 'input') {
    const message = `must be 'finish' or 'input' (got ${String(order)})`;
    throw new ValidationError(`order ${message}.`, { details: [{ field: 'order', message }] });
  }
  return new Pool(inputs, work, { concurrency, order, signal: options.signal }).outcomes();
}

class Pool<I, T> {
  readonly #inputs: Iterator<I> | AsyncIterator<I>;
  readonly #work: (input: I, index: number, signal: AbortSignal) => Promise<T>;
  readonly #options: { concurrency: number; order: 'finish' | 'input'; signal: AbortSignal | undefined };
  readonly #control = new AbortController();
  readonly #signal: AbortSignal;
  /** What has ended and was not given yet, in the order in which it did. */
  readonly #ended = new Map<number, ManyOutcome<I, T>>();
  #begun = 0;
  #given = 0;
  #pulling = false;
  /** Whether the inputs have come to their end. */
  #over = false;
  #broken: { error: unknown } | null = null;
  #wake: (() => void) | null = null;

  constructor(
    inputs: Iterable<I> | AsyncIterable<I>,
    work: (input: I, index: number, signal: AbortSignal) => Promise<T>,
    options: { concurrency: number; order: 'finish' | 'input'; signal: AbortSignal | undefined },
  ) {
    this.#inputs = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
    this.#work = work;
    this.#options = options;
    const { signal } = this.#control;
    this.#signal = options.signal ? AbortSignal.any([options.signal, signal]) : signal;
  }

  async *outcomes(): AsyncGenerator<ManyOutcome<I, T>, void, void> {
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
    let outcome: ManyOutcome<I, T>;
    try {
      outcome = { input, index, status: 'fulfilled', value: await this.#work(input, index, this.#signal) };
    } catch (reason) {
      outcome = { input, index, status: 'rejected', reason };
    }
    this.#ended.set(index, outcome);
    this.#wake?.();
  }

  #next(): ManyOutcome<I, T> | undefined {
    const key = this.#options.order === 'input' ? this.#given : this.#ended.keys().next().value;
    const outcome = key === undefined ? undefined : this.#ended.get(key);
    if (outcome) this.#ended.delete(outcome.index);
    return outcome;
  }
}
