/** Time and chance, so that tests can stand in for both. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970, to compare with dates that a platform sends. */
  date(): number;
  /** Calls `action` after `ms` milliseconds, at most 2,147,483,647, or Infinity for never; the returned function cancels it. */
  timer(ms: number, action: () => void): () => void;
  /** 0 up to, not including, 1. */
  random(): number;
}

/** The machine's own time and chance. */
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
