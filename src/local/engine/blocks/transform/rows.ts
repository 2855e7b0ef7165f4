import { z } from 'zod';
import { isBlank } from '../../../../moderately/tables/words.js';
import { compileExpression } from '../../expression/compile.js';
import { order } from '../../expression/operators.js';
import { operation } from '../../operation.js';
import { columnName, columnNames } from '../../table/column-name.js';
import type { Row } from '../../types.js';
import { collect } from '../../values/table.js';
import { perRow, type RowOperation, requireColumns, valueAt } from './row-operation.js';

/** `{ expression: 'count > 100' }`: keeps the rows for which the expression is true. Null counts as false. */
export const filter = operation(z.looseObject({ expression: z.string() }), ({ expression }): RowOperation => {
  const compiled = compileExpression(expression);
  return perRow(compiled.columns, (row) => (compiled.evaluate(row) ? row : undefined));
});

/**
 * `{ by: [{ column: 'count', direction: 'desc' }] }`: sorts, ascending by default, by each column in turn. Numbers
 * and text that reads as a number, by value, precede other text (by code unit), which precedes booleans; null and blank text are last in
 * either direction. The sort is stable.
 */
export const sort = operation(
  z.looseObject({ by: z.array(z.looseObject({ column: columnName, direction: z.enum(['asc', 'desc']).default('asc') })).min(1) }),
  ({ by }): RowOperation => {
    const columns = by.map(({ column }) => column);
    const compare = (left: Row, right: Row) => {
      for (const { column, direction } of by) {
        const [a, b] = [valueAt(left, column), valueAt(right, column)];
        const blanks = Number(isBlank(a)) - Number(isBlank(b));
        if (blanks !== 0) return blanks;
        const difference = order(a, b);
        if (difference !== 0) return direction === 'desc' && a !== null && b !== null ? -difference : difference;
      }
      return 0;
    };
    return async function* (rows, label) {
      const all = await collect(rows);
      if (all[0]) requireColumns(all[0], columns, label);
      yield* all.sort(compare);
    };
  },
);

/** `{ count: 10, offset: 0 }`: keeps `count` rows after skipping `offset`, then stops reading. */
export const limit = operation(
  z.looseObject({ count: z.int().min(0), offset: z.int().min(0).default(0) }),
  ({ count, offset }): RowOperation =>
    async function* (rows) {
      if (count === 0) return;
      let number = 0;
      for await (const row of rows) {
        if (number++ >= offset) yield row;
        if (number === offset + count) return;
      }
    },
);

/** `{ columns: ['a'] }`: keeps the first of the rows that are equal in these columns, by default in all columns. */
export const distinct = operation(z.looseObject({ columns: columnNames.optional() }), ({ columns }): RowOperation => {
  const seenIn = (seen: Set<string>) => (row: Row) => {
    const key = JSON.stringify(columns ? columns.map((name) => valueAt(row, name)) : Object.entries(row).toSorted());
    if (seen.has(key)) return undefined;
    seen.add(key);
    return row;
  };
  return (rows, label) => perRow(columns ?? [], seenIn(new Set()))(rows, label);
});
