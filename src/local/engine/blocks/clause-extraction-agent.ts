import { z } from 'zod';
import { defineBlock } from './definition.js';

/** Declared for validation only. The vendor's implementation is not available, so a run needs a handler. */
export const clauseExtractionAgent = defineBlock({
  type: 'clause_extraction_agent',
  config: z.looseObject({ instructions: z.string() }),
  ports: () => ({
    inputs: [{ name: 'file_id' }, { name: 'dataset_id' }, { name: 'context_dataset_id' }],
    outputs: [{ name: 'results', gives: 'any' }],
  }),
});
