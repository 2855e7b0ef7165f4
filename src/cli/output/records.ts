import type { BaseResource } from '../../index.js';
import { nearestName } from '../../vendor.js';
import { type EntityClass, fieldNamed, shownFields } from '../entity-class.js';
import { UsageError } from '../usage-error.js';
import { csvLine } from './csv.js';
import { jsonLine, readableJson } from './json.js';
import type { Output } from './output.js';
import { type Column, FittedTable, renderPairs } from './table.js';
import { oneLine, plainText, valueText } from './text.js';

/** How results are printed. */
export interface Form {
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
  /** The names of fields. */
  readonly columns?: readonly string[] | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** Rows that a table is fitted to; those that follow are drawn in the same widths. */
const fittedRows = 100;
/** Columns that a table has at most when the user names none. */
const fewColumns = 6;

/** Prints records one by one as they come, in one of three forms, holding no more of them than a table is fitted to. */
export class RecordPrinter {
  readonly #output: Output;
  readonly #form: Form;
  readonly #named: readonly Column<Row>[] | undefined;
  readonly #all: readonly Column<Row>[];
  #waiting: Row[] = [];
  #table: FittedTable<Row> | undefined;
  #count = 0;

  /** @throws UsageError for a column that is not a field, with the nearest name. */
  constructor(target: EntityClass, output: Output, form: Form) {
    this.#output = output;
    this.#form = form;
    this.#named = form.columns?.map((name) => columnNamed(target, name));
    this.#all = shownFields(target).map(({ property }) => columnOf(property));
  }

  /** How many records were given to it. */
  get count(): number {
    return this.#count;
  }

  async print(record: BaseResource): Promise<void> {
    this.#count++;
    const row = record as unknown as Row;
    if (this.#form.json) await this.#output.write(jsonLine(this.#named ? picked(row, this.#named) : record));
    else if (this.#form.csv) {
      if (this.#count === 1) await this.#csvHeader();
      await this.#output.write(csvLine(this.#csvColumns.map(({ value }) => value(row))));
    } else {
      this.#waiting.push(row);
      if (this.#waiting.length === fittedRows) await this.#drawRows();
    }
  }

  /** Prints what is left. A table of nothing is nothing, CSV of nothing its header. */
  async end(): Promise<void> {
    if (this.#form.json) return;
    if (this.#form.csv) {
      if (this.#count === 0) await this.#csvHeader();
    } else if (this.#waiting.length > 0) await this.#drawRows();
  }

  get #csvColumns(): readonly Column<Row>[] {
    return this.#named ?? this.#all;
  }

  async #csvHeader(): Promise<void> {
    await this.#output.write(csvLine(this.#csvColumns.map(({ title }) => title)));
  }

  async #drawRows(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    if (!this.#table) {
      const { width, style } = this.#output;
      this.#table = new FittedTable(this.#named ?? usual(this.#all, rows), rows, { width, style, keepAll: this.#named !== undefined });
      await this.#output.line(this.#table.header());
    }
    await this.#output.line(this.#table.rows(rows));
  }
}

/** Prints one record: its fields below each other, or as the form says. */
export async function printRecord(record: BaseResource, target: EntityClass, output: Output, form: Form): Promise<void> {
  if (form.json || form.csv) {
    const printer = new RecordPrinter(target, output, form);
    await printer.print(record);
    await printer.end();
    return;
  }
  const columns = form.columns?.map((name) => columnNamed(target, name)) ?? shownFields(target).map(({ property }) => columnOf(property));
  await output.line(renderRecord(record as unknown as Row, columns, output.style));
}

/** The fields of a record below each other, without those that have no value. */
export function renderRecord(row: Row, columns: readonly Column<Row>[], style: Output['style']): string {
  const pairs = columns.flatMap(({ title, value }): [string, string][] => {
    const found = value(row);
    return found === undefined || found === null ? [] : [[title, shownValue(found)]];
  });
  return renderPairs(pairs, style);
}

function shownValue(value: unknown): string {
  if (typeof value === 'object' && !(value instanceof Date) && !(value instanceof Uint8Array)) {
    const text = valueText(value);
    return plainText(text.length > 60 ? readableJson(value) : text);
  }
  return plainText(valueText(value));
}

export function columnOf(property: string): Column<Row> {
  return { title: property, value: (row) => row[property] };
}

function columnNamed(target: EntityClass, name: string): Column<Row> {
  const field = fieldNamed(target, name);
  if (field && !field.secret) return columnOf(field.property);
  if (field) throw new UsageError(`${field.property} is secret and not shown.`);
  // A getter, such as `isReady`, is a value like any other.
  if (Object.getOwnPropertyDescriptor(getterOwner(target, name) ?? {}, name)?.get) return columnOf(name);
  const known = shownFields(target).map(({ property }) => property);
  const nearest = nearestName(name, known);
  throw new UsageError(
    `${name} is not a field of ${target.name}${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`,
    `Its fields are ${known.join(', ')}.`,
  );
}

function getterOwner(target: EntityClass, name: string): object | undefined {
  for (let at: object | null = target.prototype as object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    if (Object.hasOwn(at, name)) return at;
  return undefined;
}

function picked(row: Row, columns: readonly Column<Row>[]): Row {
  return Object.fromEntries(columns.map(({ title, value }) => [title, value(row) ?? null]));
}

/** What is shown first of records of any class, by the names of fields. */
const telling = [/^id$/, /^(?:name|fileName|title|fullName|email|path)$/, /status$/i, /^(?:version|versionNo|versionNumber|role|action)$/];

/** The columns of a table when the user names none: those that tell most, and of the others those with a short value somewhere. */
export function usual(columns: readonly Column<Row>[], rows: readonly Row[]): Column<Row>[] {
  const rank = ({ title }: Column<Row>): number => {
    const at = telling.findIndex((pattern) => pattern.test(title));
    if (at >= 0) return at;
    return telling.length + (/(?:At|Time)$/.test(title) ? 1 : /(?:Ids?|Hash|Ur[il])$/.test(title) ? 2 : 0);
  };
  return columns
    .filter(({ value }) => rows.some((row) => isShort(value(row))))
    .map((column, index) => ({ column, index }))
    .toSorted((one, other) => rank(one.column) - rank(other.column) || one.index - other.index)
    .slice(0, fewColumns)
    .map(({ column }) => column);
}

function isShort(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false;
  return value instanceof Date || typeof value !== 'object';
}

/** A value in a message, cut. */
export function brief(value: unknown, length = 80): string {
  const text = oneLine(valueText(value));
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
