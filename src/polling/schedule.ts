import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../model/ports/clock.js';
import { Heap, type Timed } from './heap.js';

/** Something that is called at a time. */
export interface Alarm extends Timed {
  ring(): void;
}

/** Timers hold no more; what is later is asked for again. */
const longestTimer = 2 ** 31 - 1;

/** The place of an alarm whose turn is about to come. */
const ringing = -2;

/** Calls back at many times with one timer. */
export class Schedule {
  readonly #clock: Clock;
  readonly #alarms = new Heap<Alarm>();
  /** The one timer is nobody's own: it must not carry on, or keep alive, the async context of whoever set the first alarm. */
  readonly #outside = new AsyncResource('Schedule');
  #armed: { at: number; cancel(): void } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many calls are still to come. */
  get size(): number {
    return this.#alarms.size;
  }

  /** Calls `action` at a time of the clock, or soon when it has passed. */
  at(at: number, action: () => void): Alarm {
    const alarm: Alarm = { at, place: -1, ring: action };
    this.set(alarm, at);
    return alarm;
  }

  /** Lets an alarm ring at a time of the clock, or soon when it has passed, and not when it was to ring before. */
  set(alarm: Alarm, at: number): void {
    this.#alarms.remove(alarm);
    alarm.at = at;
    this.#alarms.add(alarm);
    this.#arm();
  }

  /** Takes a call back that is still to come. */
  cancel(alarm: Alarm): void {
    this.#alarms.remove(alarm);
    alarm.place = -1;
    this.#arm();
  }

  #arm(): void {
    const next = this.#alarms.first;
    if (next?.at === this.#armed?.at) return;
    this.#armed?.cancel();
    this.#armed = null;
    if (!next) return;
    const ms = Math.min(Math.max(0, next.at - this.#clock.now()), longestTimer);
    const ring = (): void => this.#ring();
    this.#armed = { at: next.at, cancel: this.#outside.runInAsyncScope(() => this.#clock.timer(ms, ring)) };
  }

  #ring(): void {
    this.#armed = null;
    // Timers may ring up to a millisecond early.
    const now = this.#clock.now() + 1;
    const due: Alarm[] = [];
    for (let alarm = this.#alarms.first; alarm && alarm.at <= now; alarm = this.#alarms.first) {
      this.#alarms.remove(alarm);
      alarm.place = ringing;
      due.push(alarm);
    }
    // What they set for this very moment comes after all of them.
    for (const alarm of due) {
      if (alarm.place !== ringing) continue;
      alarm.place = -1;
      alarm.ring();
    }
    this.#arm();
  }
}
