import type { z } from 'zod';
import { listed } from './values/kinds.js';

/** Compiles an operation from its parameters, which may be any value. @throws Error naming the invalid parameters. */
export type OperationFactory<Result> = (parameters: unknown) => Result;

/** An operation whose parameters are checked before it is compiled. */
export function operation<Schema extends z.ZodType, Result>(
  parameters: Schema,
  compile: (parameters: z.output<Schema>) => Result,
): OperationFactory<Result> {
  return (given) => {
    const checked = parameters.safeParse(given);
    if (!checked.success) throw new Error(problemsOf(checked.error).join('; '));
    return compile(checked.data);
  };
}

/** Compiles an operation by its `type`. @throws Error listing the known types, or naming the invalid parameters. */
export function compileOperation<Result>(
  factories: ReadonlyMap<string, OperationFactory<Result>>,
  given: Readonly<Record<string, unknown>>,
): Result {
  const factory = typeof given.type === 'string' ? factories.get(given.type) : undefined;
  if (!factory) throw new Error(`the type ${JSON.stringify(given.type)} is unknown; use one of ${listed(factories.keys())}`);
  return factory(given);
}

/** The problems that a schema found, each with the path of the value in front. */
export function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message));
}
