import { clauseExtractionAgent } from './clause-extraction-agent.js';
import { artifact, constant, identity, input, output } from './data.js';
import type { BlockDefinition } from './definition.js';
import { join } from './join/index.js';
import { map } from './map.js';
import { embeddings } from './models/embeddings.js';
import { llm } from './models/llm.js';
import { semanticFilter } from './models/semantic-filter.js';
import { pdfReader } from './pdf-reader/index.js';
import { dataset, file } from './sources.js';
import { jsonTemplate, stringTemplate } from './templates.js';
import { textSplitter } from './text-splitter.js';
import { transform } from './transform/index.js';
import { zip } from './zip.js';

const definitions = [
  ...[constant, input, output, dataset, file, artifact, identity, zip, map, join, llm, embeddings, semanticFilter],
  ...[clauseExtractionAgent, stringTemplate, textSplitter, transform, pdfReader, jsonTemplate],
];

/** The built-in block types. */
export const builtInBlocks: ReadonlyMap<string, BlockDefinition> = new Map(definitions.map((definition) => [definition.type, definition]));
