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
 * @param jobs How many jobs the platform runs at a time.
 */
export async function openPostgres(databaseUrl: string, jobs = 0): Promise<{ store: Store; connections: Connections }> {
  checkDatabaseUrl(databaseUrl);
  const connections = await Connections.open(databaseUrl, jobs);
  const store = createPostgresStore(connections);
  try {
    await withSchemaLock(databaseUrl, async (unlimited) => {
      if ((await checkOwner(unlimited, placeOf(databaseUrl))) === 'new') await unlimited.query(`begin; ${newTables} commit;`);
      else await migrate(createPostgresStore(unlimited));
    });
    return { store, connections };
  } catch (error) {
    await store.destroy().catch(() => {});
    throw unusable(databaseUrl, error);
  }
}

/**
 * Does what creates or changes tables, while no other server does: on connections of its own, without a limit of time, because tables may be
 * large, and another server may be changing them.
 */
export async function withSchemaLock<Result>(databaseUrl: string, work: (unlimited: Connections) => Promise<Result>): Promise<Result> {
  const unlimited = await Connections.openUnlimited(databaseUrl);
  try {
    const holder = await unlimited.connect();
    try {
      await holder.query('select pg_advisory_lock($1)', [schemaLock]);
      return await work(unlimited);
    } finally {
      holder.release();
    }
  } finally {
    // The lock ends with its connection.
    await unlimited.end();
  }
}
