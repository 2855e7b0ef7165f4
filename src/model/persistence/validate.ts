import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { type FieldProblem, ValidationError } from '../errors/index.js';
import { metadataOf } from '../fields/compile.js';
import { entityOptions } from '../fields/effective-options.js';
import type { FieldMetadata } from '../fields/metadata.js';
import type { Properties } from '../state/assign.js';
import { loadRecord } from '../state/construction.js';
import { isModified } from '../state/dirty-check.js';
import { original } from '../state/saved.js';
import { type RecordClass, stateOf } from '../state/slot.js';
import { withoutSecrets } from '../state/without-secrets.js';
import { importOptional } from '../support/optional-package.js';
import { problemsOf, type StandardSchema } from '../support/standard-schema.js';

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

let loading: Promise<ClassValidator | null> | undefined;
let loaded: ClassValidator | null | undefined;

/** class-validator is an optional package; without it, there are no such decorators to check. At once where it has been looked for. */
function classValidator(): ClassValidator | null | Promise<ClassValidator | null> {
  if (loaded !== undefined) return loaded;
  loading ??= importOptional<ClassValidator>('class-validator').then((found) => {
    loaded = found;
    return found;
  });
  return loading;
}

/**
 * Validates a new or modified record before it is saved: by the class-validator decorators of its class, and by the schemas of the class and of
 * its fields, unless the class is validated only when it is loaded. Returns undefined where there is nothing to wait for.
 *
 * @throws ValidationError with one detail per failed rule.
 */
export function validateRecord(record: BaseResource): Promise<void> | undefined {
  if (entityOptions(record.constructor).validate === 'load') return undefined;
  const validator = classValidator();
  return validator instanceof Promise ? validator.then((found) => validateWith(record, found)) : validateWith(record, validator);
}

function validateWith(record: BaseResource, validator: ClassValidator | null): Promise<void> | undefined {
  const own = record as unknown as Properties;
  const validations = validationsOf(record, validator, ({ property }) => own[property]);
  if (validations.length === 0 || !isModified(record)) return undefined;
  return hold(record, validations, `save of ${String(record)}`);
}

/** Whether a class asks for its records to be validated when they are loaded. */
export function validatesLoads(target: object): boolean {
  return (entityOptions(target).validate ?? 'save') !== 'save';
}

/**
 * Validates what the platform sent of a record that was made of it. Schemas are given copies of the values, so that what they read is not
 * decoded for the record itself, and not changed.
 *
 * @param subject What was sent, for the message.
 * @throws ValidationError with one detail per failed rule.
 */
export async function validateLoaded(record: BaseResource, subject: string): Promise<void> {
  const state = stateOf(record);
  try {
    await hold(
      record,
      validationsOf(record, await classValidator(), (field) => original(state, field)),
      `${subject} is not valid`,
    );
  } catch (error) {
    if (error instanceof ValidationError) refused.set(error, state.saved);
    throw error;
  }
}

const refused = new WeakMap<ValidationError, Record<string, unknown> | null>();

/** What the platform sent of a record that `validateLoaded` refused with an error; undefined for other errors. */
export function refusedJson(error: ValidationError): Record<string, unknown> | undefined {
  return refused.get(error) ?? undefined;
}

/**
 * Validates JSON that is about to become the saved state of a record, if its class asks for that.
 *
 * @throws ValidationError as `validateLoaded` does.
 */
export async function validateLoad(record: BaseResource, json: Record<string, unknown>, subject: string): Promise<void> {
  if (!validatesLoads(record.constructor)) return;
  await validateLoaded(loadRecord(record.constructor as RecordClass<BaseResource>, json, connectionOfRecord(record)), subject);
}

/** Waits for a validation. Resolves to its ValidationError, or to what was validated. */
export async function refusalOr<T>(validation: Promise<void>, validated: T): Promise<T | ValidationError> {
  try {
    await validation;
    return validated;
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
}

/** Finds problems. */
type Validation = () => Promise<FieldProblem[]>;

function validationsOf(record: BaseResource, validator: ClassValidator | null, value: (field: FieldMetadata) => unknown): Validation[] {
  return [decoratedRules(record, validator), schemasOf(record, value)].filter((validation) => validation !== undefined);
}

/** @throws ValidationError with the problems that validations find, without the secrets of the record. */
async function hold(record: BaseResource, validations: readonly Validation[], subject: string): Promise<void> {
  const details = withoutSecrets(record, (await Promise.all(validations.map((validate) => validate()))).flat());
  if (details.length === 0) return;
  const list = details.map(({ field, message }) => (names(message, field) ? message : `${field}: ${message}`)).join('; ');
  throw new ValidationError(`${subject}: ${list}.`, { details });
}

/** Whether a message has the name of a field, as those of class-validator do; 'invalid' does not have "id". */
function names(message: string, field: string): boolean {
  return message.split(/[^\w$]+/).includes(field);
}

function decoratedRules(record: BaseResource, validator: ClassValidator | null): Validation | undefined {
  const rules = validator?.getMetadataStorage().getTargetValidationMetadatas(record.constructor, '', false, false) ?? [];
  if (!validator || rules.length === 0) return undefined;
  return async () => (await validator.validate(record)).flatMap((error) => problems(error, ''));
}

function schemasOf(record: BaseResource, value: (field: FieldMetadata) => unknown): Validation | undefined {
  const { fields, options } = metadataOf(record.constructor);
  const validated = fields.filter(({ schema }) => schema !== undefined);
  if (!options.schema && validated.length === 0) return undefined;
  return async () => {
    const values = new Map<FieldMetadata, unknown>();
    const unreadable: FieldProblem[] = [];
    for (const field of fields) {
      try {
        const each = value(field);
        if (each !== undefined) values.set(field, each);
      } catch (error) {
        unreadable.push({ field: field.property, message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` });
      }
    }
    if (unreadable.length > 0) return unreadable;
    const ofFields = validated
      .filter((field) => values.has(field))
      .map((field) => schemaProblems(field.schema!, values.get(field), field.property));
    const all = Object.fromEntries([...values].map(([{ property }, each]) => [property, each]));
    return (await Promise.all([options.schema ? schemaProblems(options.schema, all) : [], ...ofFields])).flat();
  };
}

function problems(error: ClassValidatorError, above: string): FieldProblem[] {
  const field = above + error.property;
  return [
    ...Object.values(error.constraints ?? {}).map((message) => ({ field, message })),
    ...(error.children ?? []).flatMap((child) => problems(child, `${field}.`)),
  ];
}

/**
 * What a validator finds wrong with a value, one entry per issue, named by its path. What it makes of the value is discarded.
 *
 * @param above The path of the value itself.
 */
async function schemaProblems(schema: StandardSchema, value: unknown, above = ''): Promise<FieldProblem[]> {
  const { issues = [] } = await schema['~standard'].validate(value);
  return problemsOf(issues).map(({ field, message }) => ({ field: [above, field].filter((part) => part !== '').join('.'), message }));
}
