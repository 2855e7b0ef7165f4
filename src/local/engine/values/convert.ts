import { setImmediate } from 'node:timers/promises';
import type { EngineServices, Row } from '../types.js';
import { FileReference } from './file.js';
import { describe, isAsyncIterable, isObject, quote } from './kinds.js';
import { collect, Table } from './table.js';

/** The number of items of a list after which other work of the event loop runs. */
const itemsPerTurn = 4096;

/** What a conversion needs from the run it is part of. */
export interface RunContext {
  readonly services: EngineServices;
  readonly signal: AbortSignal;
}

/**
 * Reads a value as rows: a table, a list of objects, an async iterable of objects, or the id of a dataset.
 * @throws Error describing any other value.
 */
export async function toTable(value: unknown, { services }: RunContext): Promise<Table> {
  if (value instanceof Table) return value;
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      if (!isObject(item))
        throw new Error(`rows are expected, but item ${index + 1} of the list is ${describe(item)}; use a list of objects`);
    });
    return Table.of(value as Row[]);
  }
  if (isAsyncIterable(value)) return Table.once(value as AsyncIterable<Row>);
  if (typeof value === 'string') return openTable(value, services);
  throw new Error(`rows are expected, but ${describe(value)} arrived; connect a dataset, a list of objects or a dataset id`);
}

/** A dataset as a table that reopens it for each reader. */
export async function openTable(id: string, services: EngineServices): Promise<Table> {
  const first = await services.openDataset(id);
  let unread: AsyncIterable<Row> | undefined = first.rows;
  const open = async function* () {
    const rows = unread ?? (await services.openDataset(id)).rows;
    unread = undefined;
    yield* rows;
  };
  return new Table(first.columns?.map((column) => column.name) ?? null, open, true);
}

/** Reads a value as a list: a list, or all the rows of a table. @throws Error describing any other value. */
export async function toList(value: unknown): Promise<unknown[]> {
  if (Array.isArray(value)) return value;
  if (isAsyncIterable(value)) return collect(value);
  throw new Error(`a list is expected, but ${describe(value)} arrived`);
}

/** Reads a value as text: text, the content of a text file, or the JSON of any other value; null is empty text. */
export async function toText(value: unknown, context: RunContext): Promise<string> {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof FileReference) return value.text(context.signal);
  return JSON.stringify(await toJson(value));
}

/** Reads a value as a file: a file, or the id of one. @throws Error describing any other value. */
export async function toFile(value: unknown, { services }: RunContext): Promise<FileReference> {
  if (value instanceof FileReference) return value;
  if (typeof value === 'string' && value !== '') return FileReference.find(value, services);
  throw new Error(`a file is expected, but ${describe(value)} arrived; connect a file block or a file id`);
}

/**
 * A value as JSON: tables become lists of rows, files their metadata, and undefined null.
 * @throws Error for a number that is not finite, a function, a symbol, a bigint, or a value that contains itself.
 */
export async function toJson(value: unknown): Promise<unknown> {
  try {
    return await json(value);
  } catch (cause) {
    // A stack overflow.
    if (!(cause instanceof RangeError)) throw cause;
    throw new Error('a circular or too deeply nested value cannot be a result; use JSON values', { cause });
  }
}

/** Gives a promise only when a table must be read: a promise for each cell of a long list would dominate the cost. */
function json(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value;
    throw new Error(`the number ${value} cannot be a result, because JSON has none; use null or text`);
  }
  if (typeof value !== 'object') throw new Error(`a ${typeof value} (${quote(String(value))}) cannot be a result; use JSON values`);
  if (isAsyncIterable(value)) return collect(value).then(json);
  if (Array.isArray(value)) return value.length > itemsPerTurn ? long(value) : settled(value.map(json), (items) => items);
  if ('toJSON' in value && typeof value.toJSON === 'function') return json(value.toJSON());
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const keys = entries.map(([key]) => key);
  return settled(
    entries.map(([, member]) => json(member)),
    (members) => Object.fromEntries(members.map((member, index) => [keys[index], member])),
  );
}

/** The items of a long list, with turns of the event loop in between. */
async function long(items: readonly unknown[]): Promise<unknown[]> {
  const done: unknown[] = [];
  for (let at = 0; at < items.length; at += itemsPerTurn) {
    const some = items.slice(at, at + itemsPerTurn).map(json);
    for (const item of some) done.push(item instanceof Promise ? await item : item);
    await setImmediate();
  }
  return done;
}

function settled(values: unknown[], build: (values: unknown[]) => unknown): unknown {
  return values.some((value) => value instanceof Promise) ? Promise.all(values).then(build) : build(values);
}
