import { firstRepeated } from '../../../../moderately/tables/words.js';
import type { Row } from '../../types.js';
import { type Cast, castColumn } from '../../values/cast.js';
import { listed, messageOf } from '../../values/kinds.js';
import { Table } from '../../values/table.js';
import { type BuiltInContext, defineBlock } from '../definition.js';
import { type ColumnReference, JoinedColumns } from './columns.js';
import { aliasOf, datasetNames, type JoinConfig, joinConfig, type OutputColumn } from './config.js';
import { matchRows, type Tuple, valueIn } from './match.js';
import { openSides, type Side } from './sides.js';

/** The pattern of a name that may be a dataset id, so that its port need not be connected. */
const idLike = /^[\w-]{16,}$/;

/**
 * Joins datasets on equal keys.
 *
 * Each dataset has an input port of its name (`base_dataset` and each `joins[].dataset`), which takes rows, a list of objects
 * or a dataset id. `dataset_names` maps a port or a dataset id to the name that the rest of the config uses; a name without a
 * connected port is opened as a dataset id. The base is streamed, the other datasets are held in memory.
 *
 * The joins are applied in order: `left_key` is a column of the preceding result, as `dataset.column` or by its name there;
 * `right_key` is a column of the joined dataset. `conflict_resolution` renames columns that have the same name.
 * `output_columns` selects, renames and casts the columns of the result; when it is empty, all columns are included.
 *
 * The result is a stream; when several blocks read it, it is computed once and held in memory.
 */
export const join = defineBlock({
  type: 'join',
  config: joinConfig,
  ports: (config) => {
    const mapped = Object.keys(config.dataset_names ?? {});
    const names = [...new Set(datasetNames(config))];
    const inputs = names.map((name) => ({
      name,
      required: !idLike.test(name) && aliasOf(name, config) === undefined,
      accepts: ['rows', 'list', 'text', 'any'] as const,
    }));
    const aliases = mapped
      .filter((name) => !names.includes(name))
      .map((name) => ({ name, accepts: ['rows', 'list', 'text', 'any'] as const }));
    return { inputs: [...inputs, ...aliases], outputs: [{ name: 'data', gives: 'rows' }] };
  },
  check: (config) => {
    const twice = firstRepeated(config.output_columns.map((column) => column.name));
    return twice === undefined ? [] : [`output_columns has '${twice}' twice; the names of output columns must be unique`];
  },
  run: (context) =>
    Table.once(joinRows(context), context.config.output_columns.length > 0 ? context.config.output_columns.map(({ name }) => name) : null),
});

async function* joinRows(context: BuiltInContext<JoinConfig>): AsyncGenerator<Row> {
  const { config } = context;
  const { base, others } = await openSides(context);
  const columns = new JoinedColumns(config.conflict_resolution);
  columns.add(base);
  let tuples: AsyncIterable<Tuple> = single(base.rows);
  for (const [index, step] of config.joins.entries()) {
    const right = others[index] as (typeof others)[number];
    const leftKey = columns.find(step.left_key, 'the left_key');
    const rightKey = rightKeyOf(right, step.right_key);
    tuples = matchRows(tuples, leftKey, { rows: right.rows, key: rightKey, side: index + 1 }, step.join_type);
    columns.add(right);
  }
  const project = projection(columns, config.output_columns);
  let count = 0;
  for await (const tuple of tuples) yield project(tuple, ++count);
}

async function* single(rows: AsyncIterable<Row> | readonly Row[]): AsyncGenerator<Tuple> {
  for await (const row of rows) yield [row];
}

/** The right key as a column of its dataset. @throws Error naming the column, the dataset and the columns it has. */
function rightKeyOf({ label, columns }: Side, key: string): string {
  const own = key.startsWith(`${label}.`) ? key.slice(label.length + 1) : key;
  const column = columns?.includes(key) ? key : own;
  if (columns && !columns.includes(column)) {
    throw new Error(
      `the right_key '${key}' is not a column of the dataset '${label}', which has ${listed(columns)}; correct the right_key`,
    );
  }
  return column;
}

interface Output {
  name: string;
  from: ColumnReference;
  finish?: (value: unknown, row: number) => unknown;
}

/** Maps a tuple to a row of the result. */
function projection(columns: JoinedColumns, chosen: readonly OutputColumn[]): (tuple: Tuple, row: number) => Row {
  const outputs: Output[] =
    chosen.length > 0
      ? chosen.map((column) => ({
          name: column.name,
          from: columns.find(column.source, `the source of the output column '${column.name}',`),
          finish: finisher(column),
        }))
      : [...columns.all()].map(([name, from]) => ({ name, from }));
  return (tuple, number) => {
    const row: Row = {};
    for (const { name, from, finish } of outputs) row[name] = finish ? finish(valueIn(tuple, from), number) : valueIn(tuple, from);
    return row;
  };
}

/** Casts the value of an output column and rejects null if the column is not nullable. */
function finisher({ name, type, nullable }: OutputColumn): (value: unknown, row: number) => unknown {
  const cast: Cast = castColumn(type);
  return (value, row) => {
    let result: unknown;
    try {
      result = cast(value);
    } catch (cause) {
      throw new Error(`row ${row} of the result, output column '${name}': ${messageOf(cause)}; choose another type for it`, { cause });
    }
    if (result === null && !nullable && type !== 'null') {
      throw new Error(
        `row ${row} of the result: the output column '${name}' is null; set nullable to true on it, or join so that every row has a value`,
      );
    }
    return result;
  };
}
