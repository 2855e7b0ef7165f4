import type { Clock } from '../vendor.js';

/** The time of this process. Timers do not keep the process alive. */
export const processClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  timer: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Sleeps, and keeps the process alive meanwhile: for what somebody waits for. */
export async function waitFor(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  const alive = clock === processClock ? setInterval(() => undefined, 2 ** 30) : undefined;
  try {
    await sleep(clock, ms, signal);
  } finally {
    clearInterval(alive);
  }
}

/** Resolves after so many milliseconds of a clock, or as soon as the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.timer(ms, done);
    if (signal?.aborted) done();
    else signal?.addEventListener('abort', done);
  });
}
