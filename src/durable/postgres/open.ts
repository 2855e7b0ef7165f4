import type { Pool, PoolConfig } from 'pg';
import { ConfigurationError } from '#front';
import { importNeeded } from '../../model/support/optional-package.js';
import { schema, schemaLock, schemaVersion } from './schema.js';
import { inTransaction, PostgresStore } from './store.js';

/** How many connections a process has at most: for what it writes itself, for the transactions of handlers, which may last, and for heartbeats. */
const connections = { own: 5, handlers: 20, beats: 1 };

/** The number of the type bigint, which pg reads as text. */
const bigint = 20;

/**
 * Opens the runs of a database, and makes their tables if these are not there.
 *
 * @param report Called with errors of connections that nobody uses.
 * @throws ConfigurationError when the package pg is not installed, or when the database cannot be used.
 */
export async function openPostgres(databaseUrl: string, report: (error: unknown) => void): Promise<PostgresStore> {
  const { default: pg } = await importNeeded<{ default: typeof import('pg') }>('pg', 'Durable waits in PostgreSQL need the package pg.');
  const pool = (max: number, more: PoolConfig = {}): Pool => {
    const made = new pg.Pool({ connectionString: databaseUrl, max, allowExitOnIdle: true, ...more });
    made.on('error', report);
    // One that breaks while it is in use fails its statement; without a listener, it would end the process as well.
    made.on('connect', (client) => client.on('error', () => {}));
    return made;
  };
  const parser = ((oid: number, format?: 'text') => (oid === bigint ? Number : pg.types.getTypeParser(oid, format))) as never;
  const types = { getTypeParser: parser };
  const own = pool(connections.own, { types });
  try {
    await createTables(own);
  } catch (cause) {
    await own.end();
    if (cause instanceof ConfigurationError) throw cause;
    // The URL may have a password in it.
    throw new ConfigurationError(`The database of the runs cannot be opened: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    });
  }
  return new PostgresStore(own, pool(connections.handlers), pool(connections.beats, { types }));
}

async function createTables(pool: Pool): Promise<void> {
  await inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [schemaLock]);
    const { rows: tables } = await client.query("select to_regclass('durable_settings') as found");
    if (tables[0]?.found === null) {
      await client.query(schema);
      return;
    }
    const { rows } = await client.query<{ value: string }>("select value from durable_settings where name = 'version'");
    if (rows[0]?.value !== schemaVersion) {
      throw new ConfigurationError(
        `The runs were written by another version of remote-record (their format is ${rows[0]?.value}, this one reads ${schemaVersion}). ` +
          'Nothing was changed.',
      );
    }
  });
}
