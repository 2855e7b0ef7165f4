import { z } from 'zod';
import { describe, isAsyncIterable, messageOf } from '../values/kinds.js';
import { collect, Table } from '../values/table.js';
import { type BuiltInContext, defineBlock } from './definition.js';

/** Types that are meaningful only as blocks of the graph. */
const unmappable = new Set(['input', 'output']);

/**
 * Runs a block of another type for each item of the list or each row on the port `data`, at most `max_concurrency` (5 by
 * default) at a time, and gives the list of results in the order of the items. The target receives the item on its port
 * `data`, and the values of the map's other ports under the same names.
 * @throws naming the item, counted from 1, that failed first; no further items are started.
 */
export const map = defineBlock({
  type: 'map',
  config: z.looseObject({
    target_block_type: z.string(),
    target_config: z.record(z.string(), z.unknown()).default({}),
    max_concurrency: z.int().min(1).default(5),
  }),
  ports: () => ({
    inputs: [{ name: 'data', required: true, accepts: ['rows', 'list', 'any'] }],
    open: true,
    outputs: [{ name: 'data', gives: 'list' }],
  }),
  check: ({ target_block_type: type, target_config: config }, types) => {
    if (unmappable.has(type)) return [`a block of the type '${type}' cannot be run for each item; use another target_block_type`];
    return types.problemsOf(type, config).map((problem) => `target '${type}': ${problem}`);
  },
  run: async (context) => {
    const { data, ...others } = context.inputs;
    const items = iteratorOf(data);
    const results: unknown[] = [];
    const shared = Object.fromEntries(
      Object.entries(others).map(([port, value]) => [port, value instanceof Table ? value.forReaders(2) : value]),
    );
    let started = 0;
    let failed = false;
    const work = async (): Promise<void> => {
      while (!failed) {
        const index = started++;
        const item = await items.next();
        if (item.done) return;
        try {
          results[index] = await runTarget(context, { ...shared, data: item.value });
        } catch (cause) {
          failed = true;
          context.signal.throwIfAborted();
          throw new Error(`item ${index + 1}: ${messageOf(cause)}`, { cause });
        }
      }
    };
    try {
      await Promise.all(Array.from({ length: context.config.max_concurrency }, work));
    } finally {
      failed = true;
      await items.return?.();
    }
    return results;
  },
});

async function runTarget(
  { config, runAs }: BuiltInContext<{ target_block_type: string; target_config: Record<string, unknown> }>,
  inputs: Record<string, unknown>,
): Promise<unknown> {
  const result = await runAs(config.target_block_type, config.target_config, inputs);
  return result instanceof Table ? collect(result) : result;
}

function iteratorOf(data: unknown): AsyncIterator<unknown> {
  if (isAsyncIterable(data)) return data[Symbol.asyncIterator]();
  if (!Array.isArray(data)) throw new Error(`a list is expected on port 'data', but ${describe(data)} arrived`);
  return (async function* () {
    yield* data;
  })();
}
