import { setImmediate } from 'node:timers/promises';
import type { Row } from '../types.js';

/** The number of rows after which other work of the event loop runs. */
const rowsPerTurn = 4096;

/**
 * Rows as they pass between blocks. Nothing is read before the first iteration. Readers must not modify a row, because they
 * may share it.
 *
 * A reopenable table (a dataset, a list) is read again by each reader and never buffered. Any other (the result of a join,
 * a handler's generator) is read once; when it has several readers, `forReaders` buffers its rows for all of them.
 */
export class Table implements AsyncIterable<Row> {
  constructor(
    /** The column names if they are known before the first row, otherwise null. */
    readonly columns: readonly string[] | null,
    private readonly open: () => AsyncIterable<Row>,
    readonly reopens: boolean,
  ) {}

  [Symbol.asyncIterator](): AsyncIterator<Row> {
    return this.open()[Symbol.asyncIterator]();
  }

  /** A table over a list. */
  static of(rows: readonly Row[], columns: readonly string[] | null = null): Table {
    return new Table(columns, () => each(rows), true);
  }

  /** A table over rows that can be iterated once. A second iteration throws rather than giving no rows. */
  static once(rows: AsyncIterable<Row>, columns: readonly string[] | null = null): Table {
    let taken = false;
    const open = () => {
      if (taken) throw new Error('These rows can be read only once and were read already; return a list to allow several reads.');
      taken = true;
      return rows;
    };
    return new Table(columns, open, false);
  }

  /** A table that this many readers can read. */
  forReaders(count: number): Table {
    if (this.reopens || count < 2) return this;
    let buffered: Promise<Row[]> | undefined;
    const source = this.open;
    const open = async function* () {
      buffered ??= collect(source());
      yield* await buffered;
    };
    return new Table(this.columns, open, true);
  }

  /** The same table, which stops when the signal aborts and maps its errors with `mapError`. */
  guarded(signal: AbortSignal, mapError: (error: unknown) => unknown): Table {
    const source = this.open;
    const open = async function* () {
      let count = 0;
      try {
        for await (const row of source()) {
          signal.throwIfAborted();
          if (++count % rowsPerTurn === 0) await setImmediate();
          yield row;
        }
      } catch (error) {
        throw mapError(error);
      }
    };
    return new Table(this.columns, open, this.reopens);
  }
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** All items of an async iterable, in a list. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The first rows, and an iteration of all of them, which is to be read once. */
export async function peek(rows: AsyncIterable<Row>, count: number): Promise<{ first: Row[]; all: AsyncIterable<Row> }> {
  const iterator = rows[Symbol.asyncIterator]();
  const first: Row[] = [];
  while (first.length < count) {
    const { done, value } = await iterator.next();
    if (done) break;
    first.push(value);
  }
  const all = async function* () {
    try {
      yield* first;
      yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  };
  return { first, all: all() };
}
