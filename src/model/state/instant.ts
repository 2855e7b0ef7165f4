/**
 * A number that stands for an instant counts seconds since 1970 below this, milliseconds from it on: 10^11 seconds are the year 5138,
 * 10^11 milliseconds the year 1973.
 */
const FIRST_MILLISECONDS = 1e11;

/** The instant that a value of JSON stands for, in milliseconds since 1970; NaN when it stands for none. */
export function timeOf(json: unknown): number {
  if (typeof json === 'string') return timeOfText(json);
  if (typeof json !== 'number') return Number.NaN;
  return countsSeconds(json) ? Math.round(json * 1000) : new Date(json).getTime();
}

const [DASH, T, COLON, DOT, Z] = [...'-T:.Z'].map((character) => character.charCodeAt(0));

/**
 * What `Date.parse` says, in half the time for `YYYY-MM-DDTHH:MM:SS.mmmZ`, the form of `toISOString`: parsing four of them takes longer
 * than all other fields of a record (bench/hydrate.mjs).
 */
function timeOfText(text: string): number {
  const isIso =
    text.length === 24 &&
    text.charCodeAt(23) === Z &&
    text.charCodeAt(10) === T &&
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON &&
    text.charCodeAt(19) === DOT;
  if (!isIso) return Date.parse(text);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  // Every month has 28 days; the length of this one is left to Date.parse.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour < 24 && minute < 60 && seconds < 60)) return Date.parse(text);
  const days = daysSince1970(twoDigits(text, 0) * 100 + twoDigits(text, 2), month, day);
  const time = ((days * 24 + hour) * 60 + minute) * 60_000 + seconds * 1000 + twoDigits(text, 20) * 10 + digit(text, 22);
  return Number.isNaN(time) ? Date.parse(text) : time;
}

function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

/** The day of the Gregorian calendar, counted from a March, so that the leap day is the last of its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const m = (month + 9) % 12;
  return 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + Math.floor((153 * m + 2) / 5) + day - 719_469;
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
