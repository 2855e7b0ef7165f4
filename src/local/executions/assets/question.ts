import type { JsonRecord } from '../../store/record-kinds.js';

/** The question to an agent, from either of the places where clients put it. */
export function questionOf({ query }: Readonly<JsonRecord>): unknown {
  return typeof query === 'object' && query !== null && 'input' in query ? query.input : query;
}
