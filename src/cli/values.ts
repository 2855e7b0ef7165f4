import { readFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type FieldSummary, fieldProblems, nearestName } from '../vendor.js';
import { type EntityClass, fieldNamed, spelling } from './entity-class.js';
import type { Io } from './io.js';
import { UsageError } from './usage-error.js';

/** A name with a value as a user gave it. */
export interface Given {
  readonly name: string;
  readonly value: unknown;
  /** Whether the value is JSON, so that it is taken as it is; a text is read as the type of its field says. */
  readonly isJson: boolean;
}

export type Values = Record<string, unknown>;

/** How values are written, for messages and help. */
export const waysOfValues = 'name=text, name:=json, name=@file, name:=@file.json, @file.json or - (JSON from standard input)';

/**
 * Reads the arguments that give values: `name=text`, `name:=json`, the same with `@file` for what is in a file, `@file.json` for a whole
 * object, and `-` for JSON from standard input.
 *
 * @returns lists of names with values, one for each object: only a list of objects, or an object a line, gives several; an empty list gives none.
 */
export async function readValues(operands: readonly string[], io: Io): Promise<Given[][]> {
  let sets: Given[][] = [[]];
  for (const operand of operands) {
    const added = await readOperand(operand, io);
    if (added.length !== 1 && sets.length !== 1) throw new UsageError(`${operand}: only one of the arguments may be a list of objects.`);
    sets = sets.length === 1 ? added.map((more) => [...sets[0]!, ...more]) : sets.map((set) => [...set, ...added[0]!]);
  }
  return sets;
}

async function readOperand(operand: string, io: Io): Promise<Given[][]> {
  if (operand === '-') return objectsIn(await textOf(io.stdin), 'standard input');
  if (operand.startsWith('@')) return objectsIn(await readText(operand.slice(1)), operand.slice(1));
  const [, name, operator, text] = /^([^=:@]+)(:?=)(.*)$/s.exec(operand) ?? [];
  if (name === undefined || text === undefined) throw new UsageError(`"${operand}" gives no value. Write ${waysOfValues}.`);
  const isJson = operator === ':=';
  const written = text.startsWith('@') ? await readText(text.slice(1)) : text;
  return [[{ name, value: isJson ? parseJson(written, operand) : written, isJson }]];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === 'ENOENT' ? `There is no file ${path}.` : `${path} cannot be read: ${message}`);
  }
}

function objectsIn(text: string, source: string): Given[][] {
  const values = jsonValues(text, source);
  for (const value of values) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new UsageError(`${source} must have a JSON object, or several (got ${JSON.stringify(value)?.slice(0, 40)}).`);
  }
  return values.map((value) => Object.entries(value as object).map(([name, each]) => ({ name, value: each, isJson: true })));
}

/** One JSON value, the items of a list, or a value a line. */
function jsonValues(text: string, source: string): unknown[] {
  if (text.trim() === '') throw new UsageError(`${source} is empty.`);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length > 1 && lines.every(isWhole)) return lines.map((line) => JSON.parse(line) as unknown);
  const value = parseJson(text, source);
  return Array.isArray(value) ? value : [value];
}

function isWhole(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object';
  } catch {
    return false;
  }
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`${source}: this is not JSON (${(error as Error).message}).`);
  }
}

/**
 * Values by property name, each as its field has it.
 *
 * @param fields Those that may be given.
 * @param verb For messages: 'created' or 'updated'.
 * @throws UsageError for each name that is not one of them, with the nearest one, and for texts that are not of the type of their field.
 */
export function fieldValues(target: EntityClass, given: readonly Given[], fields: readonly FieldSummary[], verb: string): Values {
  const values: Values = {};
  for (const { name, value, isJson } of given) {
    const field = fieldNamed(target, name);
    if (!field) throw unknown(name, fields, target);
    if (!fields.some(({ property }) => property === field.property)) throw refused(field, verb);
    values[field.property] = isJson ? fromJson(field, value) : checkedText(target, field, value as string);
  }
  return values;
}

function unknown(name: string, fields: readonly FieldSummary[], target: EntityClass): UsageError {
  const known = fields.map(({ property }) => property);
  const nearest = nearestName(name, known);
  return new UsageError(
    `${name} is not a field of ${target.name}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`,
    `Its fields are ${known.join(', ')}.`,
  );
}

function refused({ property, readOnly }: FieldSummary, verb: string): UsageError {
  return new UsageError(
    property === 'id' || readOnly
      ? `${property} is set by the platform and cannot be given.`
      : `${property} can only be given when a record is created, not when it is ${verb}.`,
  );
}

/** JSON has no dates and no large numbers: they are texts there. */
function fromJson(field: FieldSummary, value: unknown): unknown {
  return (field.type === 'date' || field.type === 'bigint') && typeof value === 'string' ? fromText(field, value) : value;
}

/** A text as a value of a field; as JSON where the type is not known and the check of the field takes only that. */
function checkedText(target: EntityClass, field: FieldSummary, text: string): unknown {
  const value = fromText(field, text);
  if (field.type !== 'any' || fieldProblems(target, { [field.property]: value }).length === 0) return value;
  try {
    const json = JSON.parse(text) as unknown;
    return fieldProblems(target, { [field.property]: json }).length === 0 ? json : value;
  } catch {
    return value;
  }
}

/** A text as a value of a field. @throws UsageError for a text that cannot be one. */
export function fromText(field: FieldSummary, text: string): unknown {
  const { property, type } = field;
  const refuse = (kind: string): never => {
    throw new UsageError(`${property} must be ${kind} (got "${text}").`);
  };
  switch (type) {
    case 'number': {
      const number = Number(text);
      return text.trim() === '' || !Number.isFinite(number) ? refuse('a number') : number;
    }
    case 'boolean':
      return text === 'true' || text === 'false' ? text === 'true' : refuse('true or false');
    case 'bigint':
      return /^-?\d+$/.test(text) ? BigInt(text) : refuse('a whole number');
    case 'date': {
      const date = new Date(text);
      return Number.isNaN(date.getTime()) ? refuse('a date, such as 2026-01-31T12:00:00Z') : date;
    }
    case 'list':
      return text.trimStart().startsWith('[') ? parseJson(text, property) : text.split(',').map((item) => item.trim());
    default:
      return text;
  }
}

/** Values of several of the same name become a list, as filters have it. */
export function filterValues(
  target: EntityClass,
  given: readonly Given[],
  known: { names: readonly string[]; isComplete: boolean },
): Values {
  const values: Values = {};
  for (const { name, value, isJson } of given) {
    const filter = known.names.find((each) => each === name) ?? known.names.find((each) => spelling(each) === spelling(name)) ?? name;
    const field = fieldNamed(target, filter);
    const typed = isJson || !field || (field.type !== 'number' && field.type !== 'boolean') ? value : fromText(field, value as string);
    values[filter] = Object.hasOwn(values, filter) ? [values[filter], typed].flat() : typed;
  }
  return values;
}
