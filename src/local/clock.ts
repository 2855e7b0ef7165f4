/** The platform's time, which timestamps of records and the expiry of presigned URLs follow, and triggers. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the platform's time forward, for example past the expiry of a presigned URL. Triggers that are due by then start. */
  advance(seconds: number): void;
}

/** A clock whose advances can be undone. */
export interface PlatformClock extends Clock {
  /** Called after each advance. Default: nothing. */
  onAdvance: () => void;
  /** Undoes all advances. */
  reset(): void;
}

/** A clock that follows `source`, in milliseconds since the epoch, and can be advanced. */
export function createClock(source: () => number): PlatformClock {
  let ahead = 0;
  const clock: PlatformClock = {
    onAdvance: () => {},
    now: () => source() + ahead,
    advance(seconds) {
      ahead += seconds * 1000;
      clock.onAdvance();
    },
    reset() {
      ahead = 0;
    },
  };
  return clock;
}

/** The latest time that was written: a request writes the same one several times. */
let latest = { time: Number.NaN, text: '' };

/** The current time, or a later one, as both APIs write times: ISO 8601 in UTC with milliseconds. */
export function timestamp(clock: Clock, secondsLater = 0): string {
  const time = clock.now() + secondsLater * 1000;
  if (time !== latest.time) latest = { time, text: new Date(time).toISOString() };
  return latest.text;
}
