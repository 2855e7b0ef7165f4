import { type Clock, systemClock } from '../model/ports/clock.js';
import type { Pollable, TimedPoll, TokenData, Wait, Waiter } from '../model/ports/waiter.js';
import { type Part, part } from '../model/support/part.js';
import { type AsyncScope, noScope } from './async-scope.js';
import { readToken, writeToken } from './resume-token.js';

/** The waits of a connection, by a `Poller` that is loaded with the first of them. */
export class LazyWaiter implements Waiter {
  readonly #poller: Part<Waiter>;
  /** Whether anything has waited, so that there may be something to poke or to stop. */
  #begun = false;

  /** @param createScope As for `Poller`. The scope of its timer is created here. */
  constructor(createScope: () => AsyncScope = () => noScope, clock: Clock = systemClock) {
    const scope = createScope();
    this.#poller = part(async () => new (await import('./poller.js')).Poller(clock, createScope, scope));
  }

  async *polls<S>(pollable: Pollable<S>, options: Wait): AsyncGenerator<TimedPoll<S>, void, void> {
    yield* (await this.#begin()).polls(pollable, options);
  }

  wait<S>(pollable: Pollable<S>, options: Wait): Promise<S> {
    const poller = this.#begin();
    return poller instanceof Promise ? poller.then((loaded) => loaded.wait(pollable, options)) : poller.wait(pollable, options);
  }

  poke(key: object): void {
    this.#whenBegun((poller) => poller.poke(key));
  }

  stop(key: object): void {
    this.#whenBegun((poller) => poller.stop(key));
  }

  async sleep(seconds: number, signal: AbortSignal | undefined, subject: string): Promise<void> {
    await (await this.#begin()).sleep(seconds, signal, subject);
  }

  writeToken(data: TokenData): string {
    return writeToken(data);
  }

  readToken(token: string, className: string): TokenData {
    return readToken(token, className);
  }

  #begin(): Waiter | Promise<Waiter> {
    this.#begun = true;
    return this.#poller();
  }

  /** Calls `action` after the waits that have begun before it. A poller that cannot be loaded has none. */
  #whenBegun(action: (poller: Waiter) => void): void {
    if (!this.#begun) return;
    const poller = this.#poller();
    if (poller instanceof Promise) poller.then(action, () => undefined);
    else action(poller);
  }
}
