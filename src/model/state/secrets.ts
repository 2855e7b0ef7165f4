import type { FieldMetadata } from '../fields/metadata.js';
import type { Change } from './change-set.js';
import { stateOf } from './slot.js';

/** What is shown in place of a secret. */
export const redacted = '[redacted]';

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
