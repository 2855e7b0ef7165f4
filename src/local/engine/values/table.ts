import { setImmediate } from 'node:timers/promises';
import type { Row } from '../types.js';

/** How many rows are passed on before other work of the process gets a turn. */
const turn = 4096;

/**
 * Rows on their way between blocks. Nothing is read until somebody iterates, and a row is never changed by its reader,
 * so that readers may share it.
 *
 * A table that can be opened again (a dataset, a list) is read anew by each reader and never held in memory for the
 * sake of the second one. Any other (the outcome of a join, a handler's generator) is read once; where it has several
 * readers, `forReaders` keeps its rows for all of them.
 */
export class Table implements AsyncIterable<Row> {
  constructor(
    /** Column names where they are known before the first row; null otherwise. */
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

  /** A table over rows that come only once. A second reader is told so rather than shown no rows. */
  static once(rows: AsyncIterable<Row>, columns: readonly string[] | null = null): Table {
    let taken = false;
    const open = () => {
      if (taken) throw new Error('These rows were read already and come only once; return a list to let them be read again.');
      taken = true;
      return rows;
    };
    return new Table(columns, open, false);
  }

  /** The table to hand to that many readers. */
  forReaders(count: number): Table {
    if (this.reopens || count < 2) return this;
    let kept: Promise<Row[]> | undefined;
    const source = this.open;
    const open = async function* () {
      kept ??= collect(source());
      yield* await kept;
    };
    return new Table(this.columns, open, true);
  }

  /** The same table, whose rows stop when the signal aborts and whose errors are what `blame` makes of them. */
  guarded(signal: AbortSignal, blame: (error: unknown) => unknown): Table {
    const source = this.open;
    const open = async function* () {
      let count = 0;
      try {
        for await (const row of source()) {
          signal.throwIfAborted();
          if (++count % turn === 0) await setImmediate();
          yield row;
        }
      } catch (error) {
        throw blame(error);
      }
    };
    return new Table(this.columns, open, this.reopens);
  }
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** All of an async iterable, in memory. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
