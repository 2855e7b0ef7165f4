import type { JsonRecord } from '../store/record-kinds.js';
import { collectionOf } from './collections.js';
import { isRecord, keysOf, spelling, wellFormed } from './spelling.js';

/** A value by which a record is found, or a number by which it is ordered. */
export interface Facet {
  facet: string;
  value: string;
  number: number | null;
}

/** The longest value that is indexed, in characters. */
const maxLength = 1000;

/** The facet with a record's description in lower case, which searches for text look at. */
export const descriptionFacet = 'description';

/** The numbers that records can be ordered by, as aiXplain's clients name them. */
export const numericOrders: Readonly<Record<string, (record: JsonRecord) => unknown>> = {
  normalizedPrice: ({ normalizedPrice, pricing }) => normalizedPrice ?? (isRecord(pricing) ? pricing.price : undefined),
  totalSubscribed: ({ totalSubscribed }) => totalSubscribed,
};

/** The facets of a record, which are stored beside it. */
export function facetsOf(collection: string, record: JsonRecord): Facet[] {
  const facets = new Map<string, Facet>();
  const add = (facet: string, value: string, number: number | null = null): void => {
    // Such text cannot be stored, so nobody can ask for it either.
    if (value.length > maxLength || value.includes('\0')) return;
    const stored = wellFormed(value);
    facets.set(`${facet}\n${stored}`, { facet, value: stored, number });
  };
  for (const [name, filter] of Object.entries(collectionOf(collection).filters)) {
    if ('created' in filter) continue;
    for (const key of keysOf(filter.values(record))) add(name, filter.exact ? key : spelling(key));
  }
  if (typeof record.description === 'string') add(descriptionFacet, record.description.toLowerCase().slice(0, maxLength));
  for (const [name, numberOf] of Object.entries(numericOrders)) {
    const number = Number(numberOf(record) ?? Number.NaN);
    if (Number.isFinite(number)) add(name, '', number);
  }
  return [...facets.values()];
}
