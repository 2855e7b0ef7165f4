import type { output, ZodError, ZodType } from 'zod';
import type { AppContext } from '../context.js';
import { jsonOf } from './body.js';
import { type FieldProblem, invalid } from './errors.js';
import type * as Vocabulary from './vocabulary.js';

/** A schema that is built for the first body that it checks: loading zod takes half of the time of a platform's first response. */
export class LaterSchema<Schema extends ZodType> {
  readonly #build: (vocabulary: typeof Vocabulary) => Schema | Promise<Schema>;
  #schema: Promise<Schema> | undefined;

  constructor(build: (vocabulary: typeof Vocabulary) => Schema | Promise<Schema>) {
    this.#build = build;
  }

  get(): Promise<Schema> {
    this.#schema ??= import('./vocabulary.js').then(this.#build);
    return this.#schema;
  }
}

/** Describes a schema, which is built when it is used first. */
export function schema<Schema extends ZodType>(build: (vocabulary: typeof Vocabulary) => Schema | Promise<Schema>): LaterSchema<Schema> {
  return new LaterSchema(build);
}

function problems(error: ZodError): FieldProblem[] {
  return error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message }));
}

/**
 * The request's body, validated. Unknown keys are allowed; an empty body counts as `{}`, so that the missing fields are named.
 * @throws HttpError 400 naming the invalid fields, or for a body that is not JSON; 413 for one that is too long.
 */
export async function body<Schema extends ZodType>(c: AppContext, expected: Schema | LaterSchema<Schema>): Promise<output<Schema>> {
  const json = (await jsonOf(c)) ?? {};
  const result = (expected instanceof LaterSchema ? await expected.get() : expected).safeParse(json);
  if (!result.success) throw invalid(problems(result.error));
  return result.data;
}
