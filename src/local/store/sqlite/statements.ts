import { quoted } from '../statements.js';
import type { Row, Statement, StatementRunner } from '../store.js';
import type { Connection, SyncDatabase } from './connection.js';

/** Counts that are kept for each database. */
const mostKept = 200;

interface Count {
  version: number;
  rows: number;
}

/**
 * Runs statements at once when the connection is free, and else in turn. A statement is prepared once, where a query is built and compiled
 * each time.
 */
export class SqliteStatements implements StatementRunner {
  readonly #connection: Connection;
  /** Those of a transaction have the connection already. */
  readonly #isTransaction: boolean;
  readonly #counts = new Map<string, Count>();

  constructor(connection: Connection, isTransaction: boolean) {
    this.#connection = connection;
    this.#isTransaction = isTransaction;
  }

  async rows(text: string, parameters: readonly unknown[]): Promise<Row[]> {
    return await this.#onConnection((database) => database.prepare(text).all(parameters));
  }

  async row(text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
    return await this.#onConnection((database) => database.prepare(text).first(parameters));
  }

  async execute({ text, parameters }: Statement): Promise<number> {
    return await this.#onConnection((database) => database.prepare(text).run(parameters));
  }

  async executeAll(statements: readonly Statement[]): Promise<void> {
    await this.#onConnection((database) => {
      const runAll = () => {
        for (const { text, parameters } of statements) database.prepare(text).run(parameters);
      };
      if (this.#isTransaction) runAll();
      else inTransaction(database, runAll);
    });
  }

  /**
   * A count is kept until the table is written to, for counting takes as long as there are rows, and those who read a list page by page
   * need it with each page.
   */
  async count(table: string, conditions: string, parameters: readonly unknown[]): Promise<number> {
    return await this.#onConnection((database) => {
      const count = (): number =>
        Number(database.prepare(`select count(*) as total from ${quoted(table)} where ${conditions}`).first(parameters)?.total);
      // What it depends on is not known when other tables are read.
      if (/\bselect\b/i.test(conditions)) return count();
      const key = JSON.stringify([table, conditions, parameters]);
      const version = database.versionOf(table);
      const known = this.#counts.get(key);
      if (known?.version === version) return known.rows;
      const rows = count();
      if (this.#counts.size >= mostKept) this.#counts.clear();
      this.#counts.set(key, { version, rows });
      return rows;
    });
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
