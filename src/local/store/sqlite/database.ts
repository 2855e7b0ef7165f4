import { dirname } from 'node:path';
import Libsql from 'libsql';
import { ConfigurationError } from '../../../model/errors/index.js';
import { migrate } from '../migrate.js';
import { createTables, migrationNames } from '../new-database.js';
import type { Row, Store } from '../store.js';
import { whyUnusable } from '../system-errors.js';
import type { PreparedStatement, SyncDatabase } from './connection.js';
import { createStore } from './store.js';
import { anyTable, TableVersions, writtenTable } from './table-versions.js';

/** The path of a database that exists only while it is open. */
export const inMemory = ':memory:';
const cachedStatements = 200;

/**
 * A database of libsql. Prepared statements are cached. Whether it is closed is checked first, because the driver crashes the process
 * then.
 */
class LibsqlDatabase implements SyncDatabase {
  readonly #database: Libsql.Database;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #versions = new TableVersions();
  #closed = false;

  constructor(path: string) {
    this.#database = new Libsql(path);
    try {
      this.#prepare(path);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  #prepare(path: string): void {
    this.#database.exec('pragma foreign_keys = on');
    if (path === inMemory) return;
    // What follows changes the file.
    checkOwner(path, this.#database);
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
    checkIntegrity(path, this.#database);
  }

  /** Whether it has no tables yet. */
  get isEmpty(): boolean {
    return this.#database.prepare('select 1 from sqlite_master limit 1').all().length === 0;
  }

  /** Runs statements without parameters and rows. */
  execute(text: string): void {
    this.#database.exec(text);
  }

  /** @throws Error when the database is closed. */
  prepare(text: string): PreparedStatement {
    if (this.#closed) throw new Error('The database is closed.');
    const cached = this.#statements.get(text);
    if (cached) return cached;
    const statement = new LibsqlStatement(this.#database, text, this.#versions);
    // A statement that changes tables may change the columns of others.
    if (this.#statements.size >= cachedStatements || /^\s*(?:alter|create|drop)\b/i.test(text)) this.#statements.clear();
    this.#statements.set(text, statement);
    return statement;
  }

  versionOf(table: string): number {
    return this.#versions.of(table);
  }

  begin(): void {
    this.#run('begin');
  }

  commit(): void {
    this.#run('commit');
  }

  rollback(): void {
    this.#versions.written(anyTable);
    // SQLite has ended the transaction by itself when the disk is full, for example. A rollback would then fail, and hide why.
    if (!this.#closed && this.#database.inTransaction) this.#run('rollback');
  }

  /** Half of the time of a prepared statement. @throws Error when the database is closed. */
  #run(text: string): void {
    if (this.#closed) throw new Error('The database is closed.');
    this.#database.exec(text);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#statements.clear();
    if (!this.#database.memory) {
      // The driver keeps the file open until its statements are garbage-collected, so the lock is released here. Should this
      // fail, the lock is released then. A transaction that is open is undone: it would hold the lock.
      try {
        if (this.#database.inTransaction) this.#database.exec('rollback');
        for (const each of ['pragma journal_mode = delete', 'pragma locking_mode = normal', 'select count(*) from sqlite_master']) {
          this.#database.prepare(each).all();
        }
      } catch {}
    }
    this.#database.close();
  }
}

/**
 * A prepared statement of libsql. Rows are made here: the driver takes twice as long when it names the columns of each. Parameters are
 * checked first, because the driver crashes the process on a boolean and truncates text at a NUL character.
 */
class LibsqlStatement implements PreparedStatement {
  readonly reader: boolean;
  readonly #database: Libsql.Database;
  readonly #text: string;
  readonly #written: () => void;
  /** Prepared, and not used yet. */
  #spare: Libsql.Statement<unknown[]> | undefined;
  #forAll: Libsql.Statement<unknown[]> | undefined;
  /** One of its own: a statement of the driver that gave all rows gives the first of them again, whatever is asked for next. */
  #forFirst: Libsql.Statement<unknown[]> | undefined;
  readonly #columns: readonly string[];

  constructor(database: Libsql.Database, text: string, versions: TableVersions) {
    this.#database = database;
    this.#text = text;
    const table = writtenTable(text);
    this.#written = table === undefined ? () => {} : () => versions.written(table);
    const statement = database.prepare(text);
    this.reader = statement.reader;
    this.#spare = this.reader ? statement.raw() : statement;
    this.#columns = this.reader ? statement.columns().map(({ name }) => name) : [];
  }

  all(parameters: readonly unknown[]): Row[] {
    this.#forAll ??= this.#unused();
    this.#written();
    return (this.#forAll.all(bindable(parameters)) as unknown[][]).map((values) => this.#row(values));
  }

  first(parameters: readonly unknown[]): Row | undefined {
    this.#forFirst ??= this.#unused();
    this.#written();
    try {
      const values = this.#forFirst.get(bindable(parameters)) as unknown[] | undefined;
      return values && this.#row(values);
    } catch (error) {
      // The driver would throw this error again, whatever is asked for next.
      this.#forFirst = undefined;
      throw error;
    }
  }

  run(parameters: readonly unknown[]): number {
    this.#forAll ??= this.#unused();
    this.#written();
    return Number(this.#forAll.run(bindable(parameters)).changes);
  }

  #unused(): Libsql.Statement<unknown[]> {
    const statement = this.#spare ?? this.#database.prepare(this.#text).raw();
    this.#spare = undefined;
    return statement;
  }

  #row(values: readonly unknown[]): Row {
    const row: Row = {};
    const columns = this.#columns;
    for (let at = 0; at < columns.length; at++) row[columns[at] as string] = values[at];
    return row;
  }
}

/** @throws ConfigurationError for the database of another application, or of a newer version of this package. */
function checkOwner(path: string, database: Libsql.Database): void {
  const names = (query: string): string[] => (database.prepare(query).all() as { name: string }[]).map(({ name }) => name);
  const tables = names("select name from sqlite_master where type = 'table'");
  if (tables.length === 0) return;
  const migrated = tables.includes('kysely_migration') ? names('select name from kysely_migration') : [];
  const ownTables = tables.filter((name) => !name.startsWith('kysely_migration') && !name.startsWith('sqlite_'));
  if (migrated.length === 0 ? ownTables.length > 0 : !migrated.includes(migrationNames[0] ?? '')) {
    const some = ownTables.slice(0, 5).join(', ');
    throw new ConfigurationError(
      `The database ${path} cannot be opened: it belongs to another application (it has the tables ${some}). Nothing was changed. Use another folder.`,
    );
  }
  const unknown = migrated.filter((name) => !migrationNames.includes(name));
  if (unknown.length > 0) {
    throw new ConfigurationError(
      `The database ${path} cannot be opened: it was created by a newer version of remote-record (${unknown.join(', ')}). Nothing was ` +
        'changed. Update the package, or use another folder.',
    );
  }
}

/** @throws ConfigurationError for a damaged database. */
function checkIntegrity(path: string, database: Libsql.Database): void {
  const [found] = database.prepare('pragma quick_check(1)').all() as Record<string, string>[];
  const result = Object.values(found ?? {})[0] ?? 'ok';
  if (result === 'ok') return;
  throw new ConfigurationError(`The database ${path} is damaged (${result.replaceAll('\n', ' ')}). ${restoreAdvice}`);
}

const restoreAdvice =
  'Restore it from a backup; or, to start anew without its data, move it and the folder files beside it away, or use another folder.';

function bindable(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError('Text with a NUL character cannot be stored.');
    return value;
  });
}

/** The error for a database that cannot be opened. */
function openingError(path: string, error: unknown): ConfigurationError {
  if (error instanceof ConfigurationError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_BUSY') {
    return new ConfigurationError(`${dirname(path)} is in use by another local platform: close that one, or use another folder.`, {
      cause: error,
    });
  }
  const advice = code.startsWith('SQLITE_CORRUPT') ? restoreAdvice : 'Clear that, or use another folder.';
  return new ConfigurationError(`The database ${path} cannot be opened: ${whyUnusable(dirname(path), error)}. ${advice}`, { cause: error });
}

/**
 * Opens the database and migrates it to the latest version. Reading all of it shows whether it is damaged, which takes about a
 * second for each gigabyte.
 * @param path A file, or `:memory:`.
 * @throws ConfigurationError when the file cannot be used, is damaged, belongs to another application, or was created by a newer
 * version of this package.
 */
export async function openSqlite(path: string): Promise<Store> {
  let store: Store | undefined;
  try {
    const database = new LibsqlDatabase(path);
    store = createStore(database);
    if (database.isEmpty) createTables(database);
    else await migrate(store);
    return store;
  } catch (error) {
    // What goes wrong while closing must not hide why.
    await store?.destroy().catch(() => {});
    throw openingError(path, error);
  }
}
