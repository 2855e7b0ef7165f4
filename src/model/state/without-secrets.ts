import { propertyOf } from '../fields/hiding.js';
import { isObject } from './json.js';
import { localValue, outerFields, secretTexts } from './secret-texts.js';
import { redacted } from './secrets.js';
import { isRecord, stateOf } from './slot.js';

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
