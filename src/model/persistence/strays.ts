import type { BaseResource } from '../base-resource.js';
import { connectionOfRecord } from '../binding.js';
import { metadataOf } from '../fields/compile.js';
import { misspelled } from '../support/names.js';

/** The properties that have been warned of, by the metadata of their class, which a class and its bound subclass share. */
const told = new WeakMap<object, Set<string>>();

/**
 * Warns of own properties of a record that are not fields, but are nearly called as one, or as a field is on the wire: their values are
 * never sent. Each of them is told once for a class, by a `warning` event and to whoever runs the process.
 */
export function warnOfStrays(record: BaseResource): void {
  const connection = connectionOfRecord(record);
  if (!connection) return;
  const metadata = metadataOf(record.constructor);
  const { byProperty, fields } = metadata;
  for (const property of Object.keys(record)) {
    if (byProperty.has(property) || told.get(metadata)?.has(property)) continue;
    const onWire = fields.find(({ wire }) => wire === property);
    const meant = onWire?.property ?? (isMeant(property) ? undefined : misspelled(property, byProperty.keys()));
    if (meant === undefined) continue;
    told.set(metadata, (told.get(metadata) ?? new Set()).add(property));
    const reason = onWire ? `is what the platform calls "${meant}"` : 'is not a field';
    const message = `save of ${String(record)}: ${property} ${reason} and is not sent. Did you mean ${meant}?`;
    connection.warn(message, record);
  }
}

/** Whether a name like that of a field was given on purpose: a mark before or behind it, or a number. */
function isMeant(property: string): boolean {
  return /^[_$#]|[_$\d]$/.test(property);
}
