import type { DurableStore, Fence, StoreTransaction } from '../../../src/durable/store.js';
import type { StepClock } from './step-clock.js';

const forever = new Promise<never>(() => undefined);

/** A process that ends, or stands still, between any two steps. A step is before or after each thing that it does outside itself. */
export class FragileProcess {
  readonly #clock: StepClock;
  readonly #transactions = new Set<StoreTransaction>();
  #stepsLeft = Number.POSITIVE_INFINITY;
  #stall: { steps: number; ms: number } | null = null;
  #stalledUntil = 0;
  isDead = false;

  constructor(clock: StepClock) {
    this.#clock = clock;
  }

  /** Ends it after so many more steps. */
  dieIn(steps: number): void {
    this.#stepsLeft = steps;
  }

  /** Has it stand still for so many milliseconds after so many more steps, as a machine does that swaps or sleeps. */
  stallIn(steps: number, ms: number): void {
    this.#stall = { steps, ms };
  }

  /** Does something outside the process, unless that has ended, or ends before; it may end before the outcome is known. */
  async outside<T>(work: () => Promise<T>): Promise<T> {
    await this.#step();
    let outcome: { value: T } | { error: unknown };
    try {
      outcome = { value: await work() };
    } catch (error) {
      outcome = { error };
    }
    await this.#step();
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** A store as this process has it. */
  over(store: DurableStore): DurableStore {
    return new Proxy(store, {
      get: (target, name: keyof DurableStore) => {
        // The world closes it.
        if (name === 'close') return async () => undefined;
        if (name === 'transaction') return (fence: Fence) => this.#transaction(target.transaction(fence));
        const method = target[name] as (...values: unknown[]) => Promise<unknown>;
        return (...values: unknown[]) => this.outside(() => method.apply(target, values));
      },
    });
  }

  async #step(): Promise<void> {
    const now = this.#clock.now();
    if (this.#stall && this.#stall.steps-- <= 0) {
      this.#stalledUntil = now + this.#stall.ms;
      this.#stall = null;
    }
    const stall = this.#stalledUntil - now;
    if (stall > 0) await new Promise<void>((resolve) => void this.#clock.timer(stall, resolve));
    if (!this.isDead && this.#stepsLeft-- <= 0) await this.#die();
    if (this.isDead) await forever;
  }

  async #die(): Promise<void> {
    this.isDead = true;
    // The database undoes what a process that has ended had begun.
    for (const transaction of this.#transactions) await transaction.rollback();
  }

  #transaction(transaction: StoreTransaction): StoreTransaction {
    this.#transactions.add(transaction);
    const outside = <T>(work: () => Promise<T>): Promise<T> => this.outside(work);
    return {
      get isOpen() {
        return transaction.isOpen;
      },
      isExclusive: transaction.isExclusive,
      execute: (sql, parameters) => outside(() => transaction.execute(sql, parameters)),
      client: () => outside(() => transaction.client()),
      commitEnd: () => outside(() => transaction.commitEnd()),
      rollback: () => outside(() => transaction.rollback()),
    };
  }
}
