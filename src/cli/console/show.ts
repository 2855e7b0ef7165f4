import { inspect } from 'node:util';
import { BaseResource, Page } from '../../index.js';
import { fieldSummaries } from '../../vendor.js';
import { type EntityClass, shownFields } from '../entity-class.js';
import { usual } from '../output/records.js';
import type { Style } from '../output/style.js';
import { cutTo, renderPairs, renderTable } from '../output/table.js';
import { oneLine, plainText } from '../output/text.js';
import { describeEntity } from './entities.js';

/** How values are shown. */
export interface ShowOptions {
  /** The columns of the terminal. */
  width: number;
  style: Style;
  /** Whether everything is shown, however long it is. Default: false. */
  whole?: boolean;
}

/** A value for people: records as their fields, pages and lists of records as tables, anything else as Node shows it. */
export function show(value: unknown, options: ShowOptions): string {
  if (value instanceof Page) return showPage(value as Page<unknown>, options);
  if (isRecords(value)) return options.whole ? value.map((record) => showRecord(record, options)).join('\n\n') : showTable(value, options);
  if (value instanceof BaseResource) return showRecord(value, options);
  if (typeof value === 'function' && value.prototype instanceof BaseResource) return describeEntity(value as EntityClass, options);
  const { style, width, whole } = options;
  const all = whole ? { depth: null, maxArrayLength: null, maxStringLength: null } : {};
  return inspect(value, { colors: style.isColoured, breakLength: width, ...all });
}

function isRecords(value: unknown): value is BaseResource[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => each instanceof BaseResource);
}

function showPage(page: Page<unknown>, options: ShowOptions): string {
  const { results, pageNumber, pageTotal, total, invalid, hasNext } = page;
  const records = [...results];
  const counted = total === undefined || total === records.length ? `${records.length}` : `${records.length} of ${total}`;
  const where = pageTotal === undefined || pageTotal <= 1 ? '' : `, page ${pageNumber} of ${pageTotal}`;
  const notes = [
    `${counted} record${(total ?? records.length) === 1 ? '' : 's'}${where}`,
    ...(invalid.length > 0 ? [`${invalid.length} invalid: _.invalid`] : []),
    ...(hasNext ? ['next page: _.next()'] : []),
  ];
  const note = options.style.dim(notes.join('; '));
  return records.length === 0 ? note : `${show(records, options)}\n${note}`;
}

/** The records as a table: their indexes, and the columns that `remote-record <entity> search` shows, too. */
function showTable(records: readonly BaseResource[], { width, style }: ShowOptions): string {
  const indexes = new Map<object, number>(records.map((record, index) => [record, index]));
  const fields = shownFields(records[0]!.constructor as EntityClass);
  const columns = fields.map(({ property }) => ({ title: property, value: (row: object) => fieldOf(row as BaseResource, property) }));
  const rows = records as readonly object[] as readonly Record<string, unknown>[];
  return renderTable([{ title: '#', value: (row: object) => indexes.get(row) }, ...usual(columns, rows)], rows, { width, style, whole: 2 });
}

function showRecord(record: BaseResource, { width, style, whole = false }: ShowOptions): string {
  const changes = record.isNew ? {} : (record.changes as Record<string, { from: unknown; to: unknown } | undefined>);
  const [id, ...others] = fieldSummaries(record.constructor);
  const fields = [id!, ...others.filter(({ wire }) => wire !== id!.wire)].filter(
    ({ property }) => fieldOf(record, property) !== undefined || changes[property],
  );
  const longest = Math.max(0, ...fields.map(({ property }) => property.length));
  const room = whole ? Number.POSITIVE_INFINITY : Math.max(20, width - longest - 2);
  const pairs = fields.map(({ property, secret }): [string, string] => {
    const change = changes[property];
    if (secret) return [property, fieldOf(record, property) === null ? style.dim('null') : style.dim('[redacted]')];
    if (!change) return [property, textOf(fieldOf(record, property), room, style, whole)];
    const half = Math.floor((room - 3) / 2);
    return [
      property,
      `${style.red(textOf(change.from, half, undefined, whole))} → ${style.green(textOf(change.to, half, undefined, whole))}`,
    ];
  });
  return `${style.bold(titleOf(record))}${stateOf(record, style)}\n${indented(renderPairs(pairs, style))}`;
}

function titleOf(record: BaseResource): string {
  return record.constructor.name;
}

function stateOf(record: BaseResource, style: Style): string {
  if (record.isDeleted) return style.red(' (deleted)');
  if (record.isNew) return style.yellow(' (new)');
  return record.isModified ? style.yellow(' (modified)') : '';
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

/** A field's value on one line, cut to the room there is; all of it, on several lines, where the whole value is wanted. */
function textOf(value: unknown, room: number, style: Style | undefined, whole: boolean): string {
  if (value === null || value === undefined) return style ? style.dim(String(value)) : String(value);
  if (typeof value === 'string') return whole ? plainText(value) : cutTo(oneLine(value), room);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  const all = { depth: null, maxArrayLength: null, maxStringLength: null };
  const text = inspect(value, whole ? all : { depth: 2, compact: true, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 200 });
  return whole ? text : cutTo(oneLine(text), room);
}

/** The value of a field; a message in its place where it cannot be read. */
function fieldOf(record: BaseResource, property: string): unknown {
  try {
    return (record as unknown as Record<string, unknown>)[property];
  } catch (error) {
    return `[${error instanceof Error ? error.message : String(error)}]`;
  }
}
