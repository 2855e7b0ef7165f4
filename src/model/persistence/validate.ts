import type { BaseResource } from '../base-resource.js';
import { type FieldProblem, ValidationError } from '../errors/index.js';
import { isModified } from '../state/dirty-check.js';
import { importOptional } from '../support/optional-package.js';

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
 * Validates a new or modified record against the class-validator decorators of its class, if there are any.
 *
 * @throws ValidationError with one detail per failed rule.
 */
export async function validateDecorated(record: BaseResource): Promise<void> {
  const validator = await classValidator();
  if (!validator) return;
  const rules = validator.getMetadataStorage().getTargetValidationMetadatas(record.constructor, '', false, false);
  if (rules.length === 0 || !isModified(record)) return;
  const details = (await validator.validate(record)).flatMap((error) => problems(error, ''));
  if (details.length === 0) return;
  throw new ValidationError(`save of ${String(record)}: ${details.map(({ message }) => message).join('; ')}.`, { details });
}

function problems(error: ClassValidatorError, above: string): FieldProblem[] {
  const field = above + error.property;
  return [
    ...Object.values(error.constraints ?? {}).map((message) => ({ field, message })),
    ...(error.children ?? []).flatMap((child) => problems(child, `${field}.`)),
  ];
}
