import { z } from 'zod';
import type { AppContext } from '../context.js';
import { parseIso } from '../engine/values/dates.js';
import { jsonOf } from './body.js';
import { type FieldProblem, invalid } from './errors.js';

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

function problems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message }));
}

/**
 * The request's body, validated. Unknown keys are allowed; an empty body counts as `{}`, so that the missing fields are named.
 * @throws HttpError 400 naming the invalid fields, or for a body that is not JSON; 413 for one that is too long.
 */
export async function body<Schema extends z.ZodType>(c: AppContext, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse((await jsonOf(c)) ?? {});
  if (!result.success) throw invalid(problems(result.error));
  return result.data;
}

export { z };
