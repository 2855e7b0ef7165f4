import { holdsSecrets, propertyOf } from '../fields/hiding.js';
import type { FieldMetadata } from '../fields/metadata.js';
import { fieldToJson } from './change-set.js';
import { isObject } from './json.js';
import { savedJson } from './saved.js';
import { redacted, writingTo } from './secrets.js';
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

const localValue = (record: object, { property }: FieldMetadata): unknown => orNothing(() => (record as Record<string, unknown>)[property]);

/** The fields that may have records with secret fields inside. */
function outerFields(record: object): readonly FieldMetadata[] {
  if (!holdsSecrets(record.constructor)) return [];
  return stateOf(record).metadata.fields.filter(({ secret, codec }) => !secret && codec.holdsSecrets?.());
}

/**
 * The texts and numbers in the secret fields of a record, and of the records that its fields are declared to hold, which a server may
 * echo: as they are, as they are sent, and as they were loaded.
 */
export function secretTexts(record: object): string[] {
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

/** A copy of JSON in which the texts and numbers of a record's secret fields are redacted. */
export function withoutSecrets<T>(record: object, json: T): T {
  const texts = secretTexts(record);
  if (texts.length === 0) return json;
  const known = new Set(texts);
  // A message may quote a text as JSON.
  const forms = [...new Set(texts.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))].sort((a, b) => b.length - a.length);
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return forms.reduce((text, secret) => text.replaceAll(secret, redacted), value);
    if (typeof value === 'number') return known.has(String(value)) ? redacted : value;
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  };
  return clean(json) as T;
}

/** A copy of the JSON that a record was made of, without the values of its secret fields and of those of the records in it. */
export function withoutSecretFields(record: object, json: unknown): unknown {
  return withoutSecrets(record, leftOut(record, json));
}

function leftOut(value: unknown, json: unknown): unknown {
  if (value instanceof Set && Array.isArray(json)) {
    // It holds each text and number once, but each object.
    const objects = [...(value as Set<unknown>)].filter(isObject).values();
    return json.map((item: unknown) => (isObject(item) ? leftOut(objects.next().value, item) : item));
  }
  if (value instanceof Map) return leftOut(Object.fromEntries(value), json);
  if (Array.isArray(value) && Array.isArray(json)) return json.map((item: unknown, index) => leftOut(value[index], item));
  if (!isObject(value) || !isObject(json)) return json;
  if (!isRecord(value)) {
    const members = Object.entries(json).map(([key, inner]) => [key, leftOut(value[propertyOf(value.constructor, key)], inner)]);
    return Object.fromEntries(members);
  }
  const shown = { ...json };
  for (const { wire } of stateOf(value).metadata.secrets) delete shown[wire];
  for (const field of outerFields(value))
    if (Object.hasOwn(shown, field.wire)) shown[field.wire] = leftOut(localValue(value, field), shown[field.wire]);
  return shown;
}
