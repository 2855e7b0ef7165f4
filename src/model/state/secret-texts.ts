import { holdsSecrets } from '../fields/hiding.js';
import type { FieldMetadata } from '../fields/metadata.js';
import { fieldToJson } from './change-set.js';
import { savedJson } from './saved.js';
import { writingTo } from './secrets.js';
import { isRecord, stateOf } from './slot.js';
import { describedInJson } from './to-json.js';

/** The lengths of texts that are looked for in messages: shorter ones are parts of ordinary words, longer ones are whole sources. */
const [shortest, longest] = [6, 4096];

/** What cannot be read cannot be sent either, and so is not echoed. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The value that a field has here; undefined where it cannot be read. */
export const localValue = (record: object, { property }: FieldMetadata): unknown =>
  orNothing(() => (record as Record<string, unknown>)[property]);

/** The fields that may have records with secret fields inside. */
export function outerFields(record: object): readonly FieldMetadata[] {
  if (!holdsSecrets(record.constructor)) return [];
  return stateOf(record).metadata.fields.filter(({ secret, codec }) => !secret && codec.holdsSecrets?.());
}

/**
 * The texts and numbers in the secret fields of a record, and of the records that its fields are declared to hold, which a server may
 * echo: as they are, as they are sent, and as they were loaded.
 */
export function secretTexts(record: object): string[] {
  if (!holdsSecrets(record.constructor)) return [];
  const found = new Set<string>();
  collectOf(record, found, new Set());
  return [...found];
}

function collectOf(value: unknown, found: Set<string>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (isRecord(value)) {
    const { metadata } = stateOf(value);
    for (const field of metadata.secrets) for (const form of formsOf(value, field)) collectTexts(form, found);
    for (const field of outerFields(value)) collectOf(localValue(value, field), found, seen);
  } else {
    for (const item of membersOf(value)) collectOf(item, found, seen);
  }
}

function membersOf(value: object): Iterable<unknown> {
  if (value instanceof Map || value instanceof Set) return value.values();
  return ArrayBuffer.isView(value) ? [] : (orNothing(() => Object.values(value)) ?? []);
}

/** A value as JSON: as it is, as it is sent, and as it was loaded. */
function formsOf(record: object, field: FieldMetadata): unknown[] {
  const state = stateOf(record);
  const forms = (): unknown[] => [describedInJson(localValue(record, field)), orNothing(() => fieldToJson(record, state, field))];
  return [...writingTo('send', forms, 'send'), savedJson(state, field)];
}

function collectTexts(json: unknown, found: Set<string>): void {
  if (typeof json === 'object' && json !== null) for (const inner of Object.values(json)) collectTexts(inner, found);
  const text = typeof json === 'number' ? String(json) : json;
  if (typeof text === 'string' && text.length >= shortest && text.length <= longest) found.add(text);
}
