import { quoted } from '../statements.js';
import type { Row, Statement, StatementRunner } from '../store.js';
import type { Connection, PreparedStatement, SyncDatabase } from './connection.js';
import { KeptRows } from './kept-rows.js';

/**
 * Runs statements at once when the connection is free, and else in turn. A statement is prepared once, where a query is built and compiled
 * each time.
 */
export class SqliteStatements implements StatementRunner {
  readonly #connection: Connection;
  /** Those of a transaction have the connection already. */
  readonly #isTransaction: boolean;
  readonly #kept = new KeptRows();

  constructor(connection: Connection, isTransaction: boolean) {
    this.#connection = connection;
    this.#isTransaction = isTransaction;
  }

  async rows(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    return this.#onConnection((database) => database.prepare(text).all(parameters));
  }

  async row(text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
    return this.#onConnection((database) => database.prepare(text).first(parameters));
  }

  async execute({ text, parameters }: Statement): Promise<number> {
    return this.#onConnection((database) => database.prepare(text).run(parameters));
  }

  async executeAll(statements: readonly Statement[]): Promise<void> {
    return this.#onConnection((database) => {
      const runAll = () => {
        for (const { text, parameters } of statements) database.prepare(text).run(parameters);
      };
      if (this.#isTransaction) runAll();
      else inTransaction(database, runAll);
    });
  }

  async kept(table: string, text: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    return this.#onConnection((database) => this.#keep(database, table, text, parameters, (query) => query.all(parameters)));
  }

  /**
   * A count is kept until the table is written to, for counting takes as long as there are rows, and those who read a list page by page
   * need it with each page.
   */
  async count(table: string, conditions: string, parameters: readonly unknown[]): Promise<number> {
    const text = `select count(*) as total from ${quoted(table)} where ${conditions}`;
    const first = (query: PreparedStatement): Row[] => [query.first(parameters) ?? {}];
    const rows = await this.#onConnection((database) => {
      // What it depends on is not known when other tables are read.
      if (/\bselect\b/i.test(conditions)) return first(database.prepare(text));
      return this.#keep(database, table, text, parameters, first);
    });
    return Number(rows[0]?.total);
  }

  #keep(
    database: SyncDatabase,
    table: string,
    text: string,
    parameters: readonly unknown[],
    read: (query: PreparedStatement) => readonly Row[],
  ): readonly Row[] {
    return this.#kept.of(JSON.stringify([text, parameters]), database.versionOf(table), () => read(database.prepare(text)));
  }

  #onConnection<Result>(work: (database: SyncDatabase) => Result): Result | Promise<Result> {
    const connection = this.#connection;
    const isOurs = this.#isTransaction || !connection.isTaken;
    return isOurs ? work(connection.database) : connection.inTurn(() => work(connection.database));
  }
}

/** Runs work in a transaction, which is undone when it throws. */
function inTransaction<Result>(database: SyncDatabase, work: () => Result): Result {
  database.begin();
  try {
    const result = work();
    database.commit();
    return result;
  } catch (error) {
    database.rollback();
    throw error;
  }
}
