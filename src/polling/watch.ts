import { onAbort } from '../model/abort.js';
import { AbortedError, OperationTimeoutError } from '../model/errors/index.js';
import type { Clock, Look, Pollable, Tick, Wait } from '../model/waiter.js';
import { delays } from './back-off.js';
import { Deadline } from './deadline.js';
import type { Gatherer, Looker } from './gatherer.js';
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
  /** Does not listen to the signal any more. */
  deafen: (() => void) | undefined;
}

/**
 * One loop of looks at one thing, for all who wait for it. It goes on as long as someone wants the next look. The wait alone
 * repeats failed looks; the transport does not.
 */
export class Watch<S> {
  readonly #tools: Tools;
  readonly #pollable: Pollable<S>;
  readonly #done: () => void;
  readonly #pauses: Generator<number, never, void>;
  readonly #started: number;
  readonly #followers = new Set<Follower<S>>();
  readonly #looker: Looker = { member: null, control: null, timeout: lookTimeout };
  #last: Step<S>;
  #latest: Look<S> | undefined;
  #attempt = 0;
  /** When the next look is to come. */
  #due = 0;
  #poked = false;
  #stopped = false;
  #sleeping: Entry | null = null;
  /** Ends the sleep. */
  #resume: (() => void) | null = null;

  /** @param done Called when nobody can join any more. */
  constructor(tools: Tools, pollable: Pollable<S>, waitTime: number | undefined, done: () => void) {
    this.#tools = tools;
    this.#pollable = pollable;
    tools.gatherer.watch(pollable, 1);
    this.#done = done;
    this.#pauses = delays(pollable.backOff, tools.clock, waitTime);
    this.#started = tools.clock.now();
    this.#last = { at: this.#started };
  }

  /** Each look from now on. @throws OperationTimeoutError, AbortedError, and what ended the loop. */
  async *follow(options: Wait): AsyncGenerator<Tick<S>, void, void> {
    const me = this.#join(options);
    try {
      while (!me.step.tick?.final) {
        me.step = await this.#advance(me);
        me.waiting = false;
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
      while (!me.step.tick?.final) me.step = await this.#advance(me);
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
    const me: Follower<S> = { deadline, signal, step: this.#last, joined: this.#last, waiting: false, abort: null, deafen: undefined };
    me.deafen = signal && onAbort(signal, () => me.abort?.());
    this.#followers.add(me);
    return me;
  }

  #leave(me: Follower<S>): void {
    me.deafen?.();
    this.#followers.delete(me);
    if (this.#followers.size === 0) this.#stop();
  }

  /** The next look. @throws on abort, and after the look at the deadline. */
  #advance(me: Follower<S>): Promise<Step<S>> {
    const { deadline, signal, step } = me;
    if (step !== me.joined && deadline.passedAt(step.at)) throw this.#timedOut(deadline.seconds, step.error);
    if (signal?.aborted) throw this.#aborted(signal);
    me.waiting = true;
    this.#wake();
    step.next ??= this.#step();
    const { next } = step;
    if (!signal) return next;
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
      if (!this.#stopped) await this.#pollable.ended?.(error);
      throw error;
    }
  }

  async #look(): Promise<Step<S>> {
    const { clock, gatherer } = this.#tools;
    const attempt = ++this.#attempt;
    this.#poked = false;
    try {
      const look = await gatherer.look(this.#pollable, this.#looker);
      this.#latest = look;
      const at = clock.now();
      const nextDelayMs = look.final ? null : this.#plan(at, look.retryAfter);
      return { at, tick: { ...look, attempt, elapsedMs: at - this.#started, nextDelayMs } };
    } catch (error) {
      if (this.#stopped || !isTransient(error)) throw error;
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
  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#resume = resolve;
      this.#rest();
    });
  }

  /** Goes on sleeping, as long as there is reason to. */
  readonly #rest = (): void => {
    let until = this.#due;
    for (const { deadline, waiting } of this.#followers) if (waiting && deadline.at < until) until = deadline.at;
    const { clock, schedule } = this.#tools;
    if (!this.#poked && until - clock.now() >= 1) {
      this.#sleeping = schedule.at(until, this.#rest);
      return;
    }
    this.#sleeping = null;
    this.#resume?.();
    this.#resume = null;
  };

  #wake(): void {
    if (!this.#sleeping) return;
    this.#tools.schedule.cancel(this.#sleeping);
    this.#rest();
  }

  #stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    const { gatherer, schedule } = this.#tools;
    gatherer.watch(this.#pollable, -1);
    gatherer.leave(this.#looker);
    if (this.#sleeping) schedule.cancel(this.#sleeping);
    this.#looker.control?.abort();
    this.#done();
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
