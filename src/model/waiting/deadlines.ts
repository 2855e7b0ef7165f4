import type { Clock } from '../ports/clock.js';
import type { Wait } from '../ports/waiter.js';
import { checkSeconds, longestSeconds } from '../support/quantities.js';

/** The deadlines of a run or a record, in milliseconds since 1970. */
interface Deadlines {
  /** The deadline in its token. It limits waits without a timeout of their own. */
  resumed?: number;
  /** The deadline from the timeout given at its start. */
  started?: number | undefined;
  /** The deadlines from the timeouts of the waits in progress. */
  waits: number[];
}

const known = new WeakMap<object, Deadlines>();

/**
 * The shortest remaining time that counts, in milliseconds. Clocks are read in whole milliseconds and timers may fire up to one millisecond
 * early, so a deadline closer than this has passed.
 */
const leastRemaining = 2;

function deadlinesOf(subject: object): Deadlines {
  const deadlines = known.get(subject) ?? { waits: [] };
  known.set(subject, deadlines);
  return deadlines;
}

/** The deadline from a caller's timeout; undefined when there is no timeout or it is Infinity. */
function endOf({ timeout, since }: Wait, clock: Clock): number | undefined {
  if (timeout === undefined || timeout === Number.POSITIVE_INFINITY) return undefined;
  const now = clock.now();
  return Math.round(clock.date() + (since ?? now) - now + timeout * 1000);
}

/**
 * The seconds left to send the request that starts the work of a wait; undefined for a wait without a deadline, and for a timeout of 0,
 * which means exactly one poll, not that nothing is started.
 */
export function secondsToSend({ timeout, since }: Wait, clock: Clock): number | undefined {
  if (timeout === undefined || timeout === 0 || timeout === Number.POSITIVE_INFINITY) return undefined;
  const now = clock.now();
  return Math.max(0, timeout - (now - (since ?? now)) / 1000);
}

/** Records the deadline in the token from which a run or a record was resumed. */
export function noteResumed(subject: object, deadline: number | null): void {
  if (deadline !== null) deadlinesOf(subject).resumed = deadline;
}

/** Records the timeout given at the start of a run or a record, in place of that of an earlier start. It applies to tokens, not to waits. */
export function noteStarted(subject: object, time: Wait, clock: Clock): void {
  const end = endOf(time, clock);
  if (end !== undefined || known.has(subject)) deadlinesOf(subject).started = end;
}

/** Records the timeout of a wait. Pass the returned deadline to `noteWaited` when the wait has ended. */
export function noteWaiting(subject: object, time: Wait, clock: Clock): number | undefined {
  const end = endOf(time, clock);
  if (end === undefined) return undefined;
  const deadlines = deadlinesOf(subject);
  // A list that is pushed to reserves room for 17; there are tens of thousands of these.
  if (deadlines.waits.length === 0) deadlines.waits = [end];
  else deadlines.waits.push(end);
  return end;
}

/** Removes the deadline of a wait that has ended. */
export function noteWaited(subject: object, end: number | undefined): void {
  if (end === undefined) return;
  const { waits } = deadlinesOf(subject);
  waits.splice(waits.indexOf(end), 1);
}

/** The remaining seconds of what was resumed from a token; undefined when the token had no deadline. */
export function secondsLeft(subject: object, clock: Clock): number | undefined {
  const deadline = known.get(subject)?.resumed;
  // Capped, because this clock may be behind the one with which the deadline was computed.
  return deadline === undefined ? undefined : Math.min(longestSeconds, Math.max(0, (deadline - clock.date()) / 1000));
}

/**
 * The deadline for a token, in milliseconds since 1970: from the given timeout, else the deadline of the resumed token, else that of the
 * start, else the latest of the waits in progress. Deadlines that have passed are skipped; null when there is none.
 *
 * @param timeout In seconds.
 * @throws ValidationError for a timeout that is not a duration in seconds.
 */
export function tokenDeadline(subject: object, timeout: number | undefined, clock: Clock): number | null {
  checkSeconds('timeout', timeout);
  if (timeout !== undefined) return endOf({ timeout }, clock) ?? null;
  const { resumed, started, waits = [] } = known.get(subject) ?? {};
  const remains = (end: number | undefined): end is number => end !== undefined && end - clock.date() >= leastRemaining;
  const latest = waits.reduce((one, other) => Math.max(one, other), 0);
  return [resumed, started, latest].find(remains) ?? null;
}
