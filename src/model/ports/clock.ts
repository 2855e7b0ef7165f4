/** Time and chance, so that tests can stand in for both. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970, to compare with dates that a platform sends. */
  date(): number;
  /** Calls `action` after `ms` milliseconds, or never for Infinity; the returned function cancels it. */
  timer(ms: number, action: () => void): () => void;
  /** 0 up to, not including, 1. */
  random(): number;
}

/** The longest timer in milliseconds (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const longestTimer = 2 ** 31 - 1;

/** The machine's own time and chance. */
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
