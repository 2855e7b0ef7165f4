import { ValidationError } from '#front';
import { isObject } from '../../vendor.js';

/**
 * The form in which an agent responds.
 *
 * @enum
 */
export const OutputFormat = { TEXT: 'text', MARKDOWN: 'markdown', JSON: 'json' } as const;
/** One of the values of `OutputFormat`. */
export type OutputFormat = (typeof OutputFormat)[keyof typeof OutputFormat];

/**
 * The JSON Schema of a validator that can be written as one (the interface Standard JSON Schema, as zod has it); any other value as it is.
 */
export function schemaOrValue(expected: unknown): unknown {
  if ((typeof expected !== 'object' && typeof expected !== 'function') || expected === null || !('~standard' in expected)) return expected;
  const { jsonSchema } = expected['~standard'] as { jsonSchema?: { output?: (options: { target: string }) => unknown } };
  if (typeof jsonSchema?.output !== 'function')
    throw new ValidationError('expectedOutput is a validator that cannot be written as a JSON Schema; give the JSON Schema itself.', {
      details: [{ field: 'expectedOutput', message: 'cannot be written as a JSON Schema' }],
    });
  return jsonSchema.output({ target: 'draft-2020-12' });
}

/** A validator as the JSON text of its JSON Schema; any other value as it is. */
export function schemaText(expected: unknown): unknown {
  const schema = schemaOrValue(expected);
  return schema === expected ? expected : JSON.stringify(schema);
}

/** What is wrong with the expected output of an agent, as text that follows its name; undefined if nothing is. */
export function problemWithOutput(format: unknown, expected: unknown): string | undefined {
  const isNothing = expected === null || expected === undefined || expected === '';
  if (format !== OutputFormat.JSON)
    return isNothing || typeof expected === 'string' ? undefined : `must be a text, or nothing, unless outputFormat is 'json'`;
  if (isNothing) return `is required when outputFormat is 'json': an example or a JSON Schema`;
  if (typeof expected !== 'string') return isObject(expected) || Array.isArray(expected) ? undefined : 'must be an object, or JSON as text';
  try {
    JSON.parse(expected);
    return undefined;
  } catch {
    return 'must be JSON';
  }
}
