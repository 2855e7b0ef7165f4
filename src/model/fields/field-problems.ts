import type { FieldProblem } from '../errors/index.js';
import { inJson } from '../state/describe.js';
import { redacted } from '../state/secrets.js';
import { metadataOf } from './compile.js';
import type { FieldMetadata } from './metadata.js';

/** The problem with a field's value according to the field's own declaration; undefined when the value is valid. */
export function problemWith(field: Pick<FieldMetadata, 'nullable' | 'check' | 'secret'>, value: unknown): string | undefined {
  if (value === null) return field.nullable ? undefined : 'must not be null';
  const problem = value === undefined ? undefined : field.check?.(value);
  return field.secret ? problem?.replaceAll(inJson(value), redacted) : problem;
}

/** What the checks of a class's fields find wrong with values by property name, before these are in a record. */
export function fieldProblems(target: object, values: Readonly<Record<string, unknown>>): FieldProblem[] {
  return metadataOf(target).fields.flatMap((field) => {
    const message = Object.hasOwn(values, field.property) ? problemWith(field, values[field.property]) : undefined;
    return message === undefined ? [] : [{ field: field.property, message }];
  });
}
