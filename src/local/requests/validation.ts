import type { output, ZodError, ZodType } from 'zod';
import type { AppContext } from '../context.js';
import { jsonOf } from './body.js';
import { type FieldProblem, invalid } from './errors.js';
import type * as Vocabulary from './vocabulary.js';

/** Describes a schema, which is built once, for the first body: loading zod takes half of the time of a platform's first response. */
export function schema<Schema extends ZodType>(build: (vocabulary: typeof Vocabulary) => Schema | Promise<Schema>): () => Promise<Schema> {
  let built: Promise<Schema> | undefined;
  return () => {
    built ??= import('./vocabulary.js').then(build);
    return built;
  };
}

function problems(error: ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message }));
}

/**
 * The request's body, validated. Unknown keys are allowed; an empty body counts as `{}`, so that the missing fields are named.
 * @throws HttpError 400 naming the invalid fields, or for a body that is not JSON; 413 for one that is too long.
 */
export async function body<Schema extends ZodType>(c: AppContext, expected: Schema | (() => Promise<Schema>)): Promise<output<Schema>> {
  const json = (await jsonOf(c)) ?? {};
  const result = (typeof expected === 'function' ? await expected() : expected).safeParse(json);
  if (!result.success) throw invalid(problems(result.error));
  return result.data;
}
