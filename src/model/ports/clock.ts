/** A source of time and random numbers, which tests can replace. */
export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Milliseconds since 1970, for comparison with dates that a platform sends. */
  date(): number;
  /** Calls `action` after `ms` milliseconds, or never for Infinity. Returns a function that cancels it. */
  timer(ms: number, action: () => void): () => void;
  /** A random number from 0 up to, but not including, 1. */
  random(): number;
}

/** The longest timer in milliseconds (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const longestTimer = 2 ** 31 - 1;

/** The clock and the random numbers of the runtime. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  timer: (ms, action) => {
    if (ms === Number.POSITIVE_INFINITY) return () => {};
    let timer: ReturnType<typeof setTimeout>;
    const start = (left: number): void => {
      timer = left > longestTimer ? setTimeout(() => start(left - longestTimer), longestTimer) : setTimeout(action, left);
    };
    start(ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
