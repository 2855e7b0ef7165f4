import { kysely } from './kysely.js';
import { migrationNames } from './new-database.js';
import { rowsOf } from './statements.js';
import type { Store } from './store.js';

/** Migrates an older database to the latest version. */
export async function migrate(store: Store): Promise<void> {
  const names = await rowsOf<{ name: string }>(store, 'select name from kysely_migration', []).catch(() => []);
  if (migrationNames.every((name) => names.some((row) => row.name === name))) return;
  const { migrationProvider } = await import('./migrations/index.js');
  // In their order here: by name, a later one could come before one that a database has already.
  const nameComparator = (a: string, b: string): number => migrationNames.indexOf(a) - migrationNames.indexOf(b);
  const { error } = await new (kysely().Migrator)({ db: store, provider: migrationProvider, nameComparator }).migrateToLatest();
  if (error) throw error;
}
