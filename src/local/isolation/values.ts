import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import type { EngineServices, Row } from '../engine/types.js';
import { FileReference } from '../engine/values/file.js';
import { isAsyncIterable } from '../engine/values/kinds.js';
import { Table } from '../engine/values/table.js';
import type { PieceRequest } from './protocol.js';

/*
 * Values on their way between the blocks of a child and a handler on the main thread. Structured clone carries what JSON lacks
 * (bigint, Date, undefined). Rows, and everything beyond the first members of a value, are left out and asked for piece by
 * piece, so that no message takes long to write or read.
 */

/** What is left out of a value, and where. */
export interface Reference {
  path: (string | number)[];
  kind: 'rows' | 'list' | 'members' | 'file';
  /** The id by which pieces of it are asked for; for a file the file's id. */
  id: number | string;
  /** The columns of rows, if they are known. */
  columns?: readonly string[] | null;
  /** Whether rows can be read more than once. */
  reopens?: boolean;
}

/** A value without what its references stand for. */
export interface Encoded {
  value: unknown;
  references: Reference[];
}

/** Some items of rows or a list, or some `[key, value]` pairs of an object. */
export interface Piece {
  items: Encoded;
  /** The cursor to go on from; undefined at the end. */
  cursor: number | undefined;
}

/** How many members of a value, at any depth, are sent in one message. */
const membersPerMessage = 5000;
/** How many items a piece has, if they are small. */
const itemsPerPiece = 500;
/** Milliseconds after which a piece of rows is sent as it is. */
const patience = 10;
/** More levels than this are a value that contains itself. */
const deepest = 1000;

type Cursor = { next(): Promise<{ items: unknown[]; done: boolean }>; close(): void };

/** The values that one side has sent by reference. */
export class SentValues {
  readonly #opens = new Map<number, { open: () => Cursor; depth: number }>();
  readonly #cursors = new Map<number, { cursor: Cursor; depth: number }>();
  #last = 0;

  encode(value: unknown, depth = 0): Encoded {
    const references: Reference[] = [];
    const path: (string | number)[] = [];
    let members = 0;
    const leaveOut = (level: number, kind: Reference['kind'], open: () => Cursor, more: Partial<Reference> = {}) => {
      const id = ++this.#last;
      this.#opens.set(id, { open, depth: level + 1 });
      references.push({ path: [...path], kind, id, ...more });
      return null;
    };
    const member = (key: string | number, given: unknown, level: number): unknown => {
      if (typeof given !== 'object' || given === null) return primitive(given);
      path.push(key);
      const encoded = visit(given, level);
      path.pop();
      return encoded;
    };
    const visit = (given: object, level: number): unknown => {
      if (level > deepest) throw new Error('a circular or too deeply nested value cannot be a result; use JSON values');
      if (given instanceof FileReference) {
        references.push({ path: [...path], kind: 'file', id: given.id });
        return null;
      }
      if (isAsyncIterable(given)) {
        const { columns, reopens } = given instanceof Table ? given : { columns: null, reopens: false };
        return leaveOut(level, 'rows', () => rowsCursor(given), { columns, reopens });
      }
      if (given instanceof Date || ArrayBuffer.isView(given)) return given;
      if ('toJSON' in given && typeof given.toJSON === 'function') {
        const json: unknown = given.toJSON();
        return typeof json === 'object' && json !== null ? visit(json, level + 1) : primitive(json);
      }
      if (Array.isArray(given)) {
        if (members + given.length > membersPerMessage) return leaveOut(level, 'list', () => listCursor(given));
        members += given.length;
        return given.map((item, index) => member(index, item, level + 1));
      }
      const entries = Object.entries(given);
      if (members + entries.length > membersPerMessage) return leaveOut(level, 'members', () => listCursor(entries));
      members += entries.length;
      return Object.fromEntries(entries.map(([key, item]) => [key, member(key, item, level + 1)]));
    };
    return { value: typeof value === 'object' && value !== null ? visit(value, depth) : primitive(value), references };
  }

  /** The next piece of a value. */
  async piece({ id, cursor: known }: PieceRequest): Promise<Piece> {
    const number = known ?? ++this.#last;
    const value = this.#opens.get(id);
    const reading = this.#cursors.get(number) ?? (value && { cursor: value.open(), depth: value.depth });
    if (!reading) throw new Error('The value is no longer there.');
    this.#cursors.set(number, reading);
    try {
      const { items, done } = await reading.cursor.next();
      if (done) this.#cursors.delete(number);
      return { items: this.encode(items, reading.depth), cursor: done ? undefined : number };
    } catch (error) {
      this.#cursors.delete(number);
      throw error;
    }
  }

  /** Ends the reading of rows early. */
  release(cursor: number): void {
    this.#cursors.get(cursor)?.cursor.close();
    this.#cursors.delete(cursor);
  }

  /** Forgets everything. */
  clear(): void {
    for (const { cursor } of this.#cursors.values()) cursor.close();
    this.#cursors.clear();
    this.#opens.clear();
  }
}

/** A value that has no members. @throws Error for one that is no value. */
function primitive(value: unknown): unknown {
  if (typeof value !== 'function' && typeof value !== 'symbol') return value;
  throw new Error(`a ${typeof value} cannot be a result; use JSON values`);
}

function listCursor(items: readonly unknown[]): Cursor {
  let at = 0;
  return {
    async next() {
      const start = at;
      at += itemsPerPiece;
      return { items: items.slice(start, at), done: at >= items.length };
    },
    close() {},
  };
}

/** Reads rows ahead until a piece is full or the next row takes its time. */
function rowsCursor(rows: AsyncIterable<unknown>): Cursor {
  const iterator = rows[Symbol.asyncIterator]();
  let ahead: Promise<IteratorResult<unknown>> | undefined;
  return {
    async next() {
      const items: unknown[] = [];
      const end = performance.now() + patience;
      while (items.length < itemsPerPiece && performance.now() < end) {
        ahead ??= iterator.next();
        const result = items.length === 0 ? await ahead : await Promise.race([ahead, delay(patience, undefined, { ref: false })]);
        if (!result) break;
        ahead = undefined;
        if (result.done) return { items, done: true };
        items.push(result.value);
      }
      return { items, done: false };
    },
    close() {
      ahead?.catch(() => {});
      void iterator.return?.()?.catch(() => {});
    },
  };
}

/** What decoding needs from the side that has sent the value. */
export interface ValueSource {
  piece(request: PieceRequest): Promise<Piece>;
  release(cursor: number): void;
}

/** The value that was encoded. Rows are read when they are iterated, everything else is read now. */
export async function decode({ value, references }: Encoded, source: ValueSource, services: () => EngineServices): Promise<unknown> {
  let root = value;
  for (const reference of references) {
    const member = await resolve(reference, source, services);
    const path = [...reference.path];
    const last = path.pop();
    if (last === undefined) root = member;
    else Object.defineProperty(path.reduce(memberOf, root), last, { value: member, enumerable: true, configurable: true, writable: true });
  }
  return root;
}

const memberOf = (parent: unknown, key: string | number): unknown => (parent as Record<string | number, unknown>)[key];

async function resolve({ kind, id, columns, reopens }: Reference, source: ValueSource, services: () => EngineServices): Promise<unknown> {
  if (kind === 'file') return FileReference.find(String(id), services());
  const pieces = () => read(Number(id), source, services);
  if (kind === 'rows') {
    const rows = async function* (): AsyncGenerator<Row> {
      for await (const items of pieces()) yield* items as Row[];
    };
    return reopens ? new Table(columns ?? null, rows, true) : Table.once(rows(), columns ?? null);
  }
  const all: unknown[] = [];
  for await (const items of pieces()) for (const item of items) all.push(item);
  return kind === 'list' ? all : Object.fromEntries(all as [string, unknown][]);
}

async function* read(id: number, source: ValueSource, services: () => EngineServices): AsyncGenerator<unknown[]> {
  let cursor: number | undefined;
  try {
    do {
      const piece = await source.piece({ id, cursor });
      cursor = piece.cursor;
      yield (await decode(piece.items, source, services)) as unknown[];
      // Pieces can arrive faster than other work gets its turn.
      await setImmediate();
    } while (cursor !== undefined);
  } finally {
    if (cursor !== undefined) source.release(cursor);
  }
}
