/**
 * A number that stands for an instant counts seconds since 1970 below this, milliseconds from it on: 10^11 seconds are the year 5138,
 * 10^11 milliseconds the year 1973.
 */
const FIRST_MILLISECONDS = 1e11;

/** The instant that a value of JSON stands for, in milliseconds since 1970; NaN when it stands for none. */
export function timeOf(json: unknown): number {
  if (typeof json === 'string') return Date.parse(json);
  if (typeof json !== 'number') return Number.NaN;
  return countsSeconds(json) ? Math.round(json * 1000) : new Date(json).getTime();
}

function countsSeconds(json: number): boolean {
  return Math.abs(json) < FIRST_MILLISECONDS;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const CLOCK = /^\d{4}-\d\d-\d\d([T ])\d\d:\d\d(:\d\d)?([.,]\d+)?( ?(?:[+-]\d\d(?::?\d\d)?))?$/;

/**
 * An instant in the form of an earlier value: a count of seconds or milliseconds, a day where the time is midnight UTC, a text with the same
 * offset, or a text of local time without one. Otherwise an ISO text.
 */
export function instantLike(date: Date, precedent: unknown): string | number {
  const time = date.getTime();
  if (typeof precedent === 'number') return countsSeconds(precedent) && countsSeconds(time / 1000) ? time / 1000 : time;
  const iso = date.toISOString();
  if (typeof precedent !== 'string' || iso.length !== 24) return iso;
  if (DAY.test(precedent)) return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso;
  const [, separator, seconds, fraction, offset] = CLOCK.exec(precedent) ?? [];
  if (separator === undefined) return iso;
  const minutes = offset === undefined ? -date.getTimezoneOffset() : minutesOf(offset);
  const local = new Date(time + minutes * 60_000).toISOString();
  const hasFraction = fraction !== undefined || date.getUTCMilliseconds() !== 0;
  const end = hasFraction ? 23 : seconds !== undefined || date.getUTCSeconds() !== 0 ? 19 : 16;
  return `${local.slice(0, 10)}${separator}${local.slice(11, end)}${offset ?? ''}`;
}

/** `+05:30` as minutes. */
function minutesOf(offset: string): number {
  const digits = offset.replace(/[^\d]/g, '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return offset.includes('-') ? -minutes : minutes;
}
