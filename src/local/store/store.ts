import type { Kysely } from 'kysely';
import type { Tables } from './schema.js';

/** The database, or a transaction of it, typed by its tables. */
export type Store = Kysely<Tables>;

/** A row by the names of its columns. */
export type Row = Record<string, unknown>;

/** A statement without rows: SQL with `?` for its parameters. */
export interface Statement {
  text: string;
  parameters: readonly unknown[];
}

/** Runs SQL with `?` for its parameters: on the database, or in a transaction of it. */
export interface StatementRunner {
  rows(text: string, parameters: readonly unknown[]): Promise<Row[]>;
  /** The first row. */
  row(text: string, parameters: readonly unknown[]): Promise<Row | undefined>;
  /** Gives the number of rows that the statement changes. */
  execute(statement: Statement): Promise<number>;
  /** Runs statements in one transaction: all of them or, when one of them fails, none. */
  executeAll(statements: readonly Statement[]): Promise<void>;
  /**
   * The rows of a query of one table, which may be kept until it is written to. They are not to be changed. Only what is told of every write
   * has this.
   */
  kept?(table: string, text: string, parameters: readonly unknown[]): Promise<readonly Row[]>;
  /** The number of a table's rows that meet conditions. */
  count(table: string, conditions: string, parameters: readonly unknown[]): Promise<number>;
}

/** Where a store, and the adapter that it shares with its transactions, says how it runs statements. */
export const runnerKey = Symbol('runner');

/** What has the runner of a store and of its transactions. */
export interface RunnerHolder {
  [runnerKey](store: Store): StatementRunner;
}

/** What runs the statements of a store or of a transaction. */
export function runnerOf(store: Store): StatementRunner {
  const holder = store.isTransaction ? store.getExecutor().adapter : store;
  return (holder as unknown as RunnerHolder)[runnerKey](store);
}
