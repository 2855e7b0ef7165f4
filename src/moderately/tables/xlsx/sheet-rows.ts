import { readNumber } from '../forms.js';
import { dateOf } from './number-format.js';
import { tooLarge, type XmlHandlers } from './package.js';
import { TextCollector, unescaped } from './text-collector.js';
import type { Workbook } from './workbook.js';

/** The limits of the format: the last cell is XFD1048576. */
const mostColumns = 16_384;
const mostRows = 1_048_576;

/** Cells of a row, or a number of rows without any. */
export type SheetLine = unknown[] | number;

/**
 * Gathers the rows of a sheet from its tags (ECMA-376 §18.3.1). A row or cell without a reference follows the one before it. A row ends
 * with its last cell that has a value, so that what is held depends on the values and not on where they are.
 */
export class SheetRows implements XmlHandlers {
  readonly #workbook: Workbook;
  readonly #inline = new TextCollector();
  #lines: SheetLine[] = [];
  #row = 0;
  #cells: unknown[] = [];
  #column = 0;
  #type = 'n';
  #style = 0;
  #value: string | undefined;
  #isInValue = false;

  constructor(workbook: Workbook) {
    this.#workbook = workbook;
  }

  /** The lines since the last call. */
  take(): SheetLine[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'row') this.#openRow(attributes.r);
    else if (name === 'c') this.#openCell(attributes);
    else if (name === 'v') {
      this.#isInValue = true;
      this.#value = '';
    } else this.#inline.open(name);
  }

  text(text: string): void {
    if (this.#isInValue) this.#value += text;
    else this.#inline.add(text);
  }

  close(name: string): void {
    if (name === 'v') this.#isInValue = false;
    else if (name === 'c') this.#closeCell();
    else if (name === 'row') this.#lines.push(this.#cells);
    else this.#inline.close(name);
  }

  #openRow(reference: string | undefined): void {
    const row = Math.max(Number(reference ?? 0) || 0, this.#row + 1);
    if (row > mostRows) throw tooLarge(`it has a row ${row.toLocaleString('en')}, and a sheet has ${mostRows.toLocaleString('en')}`);
    if (row > this.#row + 1) this.#lines.push(row - this.#row - 1);
    this.#row = row;
    this.#cells = [];
    this.#column = 0;
  }

  #openCell({ r: reference, t: type = 'n', s: style = '0' }: Readonly<Record<string, string>>): void {
    this.#column = columnOf(reference) ?? this.#column + 1;
    if (this.#column > mostColumns) throw tooLarge(`row ${this.#row} has more than ${mostColumns.toLocaleString('en')} columns`);
    this.#type = type;
    this.#style = Number(style);
    this.#value = undefined;
    this.#inline.clear();
  }

  #closeCell(): void {
    const value = this.#type === 'inlineStr' ? this.#inline.take() : this.#value === undefined ? null : this.#read(this.#value);
    if (value === null || value === '') return;
    while (this.#cells.length < this.#column - 1) this.#cells.push(null);
    this.#cells[this.#column - 1] = value;
  }

  #read(text: string): unknown {
    const { strings, kinds, isFrom1904 } = this.#workbook;
    switch (this.#type) {
      case 's':
        return strings[Number(text)] ?? null;
      case 'b':
        return text.trim() === '1' || text.trim() === 'true';
      case 'str':
        return unescaped(text);
      case 'd':
      case 'e':
        return text;
      default: {
        if (text.trim() === '') return null;
        const number = readNumber(text);
        if (typeof number !== 'number') return text.trim();
        const kind = kinds[this.#style] ?? 'number';
        return kind === 'number' ? number : (dateOf(number, kind, isFrom1904) ?? number);
      }
    }
  }
}

/** The column of a reference such as `AB12`, counted from 1. */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Za-z]{1,7}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return undefined;
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column;
}
