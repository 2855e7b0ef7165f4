import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Activity } from './activity.js';
import { type WatchdogData, watchdogPipe, watchdogReports } from './protocol.js';

/** Milliseconds between two observations. */
const interval = 25;

/** Sends the parent a report. @throws when the parent is gone. */
function report(kind: number, block: number): void {
  try {
    writeSync(watchdogPipe, new Uint8Array(Int32Array.of(kind, block).buffer));
  } catch (error) {
    // The pipe of a parent that is busy fills up; the next observation says the same.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}

/** Watches one job. Gives what it exceeded, or undefined when it ends. */
function watch(activity: Activity, bytes: number): number | undefined {
  const { job, limit } = activity;
  const spent = new Map<number, number>();
  let reported: number | undefined;
  let before = performance.now();
  for (let count = 0; activity.job === job; count++) {
    const { block, isWaiting } = activity;
    const now = performance.now();
    // Time in which the whole process stood still, such as the sleep of a laptop, was not spent on the block.
    const time = (spent.get(block) ?? 0) + Math.min(now - before, 8 * interval);
    before = now;
    spent.set(block, time);
    // A report now and then, whether there is news or not, finds out that the parent is gone.
    if (block !== reported || count % 16 === 0) report(watchdogReports.block, block);
    reported = block;
    if (process.memoryUsage.rss() > bytes) return watchdogReports.memory;
    if (time > limit && !isWaiting) return watchdogReports.time;
    activity.sleep(job, interval);
  }
  return undefined;
}

/**
 * A thread of each child that ends the child when a job exceeds a limit, or when the parent is gone. It does so itself, because
 * the main thread of the child may be stuck in a block, and that of the parent in a handler.
 */
function guard({ memory, bytes }: WatchdogData): void {
  const activity = new Activity(memory);
  try {
    for (;;) {
      activity.waitForJob();
      const exceeded = watch(activity, bytes);
      if (exceeded === undefined) continue;
      report(exceeded, activity.block);
      break;
    }
  } catch {
    // The parent is gone.
  }
  process.kill(process.pid, 'SIGKILL');
}

guard(workerData as WatchdogData);
