import { z } from 'zod';
import { builtInBlocks } from '../blocks/registry.js';

const connection = z.looseObject({
  source_block_id: z.string(),
  source_port: z.string(),
  target_block_id: z.string(),
  target_port: z.string(),
});

const block = z.looseObject({ id: z.string(), type: z.string(), config: z.record(z.string(), z.unknown()) });

/** The structure of a configuration, whatever the types of its blocks. Other keys are kept. */
export const configurationEnvelope = z.looseObject({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  version: z.string().optional(),
  blocks: z.record(z.string(), block),
  connections: z.array(connection).optional(),
  metadata: z.looseObject({ name: z.string().optional(), version: z.string().optional(), description: z.string().optional() }).optional(),
});

/**
 * A configuration that matches the published schema: its structure, and the config of each block of a built-in type.
 * Parsing adds no defaults, and the graph is not checked.
 */
export const publishedConfiguration = configurationEnvelope.superRefine(({ blocks }, context) => {
  for (const [key, { type, config }] of Object.entries(blocks)) {
    for (const issue of builtInBlocks.get(type)?.config.safeParse(config).error?.issues ?? []) {
      context.addIssue({ code: 'custom', message: issue.message, path: ['blocks', key, 'config', ...issue.path] });
    }
  }
});

/** A JSON Schema (draft 7) of a pipeline configuration with the built-in block types. Other keys are allowed. */
export function configurationSchema(): Record<string, unknown> {
  const blocks = [...builtInBlocks.values()].map(({ type, config }) => z.looseObject({ id: z.string(), type: z.literal(type), config }));
  const schema = configurationEnvelope.extend({
    version: z.string().default('1.0.0'),
    blocks: z.record(z.string(), z.union(blocks)),
    connections: z.array(connection).default([]),
  });
  return z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
}
