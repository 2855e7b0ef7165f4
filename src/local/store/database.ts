import type { Kysely as Database } from 'kysely';
import type { Store } from './store.js';

export type { Store } from './store.js';

/** The database without the types of its tables, for queries whose table is a value. */
type UntypedStore = Database<Record<string, Record<string, unknown>>>;

export function untyped(store: Store): UntypedStore {
  return store as unknown as UntypedStore;
}
