import type { ValidateFunction } from 'ajv';
import { ConfigurationError } from '../../../model/errors/index.js';
import { messageOf, quote } from './kinds.js';

/** Compiling takes milliseconds, and runs of a pipeline check by the same schemas: the last ones are kept, by their JSON. */
const compiled = new Map<string, ValidateFunction>();
const capacity = 32;

async function compile(schema: Readonly<Record<string, unknown>>): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv').catch((cause: unknown) => {
    throw new ConfigurationError('A json_schema is checked with the package ajv. Install it: npm install ajv', { cause });
  });
  // Each with an instance of its own: the names that schemas give themselves and their parts may be the same.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  // Other drafts name themselves here; ajv would look for their meta schema.
  const { $schema, ...rest } = schema;
  try {
    return ajv.compile(rest);
  } catch (cause) {
    throw new Error(`its json_schema is not a JSON Schema: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Holds a value against a JSON Schema (draft 7; unknown keywords and formats such as `file` and `dataset` are allowed).
 * @returns what is wrong, a sentence each; empty when the value fits.
 * @throws Error for a schema that is not one, ConfigurationError when the package `ajv` is not installed.
 */
export async function schemaProblems(schema: Readonly<Record<string, unknown>>, value: unknown): Promise<string[]> {
  const key = JSON.stringify(schema);
  const validate = compiled.get(key) ?? (await compile(schema));
  compiled.delete(key);
  compiled.set(key, validate);
  const [oldest] = compiled.keys();
  if (compiled.size > capacity && oldest !== undefined) compiled.delete(oldest);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath || quote(value)} ${error.message ?? error.keyword}`);
}
