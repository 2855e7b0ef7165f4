import type { Clock } from '../model/ports/clock.js';
import { type AsyncScope, noScope } from './async-scope.js';
import { Heap, type HeapItem } from './heap.js';

/** A task that runs at a time of the clock. */
export interface ScheduledTask extends HeapItem {
  run(): void;
}

/** The longest timer in milliseconds (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). A later task needs several timers. */
const maxTimerMs = 2 ** 31 - 1;

/** The index of a task that has been removed from the heap and is about to run. */
const runningIndex = -2;

/** Runs many tasks with one timer. */
export class Schedule {
  readonly #clock: Clock;
  readonly #tasks = new Heap<ScheduledTask>();
  /** The timer is created here so that it does not keep the async context of the code that set a task. */
  readonly #scope: AsyncScope;
  #timer: { at: number; cancel(): void } | null = null;

  constructor(clock: Clock, scope: AsyncScope = noScope) {
    this.#clock = clock;
    this.#scope = scope;
  }

  /** The number of tasks that have not run yet. */
  get size(): number {
    return this.#tasks.size;
  }

  /** Runs `action` at a time of the clock, or as soon as possible when it has passed. */
  at(at: number, action: () => void): ScheduledTask {
    const task: ScheduledTask = { at, index: -1, run: action };
    this.set(task, at);
    return task;
  }

  /** Schedules a task, or moves a scheduled one to another time. When the time has passed, it runs as soon as possible. */
  set(task: ScheduledTask, at: number): void {
    this.#tasks.remove(task);
    this.#tasks.add(task, at);
    this.#setTimer();
  }

  /** Cancels a task. Nothing happens when it has already run. */
  cancel(task: ScheduledTask): void {
    this.#tasks.remove(task);
    task.index = -1;
    this.#setTimer();
  }

  #setTimer(): void {
    const next = this.#tasks.first;
    if (next?.at === this.#timer?.at) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (!next) return;
    const ms = Math.min(Math.max(0, next.at - this.#clock.now()), maxTimerMs);
    const run = (): void => this.#runDue();
    this.#timer = { at: next.at, cancel: this.#scope.runInAsyncScope(() => this.#clock.timer(ms, run)) };
  }

  #runDue(): void {
    this.#timer = null;
    // Timers may fire up to a millisecond early.
    const now = this.#clock.now() + 1;
    const due: ScheduledTask[] = [];
    for (let task = this.#tasks.first; task && task.at <= now; task = this.#tasks.first) {
      this.#tasks.remove(task);
      task.index = runningIndex;
      due.push(task);
    }
    // Tasks that these set for the present moment run after all of them.
    for (const task of due) {
      if (task.index !== runningIndex) continue;
      task.index = -1;
      task.run();
    }
    this.#setTimer();
  }
}
