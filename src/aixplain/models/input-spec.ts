import { asText, isObject } from '../../vendor.js';
import type { Json } from '../steps.js';

/** What the platform says of an input of a model, or of an action of a tool. */
export interface InputSpec {
  /** The name of the input. */
  readonly name: string;
  /** Whether a run must have it. */
  readonly required: boolean;
  /** `text`, `number`, `json`, `boolean`, `array`, `label`, `audio`, `string`, `integer`, `object`, or another word; null if it says none. */
  readonly type: string | null;
  /** What a text may hold instead: `json` or `number`. */
  readonly subtype: string | null;
  /** What it is for. */
  readonly description: string;
  /** The value that is sent unless another one is set; null for none. */
  readonly defaultValue: unknown;
  /** The values to choose from; empty if any is taken. */
  readonly options: readonly unknown[];
  /** Whether it may have several values. */
  readonly allowMulti: boolean;
  /** Whether its text may have `{{variables}}`. */
  readonly supportsVariables: boolean;
  /** Whether its value cannot be changed. */
  readonly fixed: boolean;
  /** The name that the platform shows. */
  readonly label: string;
}

/** The inputs of a model, from its `params`; null if they are not known. */
export function modelInputs(params: unknown): InputSpec[] | null {
  if (!Array.isArray(params)) return null;
  return params.filter(isObject).map((param) => specOf(param, asText(param.name)));
}

/** The inputs of an action, as `LIST_INPUTS` describes them, or as the tools of an agent have them by their codes. */
export function actionInputs(inputs: unknown): InputSpec[] {
  const listed = Array.isArray(inputs) ? inputs.filter(isObject) : isObject(inputs) ? fromMap(inputs) : [];
  return listed.map((input) => specOf(input, codeOf(input)));
}

function fromMap(inputs: Json): Json[] {
  return Object.entries(inputs).flatMap(([code, input]) => (isObject(input) ? [{ code, ...input }] : []));
}

/** The key under which an input is sent: its code, else its name in lower case with underscores. */
function codeOf({ code, name }: Json): string {
  if (typeof code === 'string' && code !== '') return code;
  return asText(name).toLowerCase().replaceAll(' ', '_');
}

function specOf(input: Json, name: string): InputSpec {
  return {
    name,
    required: input.required === true,
    type: wordOf(input.dataType ?? input.datatype),
    subtype: wordOf(input.dataSubType),
    description: typeof input.description === 'string' ? input.description : '',
    defaultValue: firstOf(input.value) ?? firstOf(input.defaultValues ?? input.defaultValue),
    options: Array.isArray(input.availableOptions) ? input.availableOptions : Array.isArray(input.values) ? input.values : [],
    allowMulti: (input.multipleValues ?? input.allowMulti) === true,
    supportsVariables: input.supportsVariables === true,
    fixed: (input.isFixed ?? input.fixed) === true,
    label: typeof input.name === 'string' ? input.name : name,
  };
}

function wordOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** The first value of a list, or the value itself; its `value` if it is an object that has one. */
function firstOf(values: unknown): unknown {
  const first: unknown = Array.isArray(values) ? values[0] : values;
  return (isObject(first) && 'value' in first ? first.value : first) ?? null;
}

const strings = new Set(['text', 'string', 'label', 'audio']);

/** What is wrong with a value for an input, as text that follows its name; undefined if nothing is. Null and unknown types always pass. */
export function problemWithInput({ type, subtype }: InputSpec, value: unknown): string | undefined {
  if (value === null || value === undefined || type === null) return undefined;
  return accepts(type, subtype, value) ? undefined : `must be ${type}${subtype === null ? '' : ` (${subtype})`}, not ${kindOf(value)}`;
}

function accepts(type: string, subtype: string | null, value: unknown): boolean {
  // A text may be a list of messages, as chats are sent to language models.
  if (strings.has(type)) {
    if (typeof value === 'string') return true;
    if (subtype === 'number') return typeof value === 'number';
    return type === 'text' && (Array.isArray(value) || (subtype === 'json' && isObject(value)));
  }
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'array') return Array.isArray(value);
  return type !== 'object' || isObject(value);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value === 'string' ? 'text' : typeof value;
}
