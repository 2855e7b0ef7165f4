import { type Clock, systemClock } from '../model/ports/clock.js';
import type { Pollable, TimedPoll, TokenData, Wait, Waiter } from '../model/ports/waiter.js';
import { type Part, part } from '../model/support/part.js';
import { type AsyncScope, noScope } from './async-scope.js';
import { readToken, writeToken } from './resume-token.js';

/** The waits of a connection, by a `Poller` that is loaded with the first of them. */
export class LazyWaiter implements Waiter {
  readonly #poller: Part<Waiter>;

  /** @param createScope As for `Poller`. The scope of its timer is created here. */
  constructor(createScope: () => AsyncScope = () => noScope, clock: Clock = systemClock) {
    const scope = createScope();
    this.#poller = part(async () => new (await import('./poller.js')).Poller(clock, createScope, scope));
  }

  async *polls<S>(pollable: Pollable<S>, options: Wait): AsyncGenerator<TimedPoll<S>, void, void> {
    const polls = this.#poller.use(options, (poller, given) => poller.polls(pollable, given));
    // Where they are at hand, the wait begins at once, so that it can be stopped at once.
    yield* polls instanceof Promise ? await polls : polls;
  }

  // Not async: that would take another promise for each wait.
  wait<S>(pollable: Pollable<S>, options: Wait): Promise<S> {
    return this.#poller.use(options, (poller, given) => poller.wait(pollable, given)) as Promise<S>;
  }

  poke(key: object): void {
    this.#poller.afterAll((poller) => poller.poke(key));
  }

  stop(key: object): void {
    this.#poller.afterAll((poller) => poller.stop(key));
  }

  async sleep(seconds: number, signal: AbortSignal | undefined, subject: string): Promise<void> {
    await (await this.#poller()).sleep(seconds, signal, subject);
  }

  writeToken(data: TokenData): string {
    return writeToken(data);
  }

  readToken(token: string, className: string): TokenData {
    return readToken(token, className);
  }
}
