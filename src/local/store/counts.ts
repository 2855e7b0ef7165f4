import type { SyncDatabase } from './connection.js';
import { onConnection, quoted } from './statements.js';
import type { Store } from './store.js';

/** Counts that are kept for each database. */
const mostKept = 200;

interface Count {
  version: number;
  rows: number;
}

const counts = new WeakMap<SyncDatabase, Map<string, Count>>();

/**
 * The number of a table's rows that meet conditions, in SQL with `?` for their parameters. It is kept until the table is written to, for
 * counting takes as long as there are rows, and those who read a list page by page need it with each page.
 */
export async function countRows(store: Store, table: string, conditions: string, parameters: readonly unknown[]): Promise<number> {
  return await onConnection(store, (database) => {
    const count = (): number =>
      Number(database.prepare(`select count(*) as total from ${quoted(table)} where ${conditions}`).first(parameters)?.total);
    // What it depends on is not known when other tables are read.
    if (/\bselect\b/i.test(conditions)) return count();
    const kept = counts.get(database) ?? new Map<string, Count>();
    counts.set(database, kept);
    const key = JSON.stringify([table, conditions, parameters]);
    const version = database.versionOf(table);
    const known = kept.get(key);
    if (known?.version === version) return known.rows;
    const rows = count();
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, { version, rows });
    return rows;
  });
}
