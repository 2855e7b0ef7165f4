import { AbortedError, OperationTimeoutError } from '../model/errors/index.js';
import type { Clock, Look, Pollable, Tick, Wait } from '../model/waiter.js';
import { delays } from './back-off.js';
import { Deadline } from './deadline.js';
import type { Gatherer } from './gatherer.js';
import type { Schedule } from './schedule.js';
import { isTransient, retryAfterIn } from './transient.js';

/** Seconds a single look may take. */
const lookTimeout = 30;

/** Seconds a wait takes at the most where nobody says otherwise. */
const defaultTimeout = 300;

/** A look may be this much later than it is due, so that others can go out with it: a part of its delay, and milliseconds. */
const patience = { part: 0.1, most: 250 };

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

interface Follower {
  readonly deadline: Deadline;
  /** Whether it is waiting for the next look, rather than busy with the one before. */
  waiting: boolean;
  /** Ends the waiting. */
  abort: () => void;
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
  readonly #followers = new Set<Follower>();
  readonly #control = new AbortController();
  #last: Step<S>;
  #latest: Look<S> | undefined;
  #attempt = 0;
  #pause = 0;
  #poked = false;
  #wake: (() => void) | null = null;

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
  async *follow({ timeout = defaultTimeout, signal, since }: Wait): AsyncGenerator<Tick<S>, void, void> {
    const deadline = new Deadline(this.#tools.clock, timeout, since);
    const me: Follower = { deadline, waiting: false, abort: () => undefined };
    // One listener for the whole wait: thousands of waits may share a signal, and adding a listener takes as long as there are many.
    const onAbort = (): void => me.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#followers.add(me);
    try {
      for (let step = this.#last; ; ) {
        if (signal?.aborted) throw this.#aborted(signal);
        me.waiting = true;
        this.#wake?.();
        step = await this.#after(step, me, signal);
        me.waiting = false;
        if (step.tick) yield step.tick;
        if (step.tick?.final) return;
        if (deadline.passedAt(step.at)) throw this.#timedOut(timeout, step.error);
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#followers.delete(me);
      if (this.#followers.size === 0) this.#stop();
    }
  }

  /** Makes the next look come now. */
  poke(): void {
    this.#poked = true;
    this.#wake?.();
  }

  /** The look after another, or the abort of who waits for it. */
  #after(step: Step<S>, me: Follower, signal: AbortSignal | undefined): Promise<Step<S>> {
    step.next ??= this.#step();
    const { next } = step;
    return new Promise((resolve, reject) => {
      me.abort = () => reject(this.#aborted(signal));
      next.then(resolve, reject);
    });
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
    const within = this.#poked || this.#deadlinePassed() ? 0 : Math.min(this.#pause * patience.part, patience.most);
    this.#poked = false;
    try {
      const look = await gatherer.look(this.#pollable, { signal, timeout: lookTimeout }, within);
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
    this.#pause = retryAfter === undefined ? this.#pauses.next().value : Math.max(retryAfter, min) * 1000;
    const going = [...this.#followers].filter(({ deadline, waiting }) => waiting && !deadline.passedAt(now));
    if (going.length === 0) return null;
    return Math.min(this.#pause, ...going.map(({ deadline }) => deadline.at - now));
  }

  /** Until the next look is due, or a deadline, or someone pokes. */
  async #sleep(): Promise<void> {
    const due = this.#last.at + this.#pause;
    while (!this.#poked && !this.#control.signal.aborted) {
      const deadlines = [...this.#followers].filter(({ waiting }) => waiting).map(({ deadline }) => deadline.at);
      const until = Math.min(due, ...deadlines);
      if (until - this.#tools.clock.now() < 1) return;
      await new Promise<void>((resolve) => {
        const cancel = this.#tools.schedule.at(until, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = null;
    }
  }

  #deadlinePassed(): boolean {
    const now = this.#tools.clock.now();
    return [...this.#followers].some(({ deadline, waiting }) => waiting && deadline.passedAt(now));
  }

  #stop(): void {
    this.#done();
    this.#control.abort();
    this.#wake?.();
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

function statusOf(state: unknown): string {
  const status = typeof state === 'object' && state !== null && 'status' in state ? state.status : undefined;
  return typeof status === 'string' ? status : 'going on';
}
