import type { FieldMetadata } from '../fields/metadata.js';
import type { Change } from './change-set.js';
import { stateOf } from './slot.js';

/** What is shown in place of a secret. */
export const redacted = '[redacted]';

/** The lengths of texts that are looked for in messages: shorter ones are parts of ordinary words, longer ones are whole sources. */
const [shortest, longest] = [6, 4096];

/** What the records that are being written are written for; undefined outside of `toDict()` and of what calls it. */
let purpose: 'show' | 'send' | undefined;

/** Whether secret fields of the records that are being written are left out. */
export function hidesSecrets(): boolean {
  return purpose === 'show';
}

/** Whether what is being written is the body of a request. */
export function isSending(): boolean {
  return purpose === 'send';
}

/** Writes records to be shown or to be sent. What is inside another record is written for the purpose of that one, unless `own` is given. */
export function writingTo<T>(usual: 'show' | 'send', write: () => T, own?: 'show' | 'send'): T {
  const outer = purpose;
  purpose = own ?? outer ?? usual;
  try {
    return write();
  } finally {
    purpose = outer;
  }
}

/** What is shown of the value of a field. */
export function shownValue(field: FieldMetadata, value: unknown): unknown {
  return field.secret && value !== undefined && value !== null ? redacted : value;
}

/** Changes by property name, with the values of secret fields redacted. */
export function shownChanges(record: object, changes: Readonly<Record<string, Change>>): Readonly<Record<string, Change>> {
  const hidden = stateOf(record).metadata.secrets.flatMap((field) => {
    const change = changes[field.property];
    return change ? [[field.property, { from: shownValue(field, change.from), to: shownValue(field, change.to) }] as const] : [];
  });
  return hidden.length === 0 ? changes : { ...changes, ...Object.fromEntries(hidden) };
}

/** The texts in the secret fields of a record, which a server may echo. */
export function secretTexts(record: object): string[] {
  const { secrets } = stateOf(record).metadata;
  if (secrets.length === 0) return [];
  const found = new Set<string>();
  const seen = new Set<unknown>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && value.length >= shortest && value.length <= longest) found.add(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const inner of Object.values(value)) collect(inner);
  };
  for (const { property } of secrets) {
    try {
      collect((record as Record<string, unknown>)[property]);
    } catch {
      // A value that cannot be read cannot be sent either, and so is not echoed.
    }
  }
  return [...found];
}

/** A copy of JSON in which the texts of a record's secret fields are redacted. */
export function withoutSecrets<T>(record: object, json: T): T {
  const texts = secretTexts(record).sort((one, other) => other.length - one.length);
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return texts.reduce((text, secret) => text.replaceAll(secret, redacted), value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
  };
  return texts.length === 0 ? json : (clean(json) as T);
}
