import type { RunActivity } from '../engine/types.js';

/** The words of the memory that a child's main thread shares with its watchdog. */
const word = { job: 0, block: 1, limit: 2 } as const;

/** No block works, because all of them wait for others: a language model, a handler on the main thread of the parent. */
const waiting = -1;
/** No block works yet. */
export const preparation = -2;

/**
 * Which block of a child's job works at each moment, in memory that the watchdog reads even while the main thread is stuck in
 * a block. A write is one store, so that it can be made for each row.
 */
export class Activity implements RunActivity {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  #blocks: (blocks: readonly { id: string; type: string }[]) => void = () => {};

  constructor(memory = new SharedArrayBuffer(12)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Begins a job: the watchdog wakes. `onBlocks` receives the blocks that the indices mean. */
  begin(job: number, blockSeconds: number, onBlocks: (blocks: readonly { id: string; type: string }[]) => void): void {
    this.#blocks = onBlocks;
    this.#words[word.block] = preparation;
    this.#words[word.limit] = blockSeconds * 1000;
    Atomics.store(this.#words, word.job, job);
    Atomics.notify(this.#words, word.job);
  }

  end(): void {
    Atomics.store(this.#words, word.job, 0);
    Atomics.notify(this.#words, word.job);
  }

  blocks(blocks: readonly { id: string; type: string }[]): void {
    this.#blocks(blocks);
  }

  enter(block: number | undefined): void {
    this.#words[word.block] = block ?? waiting;
  }

  /** The number of the current job; 0 without one. */
  get job(): number {
    return Atomics.load(this.#words, word.job);
  }

  /** The index of the block that works. */
  get block(): number {
    return Atomics.load(this.#words, word.block);
  }

  /** Whether no block works. */
  get isWaiting(): boolean {
    return this.block === waiting;
  }

  /** Milliseconds that a block of the current job may take. */
  get limit(): number {
    return Atomics.load(this.#words, word.limit);
  }

  /** Blocks the thread until a job begins. */
  waitForJob(): void {
    Atomics.wait(this.#words, word.job, 0);
  }

  /** Blocks the thread for some milliseconds; less when the job ends meanwhile. */
  sleep(job: number, milliseconds: number): void {
    Atomics.wait(this.#words, word.job, job, milliseconds);
  }
}
