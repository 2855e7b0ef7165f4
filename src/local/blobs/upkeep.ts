import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../context.js';
import { deleteBytes } from './objects.js';

/** Milliseconds between two times. */
const period = 60 * 60 * 1000;
/** Milliseconds that it is waited for at the end: the storage may not answer. */
const patience = 5000;

/** Deletes, now and then, what could not be deleted when it should have been, and what clients have put and nobody took. */
export class Upkeep {
  readonly #platform: Pick<Platform, 'store' | 'blobs'>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(platform: Pick<Platform, 'store' | 'blobs'>) {
    this.#platform = platform;
  }

  start(): void {
    this.#run();
    this.#timer = setInterval(() => this.#run(), period);
    this.#timer.unref();
  }

  /** Resolves when nothing is being deleted any more, or five seconds later. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const given = new AbortController();
    await Promise.race([this.#running, delay(patience, undefined, { signal: given.signal }).catch(() => {})]);
    given.abort();
  }

  #run(): void {
    const work = async (): Promise<void> => {
      await deleteBytes(this.#platform);
      await this.#platform.blobs.direct?.tidy();
    };
    // What fails is done the next time.
    this.#running = this.#running.then(work).catch(() => {});
  }
}
