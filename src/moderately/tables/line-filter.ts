import type { ParsingOptions } from './parsing-options.js';
import { isBlank } from './words.js';

/** Selects the header and the rows below it by `skipRows` and `headerRow`. Blank lines are left out. */
export class LineFilter {
  readonly #skipped: ReadonlySet<number> | number;
  readonly #headerRow: number;
  #index = 0;
  #line = 0;

  constructor({ skipRows = 0, headerRow = 1 }: ParsingOptions) {
    this.#skipped = Array.isArray(skipRows) ? new Set(skipRows) : skipRows;
    this.#headerRow = headerRow;
  }

  /** Whether the next line of the file belongs to the table. */
  keeps(record: readonly unknown[]): boolean {
    const index = this.#index++;
    if (typeof this.#skipped === 'number' ? index < this.#skipped : this.#skipped.has(index)) return false;
    return ++this.#line >= this.#headerRow && !isBlankLine(record);
  }

  /** Passes over this many blank lines. */
  pass(lines: number): void {
    const first = this.#index;
    this.#index += lines;
    const skipped =
      typeof this.#skipped === 'number'
        ? Math.min(Math.max(0, this.#skipped - first), lines)
        : [...this.#skipped].filter((index) => index >= first && index < this.#index).length;
    this.#line += lines - skipped;
  }
}

/** A line of white space. A row of empty cells is a row. */
function isBlankLine(record: readonly unknown[]): boolean {
  return record.length === 0 || (record.length === 1 && isBlank(record[0]));
}
