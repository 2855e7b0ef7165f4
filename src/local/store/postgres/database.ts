import { ConfigurationError } from '../../../model/errors/index.js';
import { migrate } from '../migrate.js';
import { migrationNames } from '../new-database.js';
import type { Store } from '../store.js';
import { codeOf, DatabaseUnavailable, isConnectionError } from './errors.js';
import { Connections } from './pool.js';
import { createPostgresStore } from './store.js';
import { newTables, tableNames } from './tables.js';
import { checkDatabaseUrl, placeOf } from './url.js';

/** The key of the advisory lock of those who create or change tables: "remote" in ASCII. */
const schemaLock = 0x72656d6f7465;

/** The errors of a database that is there, but not for this user, by their SQLSTATE. */
const refusals: Readonly<Record<string, string>> = {
  '28P01': 'the password is wrong',
  '28000': 'the user may not log in',
  '3D000': 'the database does not exist: create it first',
  '42501': 'the user may not create tables: grant it CREATE on the schema',
  '22023': 'a setting in the URL is wrong',
};

/** The error for a database that cannot be used. The URL is not repeated: it may have a password. */
function unusable(databaseUrl: string, error: unknown): ConfigurationError {
  if (error instanceof ConfigurationError) return error;
  const cause = error instanceof DatabaseUnavailable ? error.cause : error;
  const code = String(codeOf(cause) ?? '');
  const message =
    cause instanceof AggregateError ? cause.errors.map(String).join(', ') : cause instanceof Error ? cause.message : String(cause);
  const why = refusals[code] ?? (isConnectionError(cause) ? `it does not answer (${message || code})` : message);
  return new ConfigurationError(
    `The PostgreSQL database at ${placeOf(databaseUrl)} (databaseUrl, or --database-url) cannot be used: ${why}. Nothing was changed.`,
    { cause },
  );
}

/** @throws ConfigurationError for the database of another application, or of a newer version of this package. */
async function checkOwner(connections: Connections, place: string): Promise<'new' | 'existing'> {
  const { rows } = await connections.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace`,
  );
  const existing = rows.map(({ name }) => name);
  const isMigrated = existing.includes('kysely_migration');
  const names = isMigrated
    ? (await connections.query<{ name: string }>('select name from kysely_migration')).rows.map(({ name }) => name)
    : [];
  if (!names.includes(migrationNames[0] ?? '')) {
    const taken = existing.filter((name) => tableNames.includes(name));
    if (taken.length === 0) return 'new';
    throw new ConfigurationError(
      `The PostgreSQL database at ${place} cannot be used: it belongs to another application (it has the tables ${taken.slice(0, 5).join(', ')}). ` +
        'Nothing was changed. Use a database of its own.',
    );
  }
  const unknown = names.filter((name) => !migrationNames.includes(name));
  if (unknown.length === 0) return 'existing';
  throw new ConfigurationError(
    `The PostgreSQL database at ${place} cannot be used: it was created by a newer version of remote-record (${unknown.join(', ')}). ` +
      'Nothing was changed. Update the package, or use another database.',
  );
}

/**
 * Opens a PostgreSQL database, creates its tables when it is new, and migrates it to the latest version. Servers that do this at the same
 * time take turns.
 * @throws ConfigurationError when the database cannot be used, belongs to another application, or was created by a newer version of this
 * package.
 */
export async function openPostgres(databaseUrl: string): Promise<{ store: Store; connections: Connections }> {
  checkDatabaseUrl(databaseUrl);
  const connections = await Connections.open(databaseUrl);
  const store = createPostgresStore(connections);
  try {
    const client = await connections.connect();
    try {
      // Another server may take its time to migrate a large database.
      await client.query('set statement_timeout = 0');
      await client.query('select pg_advisory_lock($1)', [schemaLock]);
      if ((await checkOwner(connections, placeOf(databaseUrl))) === 'new') await client.query(`begin; ${newTables} commit;`);
      else await migrate(store);
    } finally {
      // It ends the lock as well, whatever went wrong.
      await client.query('select pg_advisory_unlock_all()').catch(() => {});
      await client.query('reset statement_timeout').catch(() => {});
      client.release();
    }
    return { store, connections };
  } catch (error) {
    await store.destroy().catch(() => {});
    throw unusable(databaseUrl, error);
  }
}
