import type { SyncDatabase } from './connection.js';
import { connectionOf, type Store } from './store.js';

/** Runs work on the connection of a store: at once when it is free. A transaction has it already. */
function onConnection<Result>(store: Store, work: (database: SyncDatabase) => Result): Result | Promise<Result> {
  const connection = connectionOf(store);
  const isOurs = store.isTransaction || !connection.isTaken;
  return isOurs ? work(connection.database) : connection.inTurn(() => work(connection.database));
}

/**
 * The rows of a statement, in SQL with `?` for its parameters. For what every request and every run does: a statement is prepared
 * once, where a query is built and compiled each time.
 */
export async function rowsOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return await onConnection(store, (database) => database.prepare(text).all(parameters) as Row[]);
}

/** The first row of a statement; undefined when there is none. */
export async function rowOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
  return await onConnection(store, (database) => database.prepare(text).first(parameters) as Row | undefined);
}

/** A statement without rows: SQL with `?` for its parameters. */
export interface Statement {
  text: string;
  parameters: readonly unknown[];
}

/** Runs a statement. Gives the number of rows that it changed. */
export async function execute(store: Store, { text, parameters }: Statement): Promise<number> {
  return await onConnection(store, (database) => database.prepare(text).run(parameters));
}

/** Runs statements in one transaction: all of them or, when one of them fails, none. */
export async function executeAll(store: Store, statements: readonly Statement[]): Promise<void> {
  await onConnection(store, (database) => {
    const runAll = () => {
      for (const { text, parameters } of statements) database.prepare(text).run(parameters);
    };
    if (store.isTransaction) runAll();
    else inTransaction(database, runAll);
  });
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
