import type { Row } from '../../../../src/local/engine/types.js';
import { type BlockSketch, failure, pipeline, run, type World } from './engine.js';

export const people = [
  { id: 1, name: 'Ada', town: 'L' },
  { id: 2, name: 'Bob', town: 'P' },
  { id: 3, name: 'Cyd', town: null },
  { id: 4, name: 'Dot', town: 'X' },
];
export const towns = [
  { town: 'L', name: 'London' },
  { town: 'P', name: 'Paris' },
  { town: 'P', name: 'Paris, Texas' },
  { town: 'R', name: 'Rome' },
];

interface Sketch {
  joins?: Record<string, unknown>[];
  output?: Record<string, unknown>[];
  more?: Record<string, unknown>;
  datasets?: Record<string, readonly Row[]>;
}

/** A pipeline that joins constants, each on the port of its name. */
export function joining({
  joins = [{ dataset: 'towns', left_key: 'town', right_key: 'town' }],
  output = [],
  more = {},
  datasets = { people, towns },
}: Sketch = {}) {
  const constants = Object.entries(datasets).map(([name, config_value]): [string, BlockSketch] => [
    `c_${name}`,
    ['constant', { config_value }],
  ]);
  const config = { base_dataset: 'people', joins, output_columns: output, ...more };
  const connections = Object.keys(datasets).map((name) => `c_${name} -> j.${name}`);
  return pipeline({ ...Object.fromEntries(constants), j: ['join', config], out: ['output'] }, ...connections, 'j -> out');
}

/** The rows such a pipeline gives. */
export const join = async (sketch?: Sketch, world?: World) => (await run(joining(sketch), {}, world)).output as Row[];
/** One join to the towns, of a kind. */
export const kind = (join_type: string) => [{ dataset: 'towns', left_key: 'town', right_key: 'town', join_type }];
/** What the error of such a pipeline says. */
export const message = async (sketch: Sketch, world?: World) => (await failure(join(sketch, world))).message;
