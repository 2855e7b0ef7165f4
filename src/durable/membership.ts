import { hostname } from 'node:os';
import type { Clock } from '../vendor.js';
import { randomUuid } from '../vendor.js';
import { sleep } from './clock.js';
import type { DurableStore } from './store.js';

/** What a heartbeat needs besides the store. */
export interface MembershipOptions {
  clock: Clock;
  /** Milliseconds without a heartbeat after which a process counts as dead. */
  leaseMs: number;
  /** Called when others have taken this process for dead. Its claims are theirs. */
  onLost(): void;
  report(error: unknown): void;
}

/**
 * The membership of this process among those that share a store. While it is a member it sends heartbeats, three in a lease. A process whose
 * heartbeats another one has not seen advance for a whole lease, by the monotonic clock of that other one, is removed, and what it had claimed
 * is given back. So neither the clocks of several machines nor a step of one of them matters.
 */
export class Membership {
  readonly #store: DurableStore;
  readonly #options: MembershipOptions;
  /** The heartbeats of the others, and since when they have not advanced. */
  readonly #seen = new Map<string, { beats: number; since: number }>();
  readonly #stopped = new AbortController();
  #id: Promise<string> | null = null;
  #beating: Promise<void> | null = null;
  #lastBeat = 0;

  constructor(store: DurableStore, options: MembershipOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** The name of this process among the members. The first call makes it one. */
  async id(): Promise<string> {
    this.#id ??= this.#join();
    try {
      return await this.#id;
    } catch (error) {
      this.#id = null;
      throw error;
    }
  }

  /** Ends the membership of an id that others have removed. The next call of `id()` makes another one. */
  async lost(id: string): Promise<void> {
    if ((await this.#id) !== id) return;
    this.#id = null;
    this.#seen.clear();
    this.#options.onLost();
  }

  /** Ends the heartbeats and gives back all claims. */
  async leave(): Promise<void> {
    this.#stopped.abort();
    await this.#beating;
    const id = await this.#id?.catch(() => null);
    if (id) await this.#store.leave(id);
  }

  async #join(): Promise<string> {
    const { clock } = this.#options;
    const id = randomUuid();
    await this.#store.join(id, `${hostname()}:${process.pid}`);
    this.#lastBeat = clock.now();
    this.#beating ??= this.#beat();
    return id;
  }

  async #beat(): Promise<void> {
    const { clock, leaseMs, report } = this.#options;
    const { signal } = this.#stopped;
    for (;;) {
      await sleep(clock, leaseMs / 3, signal);
      if (signal.aborted) return;
      try {
        await this.#beatOnce();
      } catch (error) {
        report(error);
      }
    }
  }

  async #beatOnce(): Promise<void> {
    const { clock, leaseMs } = this.#options;
    const id = await this.id();
    const others = await this.#store.beat(id);
    if (others === null) return this.lost(id);
    const now = clock.now();
    // Whoever was held up itself does not know whether the others were alive meanwhile.
    if (now - this.#lastBeat > (leaseMs * 2) / 3) this.#seen.clear();
    this.#lastBeat = now;
    for (const known of this.#seen.keys()) if (!others.has(known)) this.#seen.delete(known);
    for (const [other, beats] of others) {
      const seen = this.#seen.get(other);
      if (seen?.beats !== beats) this.#seen.set(other, { beats, since: now });
      else if (now - seen.since >= leaseMs) await this.#store.reap(other, beats);
    }
  }
}
