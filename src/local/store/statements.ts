import { runnerOf, type Statement, type Store } from './store.js';

export type { Statement } from './store.js';

/**
 * The rows of a statement, in SQL with `?` for its parameters. For what every request and every run does: such a statement takes less time
 * than a query that is built.
 */
export async function rowsOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return (await runnerOf(store).rows(text, parameters)) as Row[];
}

/** The first row of a statement; undefined when there is none. */
export async function rowOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
  return (await runnerOf(store).row(text, parameters)) as Row | undefined;
}

/** Runs a statement. Gives the number of rows that it changed. */
export async function execute(store: Store, statement: Statement): Promise<number> {
  return await runnerOf(store).execute(statement);
}

/** Runs statements in one transaction: all of them or, when one of them fails, none. */
export async function executeAll(store: Store, statements: readonly Statement[]): Promise<void> {
  await runnerOf(store).executeAll(statements);
}

/** The number of a table's rows that meet conditions, in SQL with `?` for their parameters. */
export async function countRows(store: Store, table: string, conditions: string, parameters: readonly unknown[]): Promise<number> {
  return await runnerOf(store).count(table, conditions, parameters);
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
