/** The order of day and month in dates such as `03/04/2024`. */
export type DateOrder = 'day-first' | 'month-first';

/**
 * How a table's file is parsed. `skipRows`, `headerRow`, `delimiter` and `encoding` are the platform's; the others are of the local
 * platform, and a platform that does not know them ignores them.
 */
export interface ParsingOptions {
  /** The rows to skip: a number of rows at the start, or a list of rows, counted from 0. Default: none. */
  skipRows?: number | number[] | undefined;
  /** The row with the column names, counted from 1 after `skipRows`. Default: 1. */
  headerRow?: number | undefined;
  /** CSV only. Default: the one that a first line `sep=;` names, or else the one of `,` `;` tab and `|` that splits the header. */
  delimiter?: string | undefined;
  /** CSV only, a label of the WHATWG Encoding Standard. A byte order mark takes precedence. Default: `utf-8`. */
  encoding?: string | undefined;
  /** Whether there is a row with column names. Without one, the columns are `column_1`, `column_2` and so on. Default: true. */
  hasHeader?: boolean | undefined;
  /** Texts that stand for a missing value, such as `NA`; compared without the white space around a cell. Default: none. */
  nullValues?: string[] | undefined;
  /** The decimal separator of numbers in text. Default: `.`. */
  decimalSeparator?: '.' | ',' | undefined;
  /** The order of dates with slashes. Default: told by the first rows of each column, or else `month-first`. */
  dateOrder?: DateOrder | undefined;
  /** XLSX only: the name of the sheet, or its number, counted from 1. Default: the first visible one. */
  sheet?: string | number | undefined;
}
