import { AbortedError } from '../model/errors/index.js';
import type { Clock } from '../model/ports/clock.js';
import { systemClock } from '../model/ports/clock.js';
import type { Pollable, Tick, TokenData, Wait, Waiter } from '../model/ports/waiter.js';
import { onAbort } from '../model/support/abort.js';
import { checkWaitOptions } from '../model/waiting/wait-options.js';
import { Gatherer } from './batcher.js';
import { type Tools, Watch } from './poll-loop.js';
import { Schedule } from './schedule.js';
import { readToken, writeToken } from './token.js';

/** All waits of a connection: one timer, one watch for each thing waited for, looks of one kind together. */
export class Poller implements Waiter {
  readonly #tools: Tools;
  readonly #watches = new Map<object, Watch<unknown>>();

  constructor(clock: Clock = systemClock) {
    const schedule = new Schedule(clock);
    const forget = (watch: Watch<unknown>): void => {
      const key = keyOf(watch.pollable);
      if (this.#watches.get(key) === watch) this.#watches.delete(key);
    };
    this.#tools = { clock, schedule, gatherer: new Gatherer(clock, schedule), forget };
  }

  async *polls<S>(pollable: Pollable<S>, options: Wait): AsyncGenerator<Tick<S>, void, void> {
    checkWaitOptions(options);
    yield* this.#watch(pollable, options.waitTime).looks(options);
  }

  wait<S>(pollable: Pollable<S>, options: Wait): Promise<S> {
    try {
      checkWaitOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#watch(pollable, options.waitTime).end(options);
  }

  poke(key: object): void {
    this.#watches.get(key)?.poke();
  }

  async sleep(seconds: number, signal: AbortSignal | undefined, subject: string): Promise<void> {
    const { clock, schedule } = this.#tools;
    const aborted = (): AbortedError => new AbortedError(`${subject} was aborted.`, { cause: signal?.reason });
    if (signal?.aborted) throw aborted();
    await new Promise<void>((resolve, reject) => {
      const entry = schedule.at(clock.now() + seconds * 1000, () => {
        deafen?.();
        resolve();
      });
      const deafen =
        signal &&
        onAbort(signal, () => {
          schedule.cancel(entry);
          reject(aborted());
        });
    });
  }

  writeToken(data: TokenData): string {
    return writeToken(data);
  }

  readToken(token: string, className: string): TokenData {
    return readToken(token, className);
  }

  #watch<S>(pollable: Pollable<S>, waitTime: number | undefined): Watch<S> {
    const key = keyOf(pollable);
    const known = this.#watches.get(key);
    if (known) return known as Watch<S>;
    const watch = new Watch(this.#tools, pollable, waitTime);
    this.#watches.set(key, watch);
    return watch;
  }
}

function keyOf(pollable: Pollable<unknown>): object {
  return pollable.key ?? pollable;
}
