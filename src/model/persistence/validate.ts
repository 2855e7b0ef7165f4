import type { BaseResource } from '../base-resource.js';
import { type FieldProblem, ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { isModified } from '../state/dirty-check.js';
import { importOptional } from '../support/optional-package.js';
import { schemaProblems } from '../support/standard-schema.js';

/** class-validator's report for one property. */
interface ClassValidatorError {
  property: string;
  constraints?: Record<string, string>;
  children?: ClassValidatorError[];
}

interface ClassValidator {
  getMetadataStorage(): { getTargetValidationMetadatas(target: unknown, schema: string, always: boolean, strict: boolean): unknown[] };
  validate(value: object): Promise<ClassValidatorError[]>;
}

let loaded: Promise<ClassValidator | null> | undefined;

/** class-validator is an optional package; without it, there are no such decorators to check. */
function classValidator(): Promise<ClassValidator | null> {
  loaded ??= importOptional<ClassValidator>('class-validator');
  return loaded;
}

/**
 * Validates a new or modified record: by the class-validator decorators of its class, and by the schemas of the class and of its fields.
 *
 * @throws ValidationError with one detail per failed rule.
 */
export async function validateRecord(record: BaseResource): Promise<void> {
  if (!isModified(record)) return;
  const details = [...(await decoratedProblems(record)), ...(await schemasProblems(record))];
  if (details.length === 0) return;
  const list = details.map(({ field, message }) => (message.includes(field) ? message : `${field}: ${message}`)).join('; ');
  throw new ValidationError(`save of ${String(record)}: ${list}.`, { details });
}

async function decoratedProblems(record: BaseResource): Promise<FieldProblem[]> {
  const validator = await classValidator();
  if (!validator) return [];
  const rules = validator.getMetadataStorage().getTargetValidationMetadatas(record.constructor, '', false, false);
  return rules.length === 0 ? [] : (await validator.validate(record)).flatMap((error) => problems(error, ''));
}

async function schemasProblems(record: BaseResource): Promise<FieldProblem[]> {
  const { fields, options } = metadataOf(record.constructor);
  const own = record as unknown as Readonly<Record<string, unknown>>;
  const values = (): Record<string, unknown> =>
    Object.fromEntries(fields.filter(({ property }) => own[property] !== undefined).map(({ property }) => [property, own[property]]));
  const ofFields = fields.map(({ schema, property }) =>
    schema && own[property] !== undefined ? schemaProblems(schema, own[property], property) : [],
  );
  return (await Promise.all([options.schema ? schemaProblems(options.schema, values()) : [], ...ofFields])).flat();
}

function problems(error: ClassValidatorError, above: string): FieldProblem[] {
  const field = above + error.property;
  return [
    ...Object.values(error.constraints ?? {}).map((message) => ({ field, message })),
    ...(error.children ?? []).flatMap((child) => problems(child, `${field}.`)),
  ];
}
