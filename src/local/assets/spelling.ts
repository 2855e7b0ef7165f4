import type { JsonRecord } from '../store/record-kinds.js';

/** How a Python client prints a member of an enumeration: `Function.TEXT_GENERATION`. */
const enumeration = /^[A-Z]\w*\.(?=[A-Z][A-Z0-9_]*$)/;

/** One spelling for the values of filters: `Function.TEXT_GENERATION`, `TEXT_GENERATION` and `text-generation` are the same. */
export function spelling(value: string): string {
  return value
    .trim()
    .replace(enumeration, '')
    .toLowerCase()
    .replace(/[_\s]+/g, '-');
}

/** The members that identify an object in aiXplain's API, such as a supplier or a language. */
const keys = ['id', 'code', 'name', 'value', 'language', 'typeId', 'assetId'] as const;

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The texts by which a value, or each member of a list, is known: the value itself, or what identifies an object. */
export function keysOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => {
    if (isRecord(each)) return keys.flatMap((key) => (isScalar(each[key]) ? String(each[key]) : []));
    return isScalar(each) ? String(each) : [];
  });
}

/** The members of a list that are objects; none when the value is not a list. */
export function recordsOf(value: unknown): JsonRecord[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Whether an asset generates text, as language models do. */
export function generatesText(record: JsonRecord | undefined): boolean {
  return keysOf(record?.function).map(spelling).includes('text-generation');
}

/** Text as it is stored in UTF-8: half characters are replaced. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
