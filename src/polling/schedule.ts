import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '../model/ports/clock.js';
import { Heap, type HeapItem } from './heap.js';

/** Something that is called at a time. */
export interface ScheduledTask extends HeapItem {
  run(): void;
}

/** Timers hold no more; what is later is asked for again. */
const maxTimerMs = 2 ** 31 - 1;

/** The place of an alarm whose turn is about to come. */
const runningIndex = -2;

/** Calls back at many times with one timer. */
export class Schedule {
  readonly #clock: Clock;
  readonly #alarms = new Heap<ScheduledTask>();
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
  at(at: number, action: () => void): ScheduledTask {
    const alarm: ScheduledTask = { at, index: -1, run: action };
    this.set(alarm, at);
    return alarm;
  }

  /** Lets an alarm ring at a time of the clock, or soon when it has passed, and not when it was to ring before. */
  set(alarm: ScheduledTask, at: number): void {
    this.#alarms.remove(alarm);
    alarm.at = at;
    this.#alarms.add(alarm);
    this.#arm();
  }

  /** Takes a call back that is still to come. */
  cancel(alarm: ScheduledTask): void {
    this.#alarms.remove(alarm);
    alarm.index = -1;
    this.#arm();
  }

  #arm(): void {
    const next = this.#alarms.first;
    if (next?.at === this.#armed?.at) return;
    this.#armed?.cancel();
    this.#armed = null;
    if (!next) return;
    const ms = Math.min(Math.max(0, next.at - this.#clock.now()), maxTimerMs);
    const ring = (): void => this.#ring();
    this.#armed = { at: next.at, cancel: this.#outside.runInAsyncScope(() => this.#clock.timer(ms, ring)) };
  }

  #ring(): void {
    this.#armed = null;
    // Timers may ring up to a millisecond early.
    const now = this.#clock.now() + 1;
    const due: ScheduledTask[] = [];
    for (let alarm = this.#alarms.first; alarm && alarm.at <= now; alarm = this.#alarms.first) {
      this.#alarms.remove(alarm);
      alarm.index = runningIndex;
      due.push(alarm);
    }
    // What they set for this very moment comes after all of them.
    for (const alarm of due) {
      if (alarm.index !== runningIndex) continue;
      alarm.index = -1;
      alarm.run();
    }
    this.#arm();
  }
}
