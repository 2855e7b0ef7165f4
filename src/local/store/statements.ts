import { runnerOf, type Statement, type Store } from './store.js';

export type { Statement } from './store.js';

/**
 * The rows of a statement, in SQL with `?` for its parameters. For what every request and every run does: such a statement takes less time
 * than a query that is built.
 */
export function rowsOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row[]> {
  return runnerOf(store).rows(text, parameters) as Promise<Row[]>;
}

/**
 * The rows of a query of one table, which are not to be changed. They may be those of an earlier request, if the table was not written to
 * meanwhile: for what is read again and again, and takes long or rarely changes.
 */
export function keptRowsOf<Row>(
  store: Store,
  table: string,
  text: string,
  parameters: readonly unknown[],
): Promise<readonly Readonly<Row>[]> {
  const runner = runnerOf(store);
  return (runner.kept?.(table, text, parameters) ?? runner.rows(text, parameters)) as Promise<Row[]>;
}

/** The first row of a statement; undefined when there is none. */
export function rowOf<Row>(store: Store, text: string, parameters: readonly unknown[]): Promise<Row | undefined> {
  return runnerOf(store).row(text, parameters) as Promise<Row | undefined>;
}

/** Runs a statement. Gives the number of rows that it changed. */
export function execute(store: Store, statement: Statement): Promise<number> {
  return runnerOf(store).execute(statement);
}

/** Runs statements in one transaction: all of them or, when one of them fails, none. */
export function executeAll(store: Store, statements: readonly Statement[]): Promise<void> {
  return runnerOf(store).executeAll(statements);
}

/** The number of a table's rows that meet conditions, in SQL with `?` for their parameters. */
export function countRows(store: Store, table: string, conditions: string, parameters: readonly unknown[]): Promise<number> {
  return runnerOf(store).count(table, conditions, parameters);
}

/** A name in a statement. Names come from this package, never from a request. */
export function quoted(name: string): string {
  return `"${name}"`;
}

/** The latest statement that inserts into each table. Most rows of a table have the same columns in the same order. */
const insertTexts = new Map<string, { columns: readonly string[]; text: string }>();

/** The statement that inserts a row into a table. */
export function insertion(table: string, row: object): Statement {
  const columns = Object.keys(row);
  let latest = insertTexts.get(table);
  if (latest?.columns.length !== columns.length || !columns.every((column, at) => column === latest?.columns[at])) {
    const text = `insert into ${quoted(table)} (${columns.map(quoted).join(', ')}) values (${columns.map(() => '?').join(', ')})`;
    latest = { columns, text };
    insertTexts.set(table, latest);
  }
  return { text: latest.text, parameters: Object.values(row) };
}

/** `"a" = ?, "b" = ?` for the columns of an update. */
export function assignments(changes: object): string {
  return Object.keys(changes)
    .map((column) => `${quoted(column)} = ?`)
    .join(', ');
}
