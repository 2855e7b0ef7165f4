import type { Row } from '../store.js';

/** Characters of the rows of one query that are kept, and of all of them. */
const [longest, mostCharacters] = [65_536, 4 * 1024 * 1024];
/** What a value takes beside its text, in characters, roughly. */
const overhead = 16;

interface Kept {
  version: number;
  rows: readonly Row[];
  size: number;
}

/** Rows of queries, each kept with the version of the table that it was read from. */
export class KeptRows {
  readonly #kept = new Map<string, Kept>();
  #characters = 0;

  /** The rows that are kept of this version, or those that are read now. */
  of(key: string, version: number, read: () => readonly Row[]): readonly Row[] {
    const known = this.#kept.get(key);
    if (known?.version === version) return known.rows;
    const rows = read();
    if (known) this.#drop(key, known);
    const size = key.length + sizeOf(rows);
    if (size > longest) return rows;
    // A map has the oldest first.
    for (const [oldest, kept] of this.#kept) {
      if (this.#characters + size <= mostCharacters) break;
      this.#drop(oldest, kept);
    }
    this.#kept.set(key, { version, rows, size });
    this.#characters += size;
    return rows;
  }

  #drop(key: string, { size }: Kept): void {
    this.#kept.delete(key);
    this.#characters -= size;
  }
}

function sizeOf(rows: readonly Row[]): number {
  let size = overhead;
  for (const row of rows) {
    for (const value of Object.values(row)) size += overhead + (typeof value === 'string' ? value.length : 0);
  }
  return size;
}
