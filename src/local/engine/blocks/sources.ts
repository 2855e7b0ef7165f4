import { z } from 'zod';
import { openTable, toFile } from '../values/convert.js';
import { defineBlock } from './definition.js';

/** Gives the rows of a dataset. Each block that reads them opens the dataset again; they are never buffered. */
export const dataset = defineBlock({
  type: 'dataset',
  config: z.looseObject({ dataset_id: z.string() }),
  ports: () => ({ inputs: [], outputs: [{ name: 'data', gives: 'rows' }] }),
  run: ({ config, services }) => openTable(config.dataset_id, services),
});

/** Gives a file, by `file_id` or by the id on `data`. Its content is read only by a block that needs it. */
export const file = defineBlock({
  type: 'file',
  config: z.looseObject({ file_id: z.string().optional() }),
  ports: ({ file_id }) => ({
    inputs: [{ name: 'data', required: file_id === undefined, accepts: ['text', 'file', 'any'] }],
    outputs: [{ name: 'data', gives: 'file' }],
  }),
  run: ({ config, inputs, ...context }) => toFile(config.file_id ?? inputs.data, context),
});
