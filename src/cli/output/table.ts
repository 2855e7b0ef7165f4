import Table from 'cli-table3';
import stringWidth from 'string-width';
import { plainStyle, type Style } from './style.js';
import { oneLine, valueText } from './text.js';

/** Spaces between columns. */
const gap = 2;
/** Values up to this width, such as ids and times, are not cut: a column that would have to be is left out. */
const uncut = 24;
/** A column is not made wider than this for a single long value. */
const widest = 48;

/** A column of a table. */
export interface Column<R> {
  readonly title: string;
  readonly value: (row: R) => unknown;
}

export interface TableOptions {
  /** The columns of the terminal; columns that do not fit are left out from the end, and long values are cut. Default: Infinity. */
  width?: number | undefined;
  /** Default: no colours. */
  style?: Style | undefined;
  /** Whether all columns are shown, however narrow, because the user has named them. Default: false. */
  keepAll?: boolean | undefined;
  /** How many of the first columns are not cut while others can be. Default: 0. */
  whole?: number | undefined;
}

/** A table whose columns have been fitted to its first rows. Further rows can be drawn below it. */
export class FittedTable<R> {
  readonly columns: readonly Column<R>[];
  readonly #widths: readonly number[];
  readonly #style: Style;

  constructor(
    columns: readonly Column<R>[],
    rows: readonly R[],
    { width = Number.POSITIVE_INFINITY, style = plainStyle, keepAll, whole = 0 }: TableOptions = {},
  ) {
    const natural = columns.map((column) => naturalWidth(column, rows, width));
    const count = keepAll ? columns.length : fitting(natural, width, whole);
    this.columns = columns.slice(0, count);
    this.#widths = squeezed(natural.slice(0, count), width, whole);
    this.#style = style;
  }

  /** The line of titles. */
  header(): string {
    const { bold } = this.#style;
    return this.#draw([this.columns.map(({ title }) => title)]).replace(/\S+/g, (text) => bold(text));
  }

  /** A line for each row, without a line break at the end. */
  rows(rows: readonly R[]): string {
    return this.#draw(rows.map((row) => this.columns.map(({ value }) => coloured(cellText(value(row)), this.#style))));
  }

  #draw(cells: string[][]): string {
    const table = new Table({
      chars: noLines,
      colWidths: this.#widths.map((width, index) => width + (index < this.#widths.length - 1 ? gap : 0)),
      style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    });
    // The library keeps a column free for the gap only if the text is cut before it.
    table.push(...cells.map((row) => row.map((text, index) => cutTo(text, this.#widths[index]!))));
    return table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n');
  }
}

/** A whole table as text, titles first. */
export function renderTable<R>(columns: readonly Column<R>[], rows: readonly R[], options: TableOptions = {}): string {
  const table = new FittedTable(columns, rows, options);
  return rows.length === 0 ? table.header() : `${table.header()}\n${table.rows(rows)}`;
}

/** Names with values, one to a line, for a single record. */
export function renderPairs(pairs: readonly (readonly [string, string])[], style: Style = plainStyle): string {
  const width = Math.max(0, ...pairs.map(([name]) => stringWidth(name)));
  const indent = ' '.repeat(width + gap);
  return pairs
    .map(([name, text]) => {
      const shown = coloured(text, style).replaceAll('\n', `\n${indent}`);
      return `${style.bold(name)}${' '.repeat(width - stringWidth(name) + gap)}${shown}`.trimEnd();
    })
    .join('\n');
}

/** A value in a cell, on one line; dates to the second. */
function cellText(value: unknown): string {
  const text = oneLine(valueText(value));
  return value instanceof Date ? text.replace(/\.\d+Z$/, 'Z') : text;
}

/** The words of both platforms that say how work ended, or that it goes on. */
const statusColours = new Map<string, 'red' | 'green' | 'yellow'>([
  ['completed', 'green'],
  ['success', 'green'],
  ['current', 'green'],
  ['onboarded', 'green'],
  ['failed', 'red'],
  ['error', 'red'],
  ['cancelled', 'red'],
  ['aborted', 'red'],
  ['running', 'yellow'],
  ['pending', 'yellow'],
  ['in_progress', 'yellow'],
  ['paused', 'yellow'],
]);

function coloured(text: string, style: Style): string {
  const colour = statusColours.get(text.toLowerCase());
  return colour === undefined ? text : style[colour](text);
}

const noLines = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
    ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((name) => [name, '']),
);

/** How wide a column would be with all its values; at most `widest` where there is a limit. */
function naturalWidth<R>({ title, value }: Column<R>, rows: readonly R[], width: number): number {
  const natural = Math.max(stringWidth(title), ...rows.map((row) => stringWidth(cellText(value(row)))), 1);
  return Number.isFinite(width) ? Math.min(natural, Math.max(widest, stringWidth(title))) : natural;
}

/** How many columns fit, at least one: each may be squeezed to `uncut`, the first and those that stay whole keep their widths. */
function fitting(natural: readonly number[], width: number, whole: number): number {
  let used = -gap;
  let count = 0;
  for (const [index, full] of natural.entries()) {
    used += gap + (index === 0 || index < whole ? full : Math.min(full, uncut));
    if (used > width) break;
    count++;
  }
  return Math.max(1, count);
}

/** The widths of columns, the widest of those that may be cut made narrower until all fit. */
function squeezed(natural: readonly number[], width: number, whole: number): number[] {
  const widths = [...natural];
  const total = (): number => widths.reduce((sum, each) => sum + each, gap * (widths.length - 1));
  while (total() > width) {
    const cut = widths.slice(whole);
    const most = Math.max(...(Math.max(...cut) > 1 ? cut : widths));
    // The first column, which is mostly the id, is the last to be cut among equals.
    if (most <= 1) break;
    widths[widths.lastIndexOf(most)] = most - 1;
  }
  return widths;
}

/** A text cut to so many columns, with an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segments.segment(text)) {
    used += stringWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const segments = new Intl.Segmenter();
