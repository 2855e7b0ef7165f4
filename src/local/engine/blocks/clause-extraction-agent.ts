import { z } from 'zod';
import { defineBlock } from './definition.js';

/** Declared, with its ports, for validation. Its work is the vendor's own: a handler has to do it. */
export const clauseExtractionAgent = defineBlock({
  type: 'clause_extraction_agent',
  config: z.looseObject({ instructions: z.string() }),
  ports: () => ({
    inputs: [{ name: 'file_id' }, { name: 'dataset_id' }, { name: 'context_dataset_id' }],
    outputs: [{ name: 'results', gives: 'any' }],
  }),
});
