import type { Row } from '../../types.js';
import type { ColumnReference } from './columns.js';
import type { JoinKind } from './config.js';

/** A row of each dataset joined so far; null where a dataset has no row for it. */
export type Tuple = readonly (Row | null)[];

/** The value of a tuple's column; null where there is none. */
export function valueIn(tuple: Tuple, { side, column }: ColumnReference): unknown {
  const row = tuple[side];
  return row && Object.hasOwn(row, column) ? (row[column] ?? null) : null;
}

/**
 * Joins each tuple with the rows of a further dataset that have the same key. Keys are the same when their texts are:
 * the number 7 and the text `7` meet, as they do when one dataset has a schema and the other has none. Null meets nothing.
 *
 * The order is that of the left side; then, for `right` and `full`, come the rows of the right that met nothing, in theirs.
 */
export async function* matchRows(
  tuples: AsyncIterable<Tuple>,
  leftKey: ColumnReference,
  right: { rows: readonly Row[]; key: string; side: number },
  kind: JoinKind,
): AsyncGenerator<Tuple> {
  const places = indexByKey(right.rows, right.key);
  const keepLeft = kind === 'left' || kind === 'full';
  const met = kind === 'right' || kind === 'full' ? new Uint8Array(right.rows.length) : undefined;
  for await (const tuple of tuples) {
    const key = keyText(valueIn(tuple, leftKey));
    const found = key === undefined ? undefined : places.get(key);
    if (found) {
      for (const place of found) {
        if (met) met[place] = 1;
        yield [...tuple, right.rows[place] as Row];
      }
    } else if (keepLeft) yield [...tuple, null];
  }
  if (!met) return;
  const nothing: null[] = new Array(right.side).fill(null);
  for (let place = 0; place < met.length; place++) {
    if (!met[place]) yield [...nothing, right.rows[place] as Row];
  }
}

function indexByKey(rows: readonly Row[], column: string): Map<string, number[]> {
  const places = new Map<string, number[]>();
  rows.forEach((row, place) => {
    const key = keyText(row[column]);
    if (key === undefined) return;
    const same = places.get(key);
    if (same) same.push(place);
    else places.set(key, [place]);
  });
  return places;
}

function keyText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
