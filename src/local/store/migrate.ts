import { kysely } from './kysely.js';
import { migrationNames } from './new-database.js';
import { rowsOf } from './statements.js';
import type { Store } from './store.js';

/** Migrates an older database to the latest version. */
export async function migrate(store: Store): Promise<void> {
  const names = await rowsOf<{ name: string }>(store, 'select name from kysely_migration', []).catch(() => []);
  if (migrationNames.every((name) => names.some((row) => row.name === name))) return;
  const { migrationProvider } = await import('./migrations/index.js');
  const { error } = await new (kysely().Migrator)({ db: store, provider: migrationProvider }).migrateToLatest();
  if (error) throw error;
}
