/** What is written by a statement that may write to any table. */
export const anyTable = '*';

/**
 * The table that a statement writes to; undefined for one that only reads. A deletion takes the rows of other tables with it that
 * refer to what it deletes.
 */
export function writtenTable(text: string): string | undefined {
  if (/^\s*select\b/i.test(text)) return undefined;
  return /^\s*(?:insert\s+into|update)\s+(?!or\s)"?(\w+)/i.exec(text)?.[1] ?? anyTable;
}

/** Counts the writes to tables. */
export class TableVersions {
  readonly #versions = new Map<string, number>();
  #latest = 0;

  /** A number that is another one after each write to a table. */
  of(table: string): number {
    return Math.max(this.#versions.get(table) ?? 0, this.#versions.get(anyTable) ?? 0);
  }

  written(table: string): void {
    this.#versions.set(table, ++this.#latest);
  }
}
