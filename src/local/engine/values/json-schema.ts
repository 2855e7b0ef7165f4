import type { ValidateFunction } from 'ajv';
import { ConfigurationError } from '../../../model/errors/index.js';
import { isObject, messageOf, quote } from './kinds.js';
import { compilePattern } from './pattern.js';

/** The most recently used validators, by the JSON of their schema: compiling one takes milliseconds. */
const compiled = new Map<string, ValidateFunction>();
const capacity = 32;

/** Runs patterns in linear time. ajv tells them apart by `toString`. */
const regExp = Object.assign((source: string) => ({ test: compilePattern(source).test, toString: () => source }), {
  code: 'compilePattern',
});

async function compile(schema: Readonly<Record<string, unknown>>): Promise<ValidateFunction> {
  const { Ajv } = await import('ajv').catch((cause: unknown) => {
    throw new ConfigurationError('Validating against a json_schema needs the package ajv. Install it: npm install ajv', { cause });
  });
  // One instance for each schema, because different schemas may have the same `$id`.
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false, code: { regExp } });
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

/** Keywords whose values are data rather than schemas. */
const dataKeywords = new Set(['const', 'default', 'enum', 'examples']);

/** The problems of the patterns in a schema, at any depth. */
export function patternProblems(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(patternProblems);
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (dataKeywords.has(key)) return [];
    if (key === 'pattern' && typeof value === 'string') return problemOf(value);
    const names = key === 'patternProperties' && isObject(value) ? Object.keys(value).flatMap(problemOf) : [];
    return [...names, ...patternProblems(value)];
  });
}

function problemOf(pattern: string): string[] {
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    return [`json_schema: ${messageOf(error)}`];
  }
}
