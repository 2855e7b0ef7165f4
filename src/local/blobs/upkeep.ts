import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../context.js';
import { abandonStaged, deleteLeftBytes } from './objects.js';

/** Milliseconds between two times. */
const period = 60 * 60 * 1000;
/** Milliseconds that it is waited for at the end: the storage may not answer. */
const patience = 5000;
/** Milliseconds after which bytes that were written for an object belong to none. */
const stagingTime = 24 * 60 * 60 * 1000;

type Parts = Pick<Platform, 'store' | 'blobs' | 'coordinator' | 'observer'>;

/**
 * Deletes, now and then, what could not be deleted when it should have been, what belongs to no object because a process ended, and what
 * clients have put and nobody took: on one server at a time.
 */
export class Upkeep {
  readonly #parts: Parts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    void this.run();
    this.#timer = setInterval(() => void this.run(), period);
    this.#timer.unref();
  }

  /** Resolves when nothing is being deleted any more, or five seconds later. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    const given = new AbortController();
    await Promise.race([this.#running, delay(patience, undefined, { signal: given.signal }).catch(() => {})]);
    given.abort();
  }

  /** Does it once, unless another server is doing it. What fails is done the next time. */
  run(): Promise<void> {
    this.#running = this.#running
      .then(() => this.#work())
      .catch((error: unknown) => this.#parts.observer?.failed('The upkeep failed', error));
    return this.#running;
  }

  async #work(): Promise<void> {
    const { store, blobs, coordinator } = this.#parts;
    const release = await coordinator.tryAcquire('upkeep');
    if (!release) return;
    try {
      if (blobs.direct) await abandonStaged(store, new Date(Date.now() - stagingTime));
      await deleteLeftBytes(this.#parts);
      await blobs.direct?.tidy();
    } finally {
      await release();
    }
  }
}
