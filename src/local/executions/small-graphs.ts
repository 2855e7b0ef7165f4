import type { BlockHandler, PipelineConfiguration } from '../engine/types.js';
import { moduleOf } from '../isolation/handlers.js';

/** The most characters of JSON, configuration and input together. */
const mostCharacters = 16 * 1024;
const mostBlocks = 32;
/** Small configurations that are kept as parsed. */
const mostKept = 100;
/** Blocks that pass on what they are given. */
const passing = new Set(['input', 'constant', 'output', 'identity']);
/** The same for a graph with a template, which may repeat all of it at every place: some megabytes at most. */
const mostTemplateCharacters = 4 * 1024;
/** Keywords of JSON Schema whose evaluation can take time that the size of schema and value does not bound. */
const unbounded = /"(?:pattern|patternProperties|\$\w*ref)":/i;

interface Block {
  id?: string;
  type?: string;
  config?: { json_schema?: unknown; template?: unknown };
}

/**
 * Whether a configuration is certain to run at once, so that a child would only make it slower: a few blocks that pass on small
 * values, one short template of plain names, and handlers that run in this process anyway. Everything else is not bounded by its size: an
 * expression or a pattern can spin, templates and `zip` multiply what they are given, and so does a port with several connections.
 */
export function isSmall(configuration: string, input: string, handlers: ReadonlyMap<string, BlockHandler>): boolean {
  if (configuration.length + input.length > mostCharacters || unbounded.test(configuration)) return false;
  const { blocks, connections } = parsed(configuration);
  const all = Object.values(blocks);
  if (all.length > mostBlocks) return false;
  const handler = ({ type = '' }: Block) => handlers.get(type);
  const isBounded = (block: Block) => {
    const own = handler(block);
    return own ? moduleOf(own) === undefined : passing.has(block.type ?? '') || isPlainTemplate(block);
  };
  if (!all.every(isBounded)) return false;
  const templates = all.filter((block) => !handler(block) && isPlainTemplate(block)).length;
  if (templates > 1 || (templates > 0 && (all.some(handler) || configuration.length + input.length > mostTemplateCharacters))) return false;
  // What a handler returns can be of any size.
  if (all.some(handler) && all.some(({ type, config }) => type === 'output' && config?.json_schema !== undefined)) return false;
  const ports = (connections ?? []).map(({ target_block_id, target_port }) => JSON.stringify([target_block_id, target_port]));
  return new Set(ports).size === ports.length;
}

/** Parsed configurations by their text, the latest last. */
const kept = new Map<string, PipelineConfiguration>();

function parsed(configuration: string): PipelineConfiguration {
  const value = kept.get(configuration) ?? (JSON.parse(configuration) as PipelineConfiguration);
  if (!kept.has(configuration) && kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '');
  kept.set(configuration, value);
  return value;
}

/** A small configuration that has built-in blocks only, which change nothing, as one object for all of its runs. */
export function sharedConfiguration(configuration: string, handlers: ReadonlyMap<string, BlockHandler>): PipelineConfiguration | undefined {
  const value = parsed(configuration);
  return Object.values(value.blocks).some(({ type }) => handlers.has(type)) ? undefined : value;
}

/** Whether a configuration is small and calls no code but the engine's: nobody sees anything between its start and its end. */
export function isInstant(configuration: string, input: string, handlers: ReadonlyMap<string, BlockHandler>): boolean {
  return isSmall(configuration, input, handlers) && sharedConfiguration(configuration, handlers) !== undefined;
}

/** Whether a block is a template whose places are names, so that nothing is evaluated. */
function isPlainTemplate({ type, config }: Block): boolean {
  if (type !== 'string_template' || typeof config?.template !== 'string') return false;
  return !config.template.replace(/\{\{\s*[A-Za-z_][\w-]*\s*\}\}/g, '').includes('{{');
}
