import { ConfigurationError } from '../../../model/errors/index.js';
import { messageOf, quote } from './kinds.js';

/**
 * Holds a value against a JSON Schema (draft 7; unknown keywords and formats such as `file` and `dataset` are allowed).
 * @returns what is wrong, a sentence each; empty when the value fits.
 * @throws Error for a schema that is not one, ConfigurationError when the package `ajv` is not installed.
 */
export async function schemaProblems(schema: Readonly<Record<string, unknown>>, value: unknown): Promise<string[]> {
  const { Ajv } = await import('ajv').catch((cause: unknown) => {
    throw new ConfigurationError('A json_schema is checked with the package ajv. Install it: npm install ajv', { cause });
  });
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  // Other drafts name themselves here; ajv would look for their meta schema.
  const { $schema, ...rest } = schema;
  let validate: ReturnType<typeof ajv.compile>;
  try {
    validate = ajv.compile(rest);
  } catch (cause) {
    throw new Error(`its json_schema is not a JSON Schema: ${messageOf(cause)}`, { cause });
  }
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath || quote(value)} ${error.message ?? error.keyword}`);
}
