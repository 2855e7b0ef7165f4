import { z } from 'zod';
import { compileOperation, type OperationFactory } from '../../operation.js';
import { columnOperationTypes } from '../../table/column-operations.js';
import type { Row } from '../../types.js';
import { toTable } from '../../values/convert.js';
import { messageOf } from '../../values/kinds.js';
import { Table } from '../../values/table.js';
import { dataPorts, defineBlock } from '../definition.js';
import { aggregate } from './aggregate.js';
import { cast, derive, drop, onColumns, rename, select } from './columns.js';
import type { RowOperation } from './row-operation.js';
import { distinct, filter, limit, sort } from './rows.js';

const factories: ReadonlyMap<string, OperationFactory<RowOperation>> = new Map([
  ...Object.entries({ select, drop, rename, derive, cast, filter, sort, limit, distinct, aggregate }),
  ...columnOperationTypes.map((type) => [type, onColumns(type)] as const),
]);

/**
 * Applies a list of operations, each `{ type, ...parameters }`, to rows, in order: `select drop rename derive cast filter sort
 * limit distinct aggregate`, and the column operations of a dataset schema (`strip_whitespace convert_dtype validate_range
 * extract_pattern`) on `columns`. Each is documented at its definition.
 *
 * Takes rows, a list of objects or a dataset id on `data` and gives rows. They are streamed, except by `sort`, which buffers
 * all rows, and by `aggregate` and `distinct`, which keep one entry for each group.
 */
export const transform = defineBlock({
  type: 'transform',
  config: z.looseObject({ operations: z.array(z.record(z.string(), z.unknown())) }),
  ports: dataPorts('rows', ['rows', 'list', 'text', 'any']),
  check: ({ operations }) => compile(operations).problems,
  run: async ({ config, inputs, ...context }) => {
    const { steps, problems } = compile(config.operations);
    if (problems.length > 0) throw new Error(problems.join('; '));
    const table = await toTable(inputs.data, context);
    return Table.once(steps.reduce<AsyncIterable<Row>>((rows, { label, apply }) => apply(rows, label), table));
  },
});

function compile(operations: readonly Readonly<Record<string, unknown>>[]): {
  steps: { label: string; apply: RowOperation }[];
  problems: string[];
} {
  const steps: { label: string; apply: RowOperation }[] = [];
  const problems: string[] = [];
  operations.forEach((given, index) => {
    try {
      steps.push({ label: `operation ${index + 1} (${String(given.type)})`, apply: compileOperation(factories, given) });
    } catch (error) {
      problems.push(`operation ${index + 1}: ${messageOf(error)}`);
    }
  });
  return { steps, problems };
}
