import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '#front';
import { importNeeded } from '../../model/support/optional-package.js';
import type { Clock } from '../../vendor.js';
import { SqliteDatabase } from './database.js';
import { schema, schemaVersion } from './schema.js';
import { SqliteStore } from './store.js';

/** The name of the file in the folder of the data. */
const fileName = 'durable.db';

/**
 * Opens the runs of a folder, which is made if it is not there. Several processes of one machine may have it open.
 *
 * @param dataDir A folder, or ':memory:'.
 * @throws ConfigurationError when the package libsql is not installed, or when the file cannot be used.
 */
export async function openSqlite(dataDir: string, clock: Clock): Promise<SqliteStore> {
  const { default: Libsql } = await importNeeded<{ default: typeof import('libsql') }>('libsql', 'Durable waits need the package libsql.');
  const isInMemory = dataDir === ':memory:';
  try {
    // What runs are about is nobody else's business.
    if (!isInMemory) await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const database = new SqliteDatabase(new Libsql(isInMemory ? dataDir : join(dataDir, fileName)), clock);
    try {
      if (!isInMemory) await setUp(database);
      await createTables(database);
    } catch (error) {
      await database.close();
      throw error;
    }
    return new SqliteStore(database, clock);
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`The runs in ${dataDir} cannot be opened: ${reason}.`, { cause });
  }
}

/** A commit is on the disk when it returns, so that a power failure takes back nothing that was told. */
async function setUp(database: SqliteDatabase): Promise<void> {
  await database.read((statements) => statements.all('pragma journal_mode = wal'));
  await database.execute('pragma synchronous = full');
}

async function createTables(database: SqliteDatabase): Promise<void> {
  await database.write((statements) => {
    const tables = statements.all<{ name: string }>("select name from sqlite_master where type = 'table' and name = 'durable_settings'");
    if (tables.length === 0) {
      for (const statement of schema.split(';')) if (statement.trim() !== '') statements.once(statement, []);
      return;
    }
    const [version] = statements.all<{ value: string }>("select value from durable_settings where name = 'version'");
    if (version?.value !== schemaVersion) {
      throw new ConfigurationError(
        `The runs were written by another version of remote-record (their format is ${version?.value}, this one reads ${schemaVersion}). ` +
          'Nothing was changed.',
      );
    }
  });
}
