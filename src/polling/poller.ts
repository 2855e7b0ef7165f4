import { AbortedError } from '../model/errors/index.js';
import type { Clock } from '../model/ports/clock.js';
import { systemClock } from '../model/ports/clock.js';
import type { Pollable, TimedPoll, TokenData, Wait, Waiter } from '../model/ports/waiter.js';
import { onAbort } from '../model/support/abort.js';
import { checkWaitOptions } from '../model/waiting/wait-options.js';
import { type AsyncScope, noScope } from './async-scope.js';
import { Batcher } from './batcher.js';
import { type PollContext, PollLoop } from './poll-loop.js';
import { readToken, writeToken } from './resume-token.js';
import { Schedule } from './schedule.js';

/** The waits of a connection. They share one timer, one poll loop for each key, and one request for polls of the same source. */
export class Poller implements Waiter {
  readonly #context: PollContext;
  readonly #loops = new Map<object, PollLoop<unknown>>();

  /**
   * @param createScope Keeps the async context in which it is called. Default: there are none.
   * @param scope The scope of the timer. Default: one that is created now.
   */
  constructor(clock: Clock = systemClock, createScope: () => AsyncScope = () => noScope, scope = createScope()) {
    const schedule = new Schedule(clock, scope);
    const forget = (loop: PollLoop<unknown>): void => {
      const key = keyOf(loop.pollable);
      if (this.#loops.get(key) === loop) this.#loops.delete(key);
    };
    this.#context = { clock, schedule, batcher: new Batcher(clock, schedule), createScope, forget };
  }

  async *polls<S>(pollable: Pollable<S>, options: Wait): AsyncGenerator<TimedPoll<S>, void, void> {
    checkWaitOptions(options);
    yield* this.#loopFor(pollable, options.waitTime).polls(options);
  }

  wait<S>(pollable: Pollable<S>, options: Wait): Promise<S> {
    try {
      checkWaitOptions(options);
      return this.#loopFor(pollable, options.waitTime).finalState(options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  poke(key: object): void {
    this.#loops.get(key)?.poke();
  }

  stop(key: object): void {
    this.#loops.get(key)?.abandon();
  }

  async sleep(seconds: number, signal: AbortSignal | undefined, subject: string): Promise<void> {
    const { clock, schedule } = this.#context;
    const aborted = (): AbortedError => new AbortedError(`${subject} was aborted.`, { cause: signal?.reason });
    if (signal?.aborted) throw aborted();
    await new Promise<void>((resolve, reject) => {
      const task = schedule.at(clock.now() + seconds * 1000, () => {
        removeListener?.();
        resolve();
      });
      const removeListener =
        signal &&
        onAbort(signal, () => {
          schedule.cancel(task);
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

  #loopFor<S>(pollable: Pollable<S>, waitTime: number | undefined): PollLoop<S> {
    const key = keyOf(pollable);
    const known = this.#loops.get(key);
    if (known) return known as PollLoop<S>;
    const loop = new PollLoop(this.#context, pollable, waitTime);
    this.#loops.set(key, loop);
    return loop;
  }
}

function keyOf(pollable: Pollable<unknown>): object {
  return pollable.key ?? pollable;
}
