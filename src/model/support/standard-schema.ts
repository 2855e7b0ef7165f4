import { ConfigurationError, type FieldProblem, ValidationError } from '../errors/index.js';

/** A validator, as zod, valibot, arktype and others make them: Standard Schema, version 1 (https://standardschema.dev). */
export interface StandardSchema<Output = unknown> {
  /** The members that the specification defines. */
  readonly '~standard': {
    /** The version of the specification: 1. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Validates a value. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** For its types only; there is nothing at run time. */
    readonly types?:
      | {
          /** The type before validation. */
          readonly input: unknown;
          /** The type after validation. */
          readonly output: Output;
        }
      | undefined;
  };
}

type SchemaResult<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * A value as a validator returns it, with its conversions and defaults.
 *
 * @param subject What is validated, for the message.
 * @throws ValidationError with one detail per issue, named by its path; ConfigurationError for what is not a validator.
 */
export async function validated<Output>(schema: StandardSchema<Output>, value: unknown, subject: string): Promise<Output> {
  checkSchema(schema, subject);
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return result.value;
  const details = problemsOf(result.issues);
  const list = details.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  throw new ValidationError(`${subject} does not fit the schema: ${list}.`, { details });
}

/** The issues of a validator, each named by its path. */
export function problemsOf(issues: readonly SchemaIssue[]): FieldProblem[] {
  return issues.map(({ message, path = [] }) => ({
    field: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
}

/** Checks a validator before it is needed. @throws ConfigurationError for what is not one. */
export function checkSchema(schema: unknown, subject: string): void {
  const standard: unknown =
    (typeof schema === 'object' || typeof schema === 'function') && schema !== null ? Reflect.get(schema, '~standard') : undefined;
  if (typeof (standard as { validate?: unknown } | undefined)?.validate === 'function') return;
  throw new ConfigurationError(
    `${subject}: schema must be a validator that implements Standard Schema, such as one of zod, valibot or arktype.`,
  );
}
