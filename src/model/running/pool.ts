/** The outcome of one of many inputs. */
export type ManyOutcome<I, T, R = unknown> = {
  /** What the run was started with. */
  input: I;
  /** The position among the inputs, from 0. */
  index: number;
  /** What was started for the input, even if the wait then failed or was aborted; its `token()` resumes it. Undefined if nothing was. */
  run?: R;
} & (
  | {
      /** Whether it succeeded. */
      status: 'fulfilled';
      /** What it resulted in. */
      value: T;
    }
  | {
      /** Whether it succeeded. */
      status: 'rejected';
      /** Why it failed. */
      reason: unknown;
    }
);

/** The work for one input. Calling `started` records what was started, so that it can be resumed if the rest fails. */
export type ManyWork<I, T, R> = (input: I, index: number, signal: AbortSignal, started: (run: R) => void) => Promise<T>;

/** Several pieces of work in progress at the same time, over inputs that are read only when there is room. */
export class Pool<I, T, R> {
  readonly #inputs: Iterator<I> | AsyncIterator<I>;
  /** The number of inputs, where it is known. */
  readonly #count: number | undefined;
  readonly #work: ManyWork<I, T, R>;
  readonly #options: { concurrency: number; order: 'finish' | 'input'; signal: AbortSignal | undefined };
  readonly #control = new AbortController();
  readonly #signal: AbortSignal;
  /** The outcomes that have not been yielded yet, in the order in which the work ended. */
  readonly #ended = new Map<number, ManyOutcome<I, T, R>>();
  #begun = 0;
  #yielded = 0;
  #pulling = false;
  /** Whether the end of the inputs has been reached. */
  #exhausted = false;
  #inputError: { error: unknown } | null = null;
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

  /** How many inputs have been read. */
  get begun(): number {
    return this.#begun;
  }

  /** Whether all inputs have been read, as far as that is known without reading another. */
  get isExhausted(): boolean {
    return this.#exhausted || this.#begun === this.#count;
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
          this.#yielded++;
          void this.#pull();
          yield outcome;
        } else if ((this.#exhausted || signal?.aborted) && this.#yielded === this.#begun) {
          if (this.#inputError) throw this.#inputError.error;
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
      if (!this.#exhausted) await this.#release();
    }
  }

  /** Reads inputs while fewer than `concurrency` are in progress. */
  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (!this.#exhausted && !this.#signal.aborted && this.#begun - this.#yielded < this.#options.concurrency) {
        const next = await this.#inputs.next();
        if (next.done) this.#exhausted = true;
        else if (!this.#signal.aborted) void this.#begin(next.value, this.#begun++);
      }
    } catch (error) {
      this.#inputError = { error };
      this.#exhausted = true;
    }
    this.#pulling = false;
    this.#wake?.();
  }

  /** Closes the iterator of the inputs, without waiting for an input that is still being read. */
  async #release(): Promise<void> {
    const released = Promise.resolve(this.#inputs.return?.());
    if (this.#pulling) released.catch(() => undefined);
    else await released;
  }

  async #begin(input: I, index: number): Promise<void> {
    const base: { input: I; index: number; run?: R } = { input, index };
    const started = (run: R): void => {
      base.run = run;
    };
    let outcome: ManyOutcome<I, T, R>;
    try {
      const value = await this.#work(input, index, this.#signal, started);
      outcome = { ...base, status: 'fulfilled', value };
    } catch (reason) {
      outcome = { ...base, status: 'rejected', reason };
    }
    this.#ended.set(index, outcome);
    this.#wake?.();
  }

  #next(): ManyOutcome<I, T, R> | undefined {
    const key = this.#options.order === 'input' ? this.#yielded : this.#ended.keys().next().value;
    const outcome = key === undefined ? undefined : this.#ended.get(key);
    if (outcome) this.#ended.delete(outcome.index);
    return outcome;
  }
}
