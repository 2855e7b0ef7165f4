import { firstRepeated } from '../tables/words.js';
import { type Column, type ColumnInput, columnFrom, refuseColumn } from './columns.js';

/** Converts columns to the platform's format and numbers them. @throws ValidationError if there are none, or if a name is repeated. */
export function columnsFrom(inputs: readonly ColumnInput[]): Column[] {
  if (inputs.length === 0) refuseColumn('columns', 'is empty: a schema needs at least one column');
  const columns = inputs.map((input, index) => columnFrom(input, index + 1));
  const twice = firstRepeated(columns.map(({ name }) => name));
  if (twice !== undefined) refuseColumn('columns', `contains the name "${twice}" twice`);
  return columns;
}
