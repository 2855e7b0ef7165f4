import type { Context } from 'hono';
import { z } from 'zod';
import type { AppContext } from '../context.js';
import { parseIso } from '../engine/values/dates.js';
import { badRequest, type FieldProblem, invalid } from './errors.js';

/** Text as a column can hold it: no database keeps a NUL character. */
export const text = z.string().refine((value) => !value.includes('\0'), 'must not contain a NUL character');
/** A name: text of 1 to `max` characters. */
export const name = (max = 255) => text.min(1).max(max);
/** A JSON object with any keys. */
export const anyObject = z.record(z.string(), z.unknown());
/** A count from 0, or from 1. */
export const count = z.int().min(0);
export const positive = z.int().min(1);
/** ISO 8601 text, as the wire writes it, or null. */
export const time = z
  .string()
  .refine((value) => parseIso(value), 'must be an ISO 8601 time')
  .transform((value) => parseIso(value)?.toISOString() ?? value)
  .nullable();

function problems(error: z.ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message }));
}

/** The request's JSON; undefined when there is no body, whatever the content type says. */
async function json(c: Context<AppContext>): Promise<unknown> {
  const body = await c.req.text();
  if (body.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(body);
    if (c.env?.received) c.env.received.body = value;
    return value;
  } catch (error) {
    throw badRequest(`The body is not valid JSON: ${(error as Error).message}`);
  }
}

/** The request's body, checked. Unknown keys pass; a missing body counts as `{}`, so that its missing fields are named. */
export async function body<Schema extends z.ZodType>(c: Context<AppContext>, schema: Schema): Promise<z.output<Schema>> {
  const result = schema.safeParse((await json(c)) ?? {});
  if (!result.success) throw invalid(problems(result.error));
  return result.data;
}

export { z };
