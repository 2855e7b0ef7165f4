import { isBlank } from '../../../../moderately/tables/words.js';
import type { Row } from '../../types.js';
import type { ColumnReference } from './columns.js';
import type { JoinKind } from './config.js';

/** One row of each dataset joined so far; null for a dataset without a matching row. */
export type Tuple = readonly (Row | null)[];

/** The value of a column in a tuple; null if it is absent. */
export function valueIn(tuple: Tuple, { side, column }: ColumnReference): unknown {
  const row = tuple[side];
  return row && Object.hasOwn(row, column) ? (row[column] ?? null) : null;
}

/**
 * Joins each tuple with the rows of another dataset that have the same key. Keys are compared as text: the number 7 matches
 * the text `7`, because one dataset may have a schema and the other none. Null and blank text match nothing.
 *
 * The order is that of the left side, followed, for `right` and `full`, by the unmatched rows of the right side in their order.
 */
export async function* matchRows(
  tuples: AsyncIterable<Tuple>,
  leftKey: ColumnReference,
  right: { rows: readonly Row[]; key: string; side: number },
  kind: JoinKind,
): AsyncGenerator<Tuple> {
  const places = indexByKey(right.rows, right.key);
  const keepLeft = kind === 'left' || kind === 'full';
  const matched = kind === 'right' || kind === 'full' ? new Uint8Array(right.rows.length) : undefined;
  for await (const tuple of tuples) {
    const key = keyText(valueIn(tuple, leftKey));
    const found = key === undefined ? undefined : places.get(key);
    if (found) {
      for (const place of found) {
        if (matched) matched[place] = 1;
        yield [...tuple, right.rows[place] as Row];
      }
    } else if (keepLeft) yield [...tuple, null];
  }
  if (!matched) return;
  const nothing: null[] = new Array(right.side).fill(null);
  for (let place = 0; place < matched.length; place++) {
    if (!matched[place]) yield [...nothing, right.rows[place] as Row];
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
  if (isBlank(value)) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
