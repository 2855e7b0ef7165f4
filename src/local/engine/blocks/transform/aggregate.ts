import { z } from 'zod';
import { firstRepeated, isBlank } from '../../../../moderately/tables/words.js';
import { order } from '../../expression/operators.js';
import { operation } from '../../operation.js';
import { columnName } from '../../table/column-name.js';
import type { Row } from '../../types.js';
import { castTo } from '../../values/cast.js';
import { quote } from '../../values/kinds.js';
import { atRow, type RowOperation, requireColumns, valueAt } from './row-operation.js';

/** Accumulates the values of a group. */
interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

const toNumber = castTo('float');

const accumulators = {
  count: () => {
    let count = 0;
    return { add: () => count++, result: () => count };
  },
  sum: () => total((sum) => sum),
  avg: () => total((sum, count) => sum / count),
  min: () => extreme((difference) => difference < 0),
  max: () => extreme((difference) => difference > 0),
} satisfies Record<string, () => Accumulator>;

const aggregation = z
  .looseObject({ function: z.enum(['count', 'sum', 'avg', 'min', 'max']), column: columnName.optional(), name: columnName.optional() })
  .refine((given) => given.function === 'count' || given.column !== undefined, 'needs a column');

/**
 * `{ group_by: ['state'], aggregations: [{ function: 'sum', column: 'count', name: 'flights' }] }`: gives one row for each group,
 * in the order of their first rows; without `group_by`, one row for all. Functions: `count` (of rows, or of the values of a
 * column), `sum`, `avg`, `min`, `max`. Null and blank text are ignored; a group without values has null. Text that reads as a number
 * counts as a number in all of them; `min` and `max` give the value as it is, in the order of `sort`. A sum that is too large for a
 * number is an error. The default name is `count`, or the
 * column and the function, such as `price_avg`.
 */
export const aggregate = operation(
  z.looseObject({ group_by: z.array(columnName).default([]), aggregations: z.array(aggregation).min(1) }),
  ({ group_by, aggregations }): RowOperation => {
    const outcomes = aggregations.map(({ function: name, column, name: given }) => ({
      column,
      start: accumulators[name],
      name: given ?? (column === undefined ? name : `${column}_${name}`),
    }));
    const twice = firstRepeated([...group_by, ...outcomes.map((outcome) => outcome.name)]);
    if (twice !== undefined) throw new Error(`two columns would have the name '${twice}'; choose another name for the aggregation`);
    const needs = [...group_by, ...outcomes.flatMap(({ column }) => column ?? [])];
    const start = () => outcomes.map((outcome) => outcome.start());

    return async function* (rows, label) {
      const groups = new Map<string, { key: unknown[]; parts: Accumulator[] }>();
      if (group_by.length === 0) groups.set('[]', { key: [], parts: start() });
      let number = 0;
      for await (const row of rows) {
        if (number++ === 0) requireColumns(row, needs, label);
        const key = group_by.map((name) => valueAt(row, name));
        const text = JSON.stringify(key);
        const group = groups.get(text) ?? { key, parts: start() };
        groups.set(text, group);
        atRow(number, label, () => {
          outcomes.forEach(({ column }, index) => {
            const value = column === undefined ? true : valueAt(row, column);
            if (!isBlank(value)) group.parts[index]?.add(value);
          });
        });
      }
      for (const { key, parts } of groups.values()) {
        const row: Row = {};
        group_by.forEach((name, index) => {
          row[name] = key[index];
        });
        outcomes.forEach(({ name }, index) => {
          row[name] = parts[index]?.result();
        });
        yield row;
      }
    };
  },
);

/** @throws Error when the sum is too large for a number, or when it is one of whole numbers and would lose digits. */
function total(result: (sum: number, count: number) => number): Accumulator {
  let [sum, count, isWhole] = [0, 0, true];
  const add = (value: unknown): void => {
    const number = toNumber(value) as number;
    isWhole &&= Number.isSafeInteger(number);
    sum += number;
    count++;
    if (!Number.isFinite(sum)) throw new Error(`the sum is too large for a number from ${quote(value)} on`);
    if (isWhole && !Number.isSafeInteger(sum)) {
      throw new Error(
        `the sum of whole numbers exceeds 9,007,199,254,740,991 from ${quote(value)} on and would lose digits; cast the column to float`,
      );
    }
  };
  return { add, result: () => (count > 0 ? result(sum, count) : null) };
}

function extreme(wins: (difference: number) => boolean): Accumulator {
  let best: unknown = null;
  const add = (value: unknown): void => {
    if (best === null || wins(order(value, best))) best = value;
  };
  return { add, result: () => best };
}
