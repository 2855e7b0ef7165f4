import { isRecord } from '../assets/spelling.js';
import { parseIso } from '../engine/values/dates.js';
import type { JsonRecord } from '../store/record-kinds.js';
import { isZone, timeAt, type WallTime, wallTime } from './zones.js';

/** When a trigger is due. */
export interface Schedule {
  /** The first time after `after` at which it is due, both in milliseconds since the epoch; undefined when there is none. */
  next(after: number): number | undefined;
}

/** A configuration that is no schedule: the field, and what it must be. */
export class ScheduleProblem extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = `configuration.${field}`;
  }
}

const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const fixed: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000 };
const calendar = ['day', 'week', 'month'];
/** The longest interval, in its unit. */
const mostIntervals = 100_000;

/** The days that are tried to find the next one of a month or a week: eight years have every day of every month. */
const mostDays = 366 * 8;

/**
 * The schedule of a time trigger, as the vendor's clients write it: `once`, `recurring`, `daily`, `weekly` or `monthly`. Times
 * are those of clocks in `timezone`, UTC by default. `created` is where a recurring schedule begins that has no `startAt`.
 * @throws ScheduleProblem for anything else.
 */
export function scheduleOf(configuration: JsonRecord, created: number): Schedule {
  const { type, timezone, time, runAt, startAt, repeat } = configuration;
  const zone = timezone ?? 'UTC';
  if (!isZone(zone)) throw new ScheduleProblem('timezone', `must be the name of a time zone, such as Europe/London, not '${String(zone)}'`);
  switch (type) {
    case 'once': {
      const at = instant('runAt', runAt, zone);
      return { next: (after) => (at > after ? at : undefined) };
    }
    case 'recurring':
      return recurring(repeat, startAt === undefined || startAt === null ? undefined : instant('startAt', startAt, zone), created, zone);
    case 'daily':
      return onDays(() => true, time, zone);
    case 'weekly': {
      const days = listOf('daysOfWeek', configuration.daysOfWeek, (day) => weekdays.indexOf(String(day).toUpperCase()), 'MON to SUN');
      return onDays(({ year, month, day }) => days.includes(new Date(Date.UTC(year, month - 1, day)).getUTCDay()), time, zone);
    }
    case 'monthly': {
      const days = listOf('daysOfMonth', configuration.daysOfMonth, dayOfMonth, 'whole numbers from 1 to 31');
      return onDays(({ day }) => days.includes(day), time, zone);
    }
    default:
      throw new ScheduleProblem('type', `must be once, recurring, daily, weekly or monthly, not '${String(type)}'`);
  }
}

const dayOfMonth = (day: unknown): number => (Number.isInteger(Number(day)) && Number(day) >= 1 && Number(day) <= 31 ? Number(day) : -1);

function listOf(field: string, value: unknown, read: (each: unknown) => number, words: string): number[] {
  const days = Array.isArray(value) ? value.map(read) : [];
  if (days.length === 0 || days.includes(-1)) throw new ScheduleProblem(field, `must be a list of ${words}`);
  return days;
}

/** A time of day, `HH:MM` or `HH:MM:SS`; midnight by default. */
function timeOfDay(time: unknown): { hour: number; minute: number } {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$/.exec(String(time ?? '00:00')) ?? [];
  if (hour === undefined) throw new ScheduleProblem('time', `must be a time of day, such as 09:00, not '${String(time)}'`);
  return { hour: Number(hour), minute: Number(minute) };
}

/** A date and time with an offset, or as clocks in the zone show it. */
function instant(field: string, value: unknown, zone: string): number {
  const time = typeof value === 'string' ? parseIso(value) : undefined;
  if (!time) throw new ScheduleProblem(field, `must be an ISO 8601 time, not '${String(value)}'`);
  if (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(String(value).trim())) return time.getTime();
  return timeAt(wallTime(time.getTime(), 'UTC'), zone) + (time.getTime() % 60_000);
}

/** The days, counted in a zone, for which a condition holds, at a time of day. */
function onDays(isDay: (day: WallTime) => boolean, time: unknown, zone: string): Schedule {
  const { hour, minute } = timeOfDay(time);
  return {
    next(after) {
      const from = wallTime(after, zone);
      for (let ahead = 0; ahead < mostDays; ahead++) {
        const date = new Date(Date.UTC(from.year, from.month - 1, from.day + ahead));
        const day = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour, minute };
        if (!isDay(day)) continue;
        const at = timeAt(day, zone);
        if (at > after) return at;
      }
      return undefined;
    },
  };
}

/** Every so many minutes, hours, days, weeks or months. The first time is the start where one is given, else one interval later. */
function recurring(repeat: unknown, startAt: number | undefined, created: number, zone: string): Schedule {
  const { every, unit } = isRecord(repeat) ? repeat : {};
  const count = Number(every);
  if (!(Number.isInteger(count) && count >= 1 && count <= mostIntervals)) {
    throw new ScheduleProblem('repeat.every', `must be a whole number from 1 to ${mostIntervals}`);
  }
  const name = String(unit).toLowerCase().replace(/s$/, '');
  const start = startAt ?? created;
  const length = fixed[name];
  if (length === undefined && !calendar.includes(name)) {
    throw new ScheduleProblem('repeat.unit', `must be minute, hour, day, week or month, not '${String(unit)}'`);
  }
  const step = length === undefined ? calendarStep(start, name, count, zone) : (index: number) => start + index * count * length;
  const average = (length ?? { day: 86_400_000, week: 7 * 86_400_000 }[name] ?? 31 * 86_400_000) * count;
  return {
    next(after) {
      let index = Math.max(startAt === undefined ? 1 : 0, Math.floor((after - start) / average) - 1);
      while (step(index) <= after) index++;
      return step(index);
    },
  };
}

/** The times at the same time of day, so many days, weeks or months after a start. A month without the day has its last one. */
function calendarStep(start: number, unit: string, count: number, zone: string): (index: number) => number {
  const first = wallTime(start, zone);
  return (index) => {
    if (unit !== 'month') return timeAt({ ...first, day: first.day + index * count * (unit === 'week' ? 7 : 1) }, zone);
    const month = first.month + index * count;
    const last = new Date(Date.UTC(first.year, month, 0)).getUTCDate();
    return timeAt({ ...first, month, day: Math.min(first.day, last) }, zone);
  };
}
