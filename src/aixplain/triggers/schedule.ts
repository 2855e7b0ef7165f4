import { type FieldProblem, ValidationError } from '#front';
import { isObject } from '../../vendor.js';

/** When a trigger starts a run, as the platform has it. */
export interface TriggerConfiguration {
  /** The kind of the schedule. */
  type: 'once' | 'recurring' | 'daily' | 'weekly' | 'monthly' | (string & {});
  /** When it starts once, in ISO 8601. */
  runAt?: string | undefined;
  /** How often it starts, for a recurring one. */
  repeat?:
    | {
        /** How many units lie between two starts. */
        every: number;
        /** The unit. */
        unit: 'minute' | 'hour' | 'day' | 'week' | (string & {});
      }
    | undefined;
  /** When a recurring one begins, in ISO 8601. */
  startAt?: string | undefined;
  /** The time of day, as `HH:MM`. */
  time?: string | undefined;
  /** On which days of the week, such as `MON`. */
  daysOfWeek?: string[] | undefined;
  /** On which days of the month, from 1. */
  daysOfMonth?: number[] | undefined;
  /** The IANA time zone of its times. Default: UTC. */
  timezone?: string | undefined;
}

/** A day of the week. */
export type Weekday = 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN' | (string & {});

/** When a trigger starts a run, in words. */
export interface Schedule {
  /** Once, at this time. */
  runAt?: Date | string | undefined;
  /** What lies between two starts. */
  every?: 'minute' | 'hour' | 'day' | 'week' | 'month' | undefined;
  /** Every so many minutes, hours, days or weeks. Default: 1. */
  interval?: number | undefined;
  /** The time of a day, such as '09:00'. */
  at?: string | undefined;
  /** With 'week', days by name or code; with 'month', days from 1 to 31. */
  on?: Weekday | number | readonly (Weekday | number)[] | undefined;
  /** An IANA name, such as 'Europe/London'. */
  timezone?: string | undefined;
  /** When a recurring one begins. */
  startAt?: Date | string | undefined;
}

export const scheduleNames = ['runAt', 'every', 'interval', 'at', 'on', 'timezone', 'startAt'] as const;

const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
const fullNames = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;
const units: readonly unknown[] = ['minute', 'hour', 'day', 'week', 'month'];

/**
 * A schedule as the platform has it; undefined if nothing is said.
 *
 * @throws ValidationError that lists what is wrong, also what cannot be said together: a time of a day with an interval, for example.
 */
export function configurationOf(schedule: Schedule): TriggerConfiguration | undefined {
  const { runAt, every, interval = 1, at, on, timezone, startAt } = schedule;
  if (scheduleNames.every((name) => schedule[name] === undefined)) return undefined;
  const problems = problemsOf(schedule);
  if (problems.length > 0)
    throw new ValidationError(`A schedule: ${problems.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, {
      details: problems,
    });
  const zone = timezone === undefined ? {} : { timezone };
  const time = at === undefined ? {} : { time: at };
  if (runAt !== undefined) return { type: 'once', runAt: instant(runAt), ...zone };
  if (every === 'day' && interval === 1 && at !== undefined) return { type: 'daily', time: at, ...zone };
  if (every === 'week' && interval === 1) return { type: 'weekly', daysOfWeek: listOf(on).map(dayOfWeek), ...time, ...zone };
  if (every === 'month') return { type: 'monthly', daysOfMonth: listOf(on).map(Number), ...time, ...zone };
  const start = startAt === undefined ? {} : { startAt: instant(startAt) };
  return { type: 'recurring', repeat: { every: interval, unit: every! }, ...start, ...zone };
}

function problemsOf({ runAt, every, interval = 1, at, on, startAt }: Schedule): FieldProblem[] {
  const found: FieldProblem[] = [];
  const add = (field: string, message: string): void => void found.push({ field, message });
  if (runAt !== undefined && every !== undefined) add('every', 'cannot be said beside runAt');
  if (runAt === undefined && !units.includes(every)) add('every', `must be one of ${units.join(', ')}`);
  if (!Number.isInteger(interval) || interval < 1) add('interval', 'must be a whole number from 1');
  else if (every === 'month' && interval > 1) add('interval', 'must be 1 for months');
  const isTimed = every === 'month' || ((every === 'day' || every === 'week') && interval === 1);
  if (at !== undefined && !isTimed) add('at', 'can only be said of each day, of days of a week or of a month');
  if (at !== undefined && !/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(at)) add('at', `must be a time such as '09:00'`);
  if (startAt !== undefined && isTimed && (every !== 'day' || at !== undefined)) add('startAt', 'can only be said beside an interval');
  if (every === 'week' && interval === 1) {
    if (listOf(on).length === 0 || listOf(on).some((day) => dayOfWeek(day) === '')) add('on', `must name days of the week, such as 'MON'`);
  } else if (every === 'month') {
    const isDay = (day: unknown): boolean => Number.isInteger(Number(day)) && Number(day) >= 1 && Number(day) <= 31;
    if (listOf(on).length === 0 || !listOf(on).every(isDay)) add('on', 'must be days of the month, from 1 to 31');
  } else if (on !== undefined) add('on', 'can only be said of each week or month');
  return found;
}

function listOf(on: Schedule['on']): readonly (string | number)[] {
  return on === undefined ? [] : Array.isArray(on) ? on : [on as string | number];
}

/** The code of a day; '' for what is not one. */
function dayOfWeek(day: string | number): string {
  const text = String(day).trim().toUpperCase();
  const index = Math.max(weekdays.indexOf(text as (typeof weekdays)[number]), fullNames.indexOf(text as (typeof fullNames)[number]));
  return weekdays[index] ?? '';
}

function instant(value: Date | string): string {
  return value instanceof Date ? value.toISOString() : value;
}

/** Whether a value is a configuration of the platform's. */
export function isConfiguration(value: unknown): value is TriggerConfiguration {
  return isObject(value) && typeof value.type === 'string';
}
