import type { SqliteDatabase } from 'kysely';
import { connectionOf, type Store } from './store.js';

/** Runs work on the connection of a store. A transaction has it already. */
async function onConnection<Result>(store: Store, work: (database: SqliteDatabase) => Result): Promise<Result> {
  const connection = connectionOf(store);
  return store.isTransaction ? work(connection.database) : await connection.inTurn(() => work(connection.database));
}

/**
 * The rows of a statement, in SQL with `?` for its parameters. For what every request and every run does: a statement is prepared
 * once, where a query is built and compiled each time.
 */
export function rowsOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return onConnection(store, (database) => database.prepare(text).all(parameters) as Row[]);
}

/** The first row of a statement; undefined when there is none. */
export async function rowOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
  return (await rowsOf<Row>(store, text, parameters))[0];
}

/** A statement without rows: SQL with `?` for its parameters. */
export interface Statement {
  text: string;
  parameters: readonly unknown[];
}

/** Runs a statement. Gives the number of rows that it changed. */
export function execute(store: Store, { text, parameters }: Statement): Promise<number> {
  return onConnection(store, (database) => Number(database.prepare(text).run(parameters).changes));
}

/** Runs statements in one transaction: all of them or, when one of them fails, none. */
export async function executeAll(store: Store, statements: readonly Statement[]): Promise<void> {
  await onConnection(store, (database) => {
    const run = ({ text, parameters }: Statement) => database.prepare(text).run(parameters);
    if (store.isTransaction) {
      statements.forEach(run);
      return;
    }
    database.prepare('begin').run([]);
    try {
      statements.forEach(run);
      database.prepare('commit').run([]);
    } catch (error) {
      database.prepare('rollback').run([]);
      throw error;
    }
  });
}

/** A name in a statement. Names come from this package, never from a request. */
export function quoted(name: string): string {
  return `"${name}"`;
}

const insertTexts = new Map<string, string>();

/** The statement that inserts a row into a table. */
export function insertion(table: string, row: object): Statement {
  const columns = Object.keys(row);
  const key = `${table} ${columns.join()}`;
  let text = insertTexts.get(key);
  if (text === undefined) {
    text = `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`;
    insertTexts.set(key, text);
  }
  return { text, parameters: Object.values(row) };
}

/** `"a" = ?, "b" = ?` for the columns of an update. */
export function assignments(changes: object): string {
  return Object.keys(changes)
    .map((column) => `${quoted(column)} = ?`)
    .join(', ');
}
