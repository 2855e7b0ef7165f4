import { z } from 'zod';
import { toList } from '../values/convert.js';
import { isAsyncIterable, isObject } from '../values/kinds.js';
import { defineBlock } from './definition.js';

/**
 * Combines the values of its ports, which may have any names, in the order of the connections.
 *
 * `merge_objects` (the default) gives one object with the members of each object, and any other value under the name of its
 * port; later ports take precedence. `create_array` gives a list of the values. Lists and rows are combined item by item into
 * a list, for which all other values are repeated.
 * @throws when nothing is connected, or the lists differ in length.
 */
export const zip = defineBlock({
  type: 'zip',
  config: z.looseObject({ combine_strategy: z.enum(['merge_objects', 'create_array']).default('merge_objects') }),
  ports: () => ({ inputs: [], open: true, outputs: [{ name: 'data', gives: 'any' }] }),
  run: async ({ config, inputs }) => {
    const ports = await Promise.all(
      Object.entries(inputs).map(async ([name, value]) => ({ name, value, list: isList(value) ? await toList(value) : undefined })),
    );
    if (ports.length === 0) throw new Error('nothing is connected to it; connect blocks to ports of any name');
    const combine = config.combine_strategy === 'create_array' ? (values: [string, unknown][]) => values.map(([, value]) => value) : merge;
    const lists = ports.filter((port) => port.list !== undefined);
    const length = lists[0]?.list?.length;
    if (length === undefined) return combine(ports.map(({ name, value }) => [name, value]));
    if (lists.some(({ list }) => list?.length !== length)) {
      const lengths = lists.map(({ name, list }) => `'${name}' has ${list?.length}`).join(', ');
      throw new Error(`its lists differ in length: ${lengths}; connect lists of the same length`);
    }
    return Array.from({ length }, (_, index) => combine(ports.map(({ name, value, list }) => [name, list ? list[index] : value])));
  },
});

function isList(value: unknown): boolean {
  return Array.isArray(value) || isAsyncIterable(value);
}

function merge(values: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(values.flatMap(([name, value]) => (isObject(value) ? Object.entries(value) : [[name, value]])));
}
