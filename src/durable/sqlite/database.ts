import type Libsql from 'libsql';
import type { Clock } from '../../vendor.js';
import { waitFor } from '../clock.js';

export type Row = Record<string, unknown>;

/** The most pieces of work in one transaction: so many take a few milliseconds. */
const maxBatch = 200;

/** Milliseconds for which the lock of another process is waited for. */
const patienceMs = 30_000;

/** Statements of a database, which are prepared once. */
export class Statements {
  readonly #database: Libsql.Database;
  readonly #prepared = new Map<string, Libsql.Statement<unknown[]>>();

  constructor(database: Libsql.Database) {
    this.#database = database;
  }

  all<R = Row>(sql: string, ...parameters: readonly unknown[]): R[] {
    return this.#use(sql, (statement) => statement.all(bindable(parameters)) as R[]);
  }

  /** Resolves to the number of rows that were changed. */
  run(sql: string, ...parameters: readonly unknown[]): number {
    return this.#use(sql, (statement) => Number(statement.run(bindable(parameters)).changes));
  }

  /** Executes a statement of a user's, which may or may not have rows. It is not kept. */
  once(sql: string, parameters: readonly unknown[]): Row[] {
    const statement = this.#database.prepare(sql);
    if (statement.reader) return statement.all(bindable(parameters)) as Row[];
    statement.run(bindable(parameters));
    return [];
  }

  #use<T>(sql: string, use: (statement: Libsql.Statement<unknown[]>) => T): T {
    const statement = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, statement);
    try {
      return use(statement);
    } catch (error) {
      // The driver would throw this error again, whatever is asked for next.
      this.#prepared.delete(sql);
      throw error;
    }
  }
}

interface Work {
  run(statements: Statements): unknown;
  resolve(value: never): void;
  reject(error: unknown): void;
}

/**
 * A database of libsql that several processes may have open. Its statements run at once, so nothing waits for the lock of another process in
 * them: that is waited for with timers. Pieces of work that come together share a transaction, and with it the write to the disk.
 */
export class SqliteDatabase {
  readonly #database: Libsql.Database;
  readonly #statements: Statements;
  readonly #clock: Clock;
  #queue: Work[] = [];
  #isFlushing = false;
  /** Resolves when nobody has the connection. */
  #turn: Promise<void> = Promise.resolve();
  /** Whether locks of others are not waited for any more. */
  #isClosing = false;
  #isClosed = false;

  constructor(database: Libsql.Database, clock: Clock) {
    this.#database = database;
    this.#statements = new Statements(database);
    this.#clock = clock;
  }

  /** Executes statements that have neither parameters nor rows. */
  execute(sql: string): Promise<void> {
    return this.#inTurn(() => this.#whenFree(() => this.#exec(sql)));
  }

  read<T>(work: (statements: Statements) => T): Promise<T> {
    return this.#inTurn(() => this.#whenFree(() => work(this.#statements)));
  }

  /** Runs work in a transaction that it may share with others. It may be called again when one of these has failed. */
  write<T>(work: (statements: Statements) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ run: work, resolve, reject });
      if (this.#isFlushing) return;
      this.#isFlushing = true;
      setImmediate(() => void this.#flush());
    });
  }

  /** Begins a transaction of its own. The connection is its alone until it has ended. */
  async begin(): Promise<OwnTransaction> {
    const release = await this.#take();
    try {
      await this.#whenFree(() => this.#exec('begin immediate'));
    } catch (error) {
      release();
      throw error;
    }
    const end = (sql: string): void => {
      try {
        // SQLite has ended a transaction by itself when the disk is full, for example.
        if (!this.#isClosed && (sql === 'commit' || this.#database.inTransaction)) this.#exec(sql);
      } catch (error) {
        if (!this.#isClosed && this.#database.inTransaction) this.#exec('rollback');
        throw error;
      } finally {
        release();
      }
    };
    return { statements: this.#statements, commit: () => end('commit'), rollback: () => end('rollback') };
  }

  /** Waits for the work that was begun, and closes the database. */
  async close(): Promise<void> {
    this.#isClosing = true;
    while (this.#isFlushing) await new Promise((resolve) => setImmediate(resolve));
    await this.#inTurn(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      this.#database.close();
    });
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, maxBatch);
      await this.#inTurn(() => this.#commit(batch));
    }
    this.#isFlushing = false;
  }

  async #commit(batch: readonly Work[]): Promise<void> {
    const values: unknown[] = [];
    try {
      await this.#whenFree(() => this.#exec('begin immediate'));
      try {
        for (const work of batch) values.push(work.run(this.#statements));
        this.#exec('commit');
      } catch (error) {
        if (!this.#isClosed && this.#database.inTransaction) this.#exec('rollback');
        throw error;
      }
    } catch (error) {
      // One of them may be to blame: the others are not to fail with it.
      if (batch.length > 1) for (const work of batch) await this.#commit([work]);
      else batch[0]!.reject(error);
      return;
    }
    for (const [index, work] of batch.entries()) work.resolve(values[index] as never);
  }

  async #whenFree<T>(work: () => T): Promise<T> {
    const since = this.#clock.now();
    for (;;) {
      try {
        if (this.#isClosed) throw new Error('The database is closed.');
        return work();
      } catch (error) {
        if (!isBusy(error) || this.#isClosing || this.#clock.now() - since > patienceMs) throw error;
      }
      await waitFor(this.#clock, 1 + this.#clock.random() * 10);
    }
  }

  /** The driver crashes the process when a database is used that was closed. */
  #exec(sql: string): void {
    if (this.#isClosed) throw new Error('The database is closed.');
    this.#database.exec(sql);
  }

  async #inTurn<T>(work: () => T | Promise<T>): Promise<T> {
    const release = await this.#take();
    try {
      return await work();
    } finally {
      release();
    }
  }

  async #take(): Promise<() => void> {
    const before = this.#turn;
    let release = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  }
}

/** A transaction that nothing else shares. */
export interface OwnTransaction {
  readonly statements: Statements;
  commit(): void;
  rollback(): void;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));
}

/** The driver crashes the process on a boolean, and cuts a text at a NUL character. */
function bindable(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (value === undefined) return null;
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'string' && value.includes('\0')) throw new TypeError('A text with a NUL character cannot be stored.');
    return value;
  });
}
