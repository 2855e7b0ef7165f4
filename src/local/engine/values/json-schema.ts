import type { ValidateFunction } from 'ajv';
import { ConfigurationError } from '../../../model/errors/index.js';
import { messageOf, quote } from './kinds.js';

/** The most recently used validators, by the JSON of their schema: compiling one takes milliseconds. */
const compiled = new Map<string, ValidateFunction>();
const capacity = 32;

async function compile(schema: Readonly<Record<string, unknown>>): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv').catch((cause: unknown) => {
    throw new ConfigurationError('Validating against a json_schema needs the package ajv. Install it: npm install ajv', { cause });
  });
  // One instance for each schema, because different schemas may have the same `$id`.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  // ajv would look for the meta-schema of another draft.
  const { $schema, ...rest } = schema;
  try {
    return ajv.compile(rest);
  } catch (cause) {
    throw new Error(`its json_schema is not a JSON Schema: ${messageOf(cause)}`, { cause });
  }
}

/**
 * Validates a value against a JSON Schema (draft 7; unknown keywords and formats such as `file` and `dataset` are allowed).
 * @returns the problems; empty when the value is valid.
 * @throws Error for an invalid schema, ConfigurationError when the package `ajv` is not installed.
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
