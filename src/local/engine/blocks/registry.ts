import { artifact, constant, identity, input, output } from './data.js';
import type { BlockDefinition } from './definition.js';
import { join } from './join/index.js';
import { dataset, file } from './sources.js';
import { transform } from './transform/index.js';

/** The block types the engine knows. */
export const builtInBlocks: ReadonlyMap<string, BlockDefinition> = new Map(
  [constant, input, output, dataset, file, artifact, identity, join, transform].map((definition) => [definition.type, definition]),
);
