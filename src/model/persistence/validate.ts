import type { BaseResource } from '../base-resource.js';
import { type FieldProblem, ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { isModified } from '../state/dirty-check.js';
import { withoutSecrets } from '../state/secrets.js';
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
  const validations = [await decoratedRules(record), schemasOf(record)].filter((validation) => validation !== undefined);
  if (validations.length === 0 || !isModified(record)) return;
  const details = withoutSecrets(record, (await Promise.all(validations.map((validate) => validate()))).flat());
  if (details.length === 0) return;
  const list = details.map(({ field, message }) => (message.includes(field) ? message : `${field}: ${message}`)).join('; ');
  throw new ValidationError(`save of ${String(record)}: ${list}.`, { details });
}

/** Finds problems. */
type Validation = () => Promise<FieldProblem[]>;

async function decoratedRules(record: BaseResource): Promise<Validation | undefined> {
  const validator = await classValidator();
  const rules = validator?.getMetadataStorage().getTargetValidationMetadatas(record.constructor, '', false, false) ?? [];
  if (!validator || rules.length === 0) return undefined;
  return async () => (await validator.validate(record)).flatMap((error) => problems(error, ''));
}

function schemasOf(record: BaseResource): Validation | undefined {
  const { fields, options } = metadataOf(record.constructor);
  const validated = fields.filter(({ schema }) => schema !== undefined);
  if (!options.schema && validated.length === 0) return undefined;
  const own = record as unknown as Readonly<Record<string, unknown>>;
  const present = ({ property }: { property: string }): boolean => own[property] !== undefined;
  return async () => {
    const values = Object.fromEntries(fields.filter(present).map(({ property }) => [property, own[property]]));
    const ofFields = validated.filter(present).map(({ schema, property }) => schemaProblems(schema!, own[property], property));
    return (await Promise.all([options.schema ? schemaProblems(options.schema, values) : [], ...ofFields])).flat();
  };
}

function problems(error: ClassValidatorError, above: string): FieldProblem[] {
  const field = above + error.property;
  return [
    ...Object.values(error.constraints ?? {}).map((message) => ({ field, message })),
    ...(error.children ?? []).flatMap((child) => problems(child, `${field}.`)),
  ];
}
