import { z } from 'zod';
import { columnName } from '../../table/column-name.js';

/** The published config of a join. */
export const joinConfig = z.looseObject({
  base_dataset: z.string(),
  joins: z.array(
    z.looseObject({
      dataset: z.string(),
      left_key: z.string(),
      right_key: z.string(),
      join_type: z.enum(['inner', 'left', 'right', 'full']).default('inner'),
    }),
  ),
  output_columns: z.array(
    z.looseObject({
      name: columnName,
      source: z.string().min(1),
      type: z.enum(['string', 'integer', 'number', 'boolean', 'null', 'object']),
      nullable: z.boolean().default(false),
    }),
  ),
  dataset_names: z.record(z.string(), z.string()).optional(),
  conflict_resolution: z
    .looseObject({
      strategy: z.enum(['prefix', 'suffix', 'explicit']).default('prefix'),
      left_modifier: z.string().default(''),
      right_modifier: z.string().default(''),
    })
    .optional(),
});

export type JoinConfig = z.output<typeof joinConfig>;
export type JoinStep = JoinConfig['joins'][number];
export type JoinKind = JoinStep['join_type'];
export type OutputColumn = JoinConfig['output_columns'][number];

/** How columns that have the same name are renamed. */
export interface ConflictResolution {
  strategy: 'prefix' | 'suffix' | 'explicit';
  left_modifier: string;
  right_modifier: string;
}

/** The names of all datasets in the config, the base first. */
export function datasetNames(config: JoinConfig): string[] {
  return [config.base_dataset, ...config.joins.map((join) => join.dataset)];
}

/** The input port or dataset id that `dataset_names` maps to this name. */
export function aliasOf(name: string, config: JoinConfig): string | undefined {
  return Object.entries(config.dataset_names ?? {}).find(([, alias]) => alias === name)?.[0];
}
