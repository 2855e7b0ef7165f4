import { z } from 'zod';
import { parseIso } from '../engine/values/dates.js';

/** Text that a database column can hold: without NUL characters. */
export const text = z.string().refine((value) => !value.includes('\0'), 'must not contain a NUL character');
/** A name: text of 1 to `max` characters. */
export const name = (max = 255) => text.min(1).max(max);
/** A JSON object with any keys. */
export const anyObject = z.record(z.string(), z.unknown());
/** A whole number of at least 0. */
export const count = z.int().min(0);
/** A whole number of at least 1. */
export const positive = z.int().min(1);
/** An ISO 8601 time, normalised to UTC with milliseconds, or null. */
export const time = z
  .string()
  .refine((value) => parseIso(value), 'must be an ISO 8601 time')
  .transform((value) => parseIso(value)?.toISOString() ?? value)
  .nullable();

export { z };
