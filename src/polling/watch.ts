import { AbortedError, OperationTimeoutError } from '../model/errors/index.js';
import type { Clock, Look, Pollable, Tick, Wait } from '../model/waiter.js';
import { delays } from './back-off.js';
import { Deadline } from './deadline.js';
import type { Gatherer } from './gatherer.js';
import type { Entry, Schedule } from './schedule.js';
import { isTransient, retryAfterIn } from './transient.js';

/** Seconds a single look may take. */
const lookTimeout = 30;

/** Seconds a wait takes at the most where nobody says otherwise. */
const defaultTimeout = 300;

/** What all waits of a connection share. */
export interface Tools {
  readonly clock: Clock;
  readonly schedule: Schedule;
  readonly gatherer: Gatherer;
}

/** A look, and the one that comes after it as soon as someone wants it. */
interface Step<S> {
  /** When it was over. */
  at: number;
  tick?: Tick<S>;
  error?: Error;
  next?: Promise<Step<S>>;
}

interface Follower<S> {
  readonly deadline: Deadline;
  readonly signal: AbortSignal | undefined;
  /** The look it has got to, and the one before its first. */
  step: Step<S>;
  readonly joined: Step<S>;
  /** Whether it is waiting for the next look, rather than busy with the one before. */
  waiting: boolean;
  /** Ends the waiting. */
  abort: (() => void) | null;
  readonly onAbort: () => void;
}

/**
 * One loop of looks at one thing, for all who wait for it. It goes on as long as someone wants the next look. The wait alone
 * repeats failed looks; the transport does not.
 */
export class Watch<S> {
  readonly #tools: Tools;
  readonly #pollable: Pollable<S>;
  #done: () => void;
  readonly #pauses: Generator<number, never, void>;
  readonly #started: number;
  readonly #followers = new Set<Follower<S>>();
  readonly #control = new AbortController();
  #last: Step<S>;
  #latest: Look<S> | undefined;
  #attempt = 0;
  /** When the next look is to come. */
  #due = 0;
  #poked = false;
  #sleeping: Entry | null = null;

  /** @param done Called when nobody can join any more. */
  constructor(tools: Tools, pollable: Pollable<S>, waitTime: number | undefined, done: () => void) {
    this.#tools = tools;
    this.#pollable = pollable;
    const unwatch = tools.gatherer.watching(pollable);
    this.#done = () => {
      this.#done = () => undefined;
      unwatch();
      done();
    };
    this.#pauses = delays(pollable.backOff, tools.clock, waitTime);
    this.#started = tools.clock.now();
    this.#last = { at: this.#started };
  }

  /** Each look from now on. @throws OperationTimeoutError, AbortedError, and what ended the loop. */
  async *follow(options: Wait): AsyncGenerator<Tick<S>, void, void> {
    const me = this.#join(options);
    try {
      while (!me.step.tick?.final) {
        await this.#advance(me);
        if (me.step.tick) yield me.step.tick;
      }
    } finally {
      this.#leave(me);
    }
  }

  /** The same without the looks. */
  async end(options: Wait): Promise<void> {
    const me = this.#join(options);
    try {
      while (!me.step.tick?.final) await this.#advance(me);
    } finally {
      this.#leave(me);
    }
  }

  /** Makes the next look come now. */
  poke(): void {
    this.#poked = true;
    this.#wake();
  }

  #join({ timeout = defaultTimeout, signal, since }: Wait): Follower<S> {
    const deadline = new Deadline(this.#tools.clock, timeout, since);
    const me: Follower<S> = {
      deadline,
      signal,
      step: this.#last,
      joined: this.#last,
      waiting: false,
      abort: null,
      onAbort: () => me.abort?.(),
    };
    // One listener for the whole wait: thousands of waits may share a signal, and adding a listener takes the longer the more there are.
    signal?.addEventListener('abort', me.onAbort, { once: true });
    this.#followers.add(me);
    return me;
  }

  #leave(me: Follower<S>): void {
    me.signal?.removeEventListener('abort', me.onAbort);
    this.#followers.delete(me);
    if (this.#followers.size === 0) this.#stop();
  }

  /** Goes on to the next look; fails on abort, and after the look at the deadline. */
  async #advance(me: Follower<S>): Promise<void> {
    const { deadline, signal, step } = me;
    if (step !== me.joined && deadline.passedAt(step.at)) throw this.#timedOut(deadline.seconds, step.error);
    if (signal?.aborted) throw this.#aborted(signal);
    me.waiting = true;
    this.#wake();
    step.next ??= this.#step();
    const { next } = step;
    me.step = await (signal ? unlessAborted(next, me, () => this.#aborted(signal)) : next);
    me.waiting = false;
  }

  async #step(): Promise<Step<S>> {
    try {
      if (this.#attempt > 0) await this.#sleep();
      const step = await this.#look();
      if (step.tick) await this.#pollable.saw?.(step.tick);
      if (step.tick?.final) {
        this.#done();
        await this.#pollable.ended?.();
      }
      this.#last = step; // not before: who joins in the meantime is to see this one
      return step;
    } catch (error) {
      this.#done();
      if (!this.#control.signal.aborted) await this.#pollable.ended?.(error);
      throw error;
    }
  }

  async #look(): Promise<Step<S>> {
    const { clock, gatherer } = this.#tools;
    const { signal } = this.#control;
    signal.throwIfAborted();
    const attempt = ++this.#attempt;
    this.#poked = false;
    try {
      const look = await gatherer.look(this.#pollable, { signal, timeout: lookTimeout });
      this.#latest = look;
      const at = clock.now();
      const nextDelayMs = look.final ? null : this.#plan(at, look.retryAfter);
      return { at, tick: { ...look, attempt, elapsedMs: at - this.#started, nextDelayMs } };
    } catch (error) {
      if (signal.aborted || !isTransient(error)) throw error;
      const at = clock.now();
      const delayMs = this.#plan(at, retryAfterIn(error, clock.date()));
      if (delayMs !== null) this.#pollable.missed?.({ error, attempt, delayMs });
      return { at, error };
    }
  }

  /** Decides on the pause before the next look. Returns the milliseconds until then; null when nobody waits that long. */
  #plan(now: number, retryAfter: number | undefined): number | null {
    const { min } = this.#pollable.backOff;
    const pause = retryAfter === undefined ? this.#pauses.next().value : Math.max(retryAfter, min) * 1000;
    this.#due = this.#tools.gatherer.meeting(this.#pollable, now + pause, pause);
    let next: number | null = null;
    for (const { deadline, waiting } of this.#followers) {
      if (waiting && !deadline.passedAt(now)) next = Math.min(next ?? this.#due - now, deadline.at - now);
    }
    return next;
  }

  /** Until the next look is due, or a deadline, or someone pokes. */
  async #sleep(): Promise<void> {
    while (!this.#poked && !this.#control.signal.aborted) {
      let until = this.#due;
      for (const { deadline, waiting } of this.#followers) if (waiting && deadline.at < until) until = deadline.at;
      if (until - this.#tools.clock.now() < 1) return;
      await new Promise<void>((resolve) => {
        this.#sleeping = this.#tools.schedule.at(until, resolve);
      });
      this.#sleeping = null;
    }
  }

  #wake(): void {
    if (!this.#sleeping) return;
    this.#tools.schedule.cancel(this.#sleeping);
    this.#sleeping.action();
  }

  #stop(): void {
    this.#done();
    this.#control.abort();
    this.#wake();
  }

  #timedOut(timeout: number, cause: Error | undefined): OperationTimeoutError {
    const { subject } = this.#pollable;
    const state = this.#latest?.state;
    const seen = cause ? `its last look failed: ${cause.message}` : `it was still ${statusOf(state)}`;
    const token = this.#pollable.token();
    const advice = token === undefined ? 'wait again' : "wait again, or resume with the error's token";
    return new OperationTimeoutError(
      `${subject}: the wait timed out after ${timeout} seconds; ${seen}. The work goes on at the platform: ${advice}.`,
      { result: state, token, ...(cause ? { cause } : {}) },
    );
  }

  #aborted(signal: AbortSignal | undefined): AbortedError {
    return new AbortedError(`The wait for ${this.#pollable.subject} was aborted. The work goes on at the platform.`, {
      cause: signal?.reason,
    });
  }
}

/** The promise, or the error of the abort as soon as it comes. */
function unlessAborted<T>(promise: Promise<T>, me: { abort: (() => void) | null }, error: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    me.abort = () => reject(error());
    promise.then(resolve, reject);
  });
}

function statusOf(state: unknown): string {
  const status = typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined;
  return typeof status === 'string' ? status : 'going on';
}
