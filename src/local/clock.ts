/** The platform's time: what it stamps on records and what presigned URLs expire by. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Moves the platform's time forward, for example past the expiry of a presigned URL. Timers do not move with it. */
  advance(seconds: number): void;
}

/** A clock that can be put back to where it would be had it never been moved. */
export interface PlatformClock extends Clock {
  reset(): void;
}

/** A clock that follows `source` and can be moved ahead of it. */
export function clockFrom(source: () => number): PlatformClock {
  let ahead = 0;
  return {
    now: () => source() + ahead,
    advance(seconds) {
      ahead += seconds * 1000;
    },
    reset() {
      ahead = 0;
    },
  };
}

/** A time as it stands on the wire: ISO 8601, UTC, milliseconds. */
export function timestamp(clock: Clock, secondsLater = 0): string {
  return new Date(clock.now() + secondsLater * 1000).toISOString();
}
