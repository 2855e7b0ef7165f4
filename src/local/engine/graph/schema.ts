import { z } from 'zod';
import { builtInBlocks } from '../blocks/registry.js';

const connection = z.looseObject({
  source_block_id: z.string(),
  source_port: z.string(),
  target_block_id: z.string(),
  target_port: z.string(),
});

const block = z.looseObject({ id: z.string(), type: z.string(), config: z.record(z.string(), z.unknown()) });

const envelope = {
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  version: z.string().default('1.0.0'),
  connections: z.array(connection).default([]),
  metadata: z.looseObject({ name: z.string().optional(), version: z.string().optional(), description: z.string().optional() }).optional(),
};

/** A configuration as far as it can be read whatever its blocks are. */
export const configurationEnvelope = z.looseObject({ ...envelope, blocks: z.record(z.string(), block) });

/** A JSON Schema (draft 7) of a pipeline configuration with the block types there are. Keys it does not name are allowed. */
export function configurationSchema(): Record<string, unknown> {
  const blocks = [...builtInBlocks.values()].map(({ type, config }) => z.looseObject({ id: z.string(), type: z.literal(type), config }));
  const schema = z.looseObject({ ...envelope, blocks: z.record(z.string(), z.union(blocks)) });
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}
