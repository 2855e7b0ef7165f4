import { anyObject, z } from '../../wire/validation.js';

/** One block. Its config is checked by `validate` and when it runs; types unknown here may have a handler. */
const block = z.looseObject({ id: z.string(), type: z.string(), config: anyObject });

const connection = z.looseObject({
  source_block_id: z.string(),
  source_port: z.string(),
  target_block_id: z.string(),
  target_port: z.string(),
});

/** A configuration as the wire has it: its shape is checked, its graph is not. Unknown keys are kept. */
export const configuration = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  version: z.string().optional(),
  blocks: z.record(z.string(), block),
  connections: z.array(connection).optional(),
  metadata: anyObject.optional(),
});
