import { dirname } from 'node:path';
import type { Kysely as Database, SqliteDatabase, SqliteStatement } from 'kysely';
import Libsql from 'libsql';
import { ConfigurationError } from '../../model/errors/index.js';
import { Kysely, Migrator, SqliteAdapter, SqliteDialect } from './kysely.js';
import { migrationProvider } from './migrations/index.js';
import type { Tables } from './schema.js';

/** The database, typed by its tables. */
export type Store = Database<Tables>;

/** The database without the types of its tables, for queries whose table is a value. */
export type UntypedStore = Database<Record<string, Record<string, unknown>>>;

export function untyped(store: Store): UntypedStore {
  return store as unknown as UntypedStore;
}

/** The path of a database that exists only while it is open. */
export const inMemory = ':memory:';
const cachedStatements = 200;

/**
 * libsql behind the interface that Kysely expects. Prepared statements are cached. Parameters are checked first, because
 * the driver crashes the process on a boolean and truncates text at a NUL character.
 */
class LibsqlDatabase implements SqliteDatabase {
  readonly #database: Libsql.Database;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(path: string) {
    this.#database = new Libsql(path);
    this.#database.exec('pragma foreign_keys = on');
    if (path === inMemory) return;
    // The operating system releases this lock however the process ends.
    for (const each of [
      'pragma locking_mode = exclusive',
      'pragma journal_mode = wal',
      'pragma synchronous = normal',
      'begin exclusive',
      'commit',
    ]) {
      this.#database.exec(each);
    }
  }

  prepare(text: string): SqliteStatement {
    const cached = this.#statements.get(text);
    if (cached) return cached;
    const statement = this.#database.prepare(text);
    const reader = statement.reader;
    const checked: SqliteStatement = {
      reader,
      all: (parameters) => statement.all(bindable(parameters)),
      run: (parameters) => statement.run(bindable(parameters)),
      iterate: (parameters) => statement.iterate(bindable(parameters)),
    };
    if (this.#statements.size >= cachedStatements) this.#statements.clear();
    this.#statements.set(text, checked);
    return checked;
  }

  close(): void {
    this.#statements.clear();
    if (!this.#database.memory) {
      // The driver keeps the file open until its statements are garbage-collected, so the lock is released here. Should this
      // fail, the lock is released then.
      try {
        for (const each of ['pragma journal_mode = delete', 'pragma locking_mode = normal', 'select count(*) from sqlite_master']) {
          this.#database.prepare(each).all();
        }
      } catch {}
    }
    this.#database.close();
  }
}

/** SQLite supports DDL in transactions, so that a failed migration leaves nothing behind; Kysely assumes it does not. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class Dialect extends SqliteDialect {
  override createAdapter(): Adapter {
    return new Adapter();
  }
}

function bindable(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError('Text with a NUL character cannot be stored.');
    return value;
  });
}

/**
 * Opens the database and migrates it to the latest version.
 * @param path A file, or `:memory:`.
 * @throws ConfigurationError when the file cannot be used, or was created by a newer version of this package.
 */
export async function openDatabase(path: string): Promise<Store> {
  let store: Store | undefined;
  try {
    store = new Kysely<Tables>({ dialect: new Dialect({ database: new LibsqlDatabase(path) }) });
    const { error } = await new Migrator({ db: store, provider: migrationProvider }).migrateToLatest();
    if (error) throw error;
    return store;
  } catch (error) {
    await store?.destroy();
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') {
      throw new ConfigurationError(`${dirname(path)} is in use by another local platform: close that one, or use another folder.`, {
        cause: error,
      });
    }
    const advice = reason.includes('migration')
      ? 'It was probably created by a newer version of remote-record: update the package, or use another folder.'
      : 'Check that the folder is writable and that the file is a database of the local platform.';
    throw new ConfigurationError(`The database ${path} cannot be opened: ${reason}. ${advice}`, { cause: error });
  }
}
