import type { Row } from '../../types.js';
import { openTable, type RunContext, toTable } from '../../values/convert.js';
import { listed, messageOf } from '../../values/kinds.js';
import { collect, peek, type Table } from '../../values/table.js';
import { aliasOf, datasetNames, type JoinConfig } from './config.js';

/** One dataset of a join. */
export interface Side {
  /** The name in `label.column` and in the default prefix. */
  label: string;
  /** Null when they are neither declared nor known from a first row. */
  columns: readonly string[] | null;
  rows: AsyncIterable<Row> | readonly Row[];
}

interface JoinContext extends RunContext {
  readonly config: JoinConfig;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * The datasets of a join: the base as a stream, the others in memory, each read once even if it is joined several times.
 * A dataset that is joined again under the same name has the label `name_2`, `name_3` and so on.
 */
export async function openSides(context: JoinContext): Promise<{ base: Side; others: (Side & { rows: readonly Row[] })[] }> {
  const { config } = context;
  const [baseName, ...otherNames] = datasetNames(config) as [string, ...string[]];
  const labels = labelsOf([baseName, ...otherNames], config);
  const opened = new Map<string, Promise<Table>>();
  const open = (name: string) => memoize(opened, name, () => findDataset(name, context));
  const loaded = new Map<Table, Promise<Row[]>>();
  const others = await Promise.all(
    otherNames.map(async (name, index) => {
      const table = await open(name);
      const rows = await memoize(loaded, table, () => collect(table));
      return { label: labels[index + 1] as string, columns: table.columns ?? (rows[0] ? Object.keys(rows[0]) : null), rows };
    }),
  );
  return { base: { label: labels[0] as string, ...(await withColumns(await open(baseName))) }, others };
}

function memoize<Key, Value>(cache: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = cache.get(key) ?? make();
  cache.set(key, value);
  return value;
}

/** The rows of a dataset: from the port of its name, or of the dataset with this id. */
async function findDataset(name: string, context: JoinContext): Promise<Table> {
  const { config, inputs } = context;
  const alias = aliasOf(name, config);
  const port = [name, alias].find((candidate) => candidate !== undefined && Object.hasOwn(inputs, candidate));
  if (port !== undefined) return toTable(inputs[port], context);
  try {
    return await openTable(alias ?? name, context.services);
  } catch (cause) {
    context.signal.throwIfAborted();
    const why = messageOf(cause);
    throw new Error(
      `there are no rows for the dataset '${name}': no block is connected to a port '${name}' (connected: ${listed(Object.keys(inputs))}), ` +
        `and '${alias ?? name}' could not be opened as a dataset id (${why}). Connect a block to the port '${name}', or map a dataset id to the name in dataset_names`,
      { cause },
    );
  }
}

function labelsOf(names: readonly string[], config: JoinConfig): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const label = config.dataset_names?.[name] ?? name;
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count === 1 ? label : `${label}_${count}`;
  });
}

/** The columns of a table, from its first row if they are not declared, and all its rows. */
async function withColumns(table: Table): Promise<Pick<Side, 'columns' | 'rows'>> {
  if (table.columns) return { columns: table.columns, rows: table };
  const { first, all } = await peek(table, 1);
  return first[0] ? { columns: Object.keys(first[0]), rows: all } : { columns: null, rows: [] };
}
