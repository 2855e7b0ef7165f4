import type { Clock } from '../ports/clock.js';
import type { Wait } from '../ports/waiter.js';
import { checkSeconds, longestSeconds } from '../support/quantities.js';

/** Until when something is to be waited for, in milliseconds since 1970. */
interface Deadlines {
  /** What its token said. It limits the waits that are given no time of their own. */
  resumed?: number;
  /** What its start was given. */
  started?: number | undefined;
  /** What waits under way were given. */
  waits: number[];
}

const known = new WeakMap<object, Deadlines>();

/** Clocks tell whole milliseconds, and timers may ring one early: this little is no time left. */
const nothing = 2;

function deadlinesOf(subject: object): Deadlines {
  const deadlines = known.get(subject) ?? { waits: [] };
  known.set(subject, deadlines);
  return deadlines;
}

/** The end of a time that a caller gave; undefined where there was none, or it has no end. */
function endOf({ timeout, since }: Wait, clock: Clock): number | undefined {
  if (timeout === undefined || timeout === Number.POSITIVE_INFINITY) return undefined;
  const now = clock.now();
  return Math.round(clock.date() + (since ?? now) - now + timeout * 1000);
}

/**
 * Seconds that are left to send what starts the work of a wait; undefined for a wait without an end, and for a timeout of 0, which means
 * one poll and not that nothing is started.
 */
export function secondsToSend({ timeout, since }: Wait, clock: Clock): number | undefined {
  if (timeout === undefined || timeout === 0 || timeout === Number.POSITIVE_INFINITY) return undefined;
  const now = clock.now();
  return Math.max(0, timeout - (now - (since ?? now)) / 1000);
}

/** Notes the deadline in the token that a run or a record was taken up with. */
export function noteResumed(subject: object, deadline: number | null): void {
  if (deadline !== null) deadlinesOf(subject).resumed = deadline;
}

/** Notes the time that the start of a run or a record was given. Waits do not heed it, tokens carry it. */
export function noteStarted(subject: object, time: Wait, clock: Clock): void {
  const end = endOf(time, clock);
  if (end !== undefined) deadlinesOf(subject).started = end;
}

/** Notes the time that the caller of a wait gave. What it returns is to be given to `noteWaited` when that wait has ended. */
export function noteWaiting(subject: object, time: Wait, clock: Clock): number | undefined {
  const end = endOf(time, clock);
  if (end !== undefined) deadlinesOf(subject).waits.push(end);
  return end;
}

export function noteWaited(subject: object, end: number | undefined): void {
  if (end === undefined) return;
  const { waits } = deadlinesOf(subject);
  waits.splice(waits.indexOf(end), 1);
}

/** Seconds that are left to what was taken up from a token; undefined where that had no deadline. */
export function secondsLeft(subject: object, clock: Clock): number | undefined {
  const deadline = known.get(subject)?.resumed;
  // The clock here may be behind the one that the deadline was made with.
  return deadline === undefined ? undefined : Math.min(longestSeconds, Math.max(0, (deadline - clock.date()) / 1000));
}

/**
 * The deadline that a token carries, in milliseconds since 1970: what its caller wants, else what the run or the record was taken up
 * with, else what its start was given, else the last of what waits under way were given. Null for none, and when it has passed.
 *
 * @throws ValidationError for a timeout that is no duration in seconds.
 */
export function tokenDeadline(subject: object, timeout: number | undefined, clock: Clock): number | null {
  checkSeconds('timeout', timeout);
  if (timeout !== undefined) return endOf({ timeout }, clock) ?? null;
  const { resumed, started, waits = [] } = known.get(subject) ?? {};
  const lies = (end: number | undefined): end is number => end !== undefined && end - clock.date() >= nothing;
  const last = waits.reduce((one, other) => Math.max(one, other), 0);
  return [resumed, started, last].find(lies) ?? null;
}
