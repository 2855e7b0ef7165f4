/** A source of time and random numbers, which tests can replace. */
export interface Clock {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Milliseconds since 1970, for comparison with dates that a platform sends. */
  date(): number;
  /** Calls `action` after `ms` milliseconds: at most 2,147,483,647, or Infinity for never. Returns a function that cancels it. */
  timer(ms: number, action: () => void): () => void;
  /** A random number from 0 up to, but not including, 1. */
  random(): number;
}

/** The clock and the random numbers of the runtime. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  timer: (ms, action) => {
    if (ms === Number.POSITIVE_INFINITY) return () => {};
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
