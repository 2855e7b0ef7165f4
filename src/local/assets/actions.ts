import type { Store } from '../store/database.js';
import type { JsonRecord } from '../store/record-kinds.js';
import { bodyOf, findRow } from './rows.js';
import { recordsOf } from './spelling.js';

/** A list of a tool, or of the integration that it connects: its `actions` or its `triggers`; undefined when neither has one. */
export async function listOf(
  store: Store,
  teamIds: readonly string[],
  record: JsonRecord,
  field: 'actions' | 'triggers',
): Promise<JsonRecord[] | undefined> {
  if (Array.isArray(record[field])) return recordsOf(record[field]);
  const parent = typeof record.parentModelId === 'string' ? await findRow(store, teamIds, record.parentModelId) : undefined;
  const inherited = parent && bodyOf(parent)[field];
  return Array.isArray(inherited) ? recordsOf(inherited) : undefined;
}

/** What an input of an action goes by in a run: its code, or its name in lower case with underscores. */
export function codeOf({ code, name }: JsonRecord): string {
  return typeof code === 'string' && code !== '' ? code : String(name).toLowerCase().replaceAll(' ', '_');
}

/** Whether an action goes by one of these names, in any case. */
export function isNamed(action: JsonRecord, names: readonly string[]): boolean {
  const wanted = names.map((name) => name.toLowerCase());
  return [action.name, action.slug].some((name) => typeof name === 'string' && wanted.includes(name.toLowerCase()));
}

/** A list of names and values as an object. */
export function valuesOf(parameters: unknown): JsonRecord {
  const named = recordsOf(parameters).filter(({ name, value }) => typeof name === 'string' && value !== undefined);
  return Object.fromEntries(named.map(({ name, value }) => [name, value]));
}
