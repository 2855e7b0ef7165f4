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
  const length = configuration.length + input.length;
  if (length > mostCharacters) return false;
  const graph = parsed(configuration);
  if (usesHandler(graph, handlers)) return isBounded(configuration, graph.configuration, length, handlers);
  // What has no handlers is found out once.
  graph.mostCharacters ??= [mostCharacters, mostTemplateCharacters, 0].find(
    (most) => most === 0 || isBounded(configuration, graph.configuration, most, handlers),
  );
  return length <= (graph.mostCharacters ?? 0);
}

function isBounded(
  configuration: string,
  { blocks, connections }: PipelineConfiguration,
  length: number,
  handlers: ReadonlyMap<string, BlockHandler>,
): boolean {
  if (unbounded.test(configuration)) return false;
  const all = Object.values(blocks);
  if (all.length > mostBlocks) return false;
  const handler = ({ type = '' }: Block) => handlers.get(type);
  const isBoundedBlock = (block: Block) => {
    const own = handler(block);
    return own ? moduleOf(own) === undefined : passing.has(block.type ?? '') || isPlainTemplate(block);
  };
  if (!all.every(isBoundedBlock)) return false;
  const templates = all.filter((block) => !handler(block) && isPlainTemplate(block)).length;
  if (templates > 1 || (templates > 0 && (all.some(handler) || length > mostTemplateCharacters))) return false;
  // What a handler returns can be of any size.
  if (all.some(handler) && all.some(({ type, config }) => type === 'output' && config?.json_schema !== undefined)) return false;
  const ports = (connections ?? []).map(({ target_block_id, target_port }) => JSON.stringify([target_block_id, target_port]));
  return new Set(ports).size === ports.length;
}

/** A small configuration, and what is known of it. */
interface SmallGraph {
  configuration: PipelineConfiguration;
  types: string[];
  /** The most characters of it and its input with which it is small, if none of its blocks has a handler; undefined until it is asked for. */
  mostCharacters?: number | undefined;
}

/** Parsed configurations by their text, the oldest first. */
const kept = new Map<string, SmallGraph>();

function parsed(text: string): SmallGraph {
  const known = kept.get(text);
  if (known) return known;
  const configuration = JSON.parse(text) as PipelineConfiguration;
  const graph = { configuration, types: Object.values(configuration.blocks).map(({ type }) => type) };
  if (kept.size >= mostKept) kept.delete(kept.keys().next().value ?? '');
  kept.set(text, graph);
  return graph;
}

function usesHandler({ types }: SmallGraph, handlers: ReadonlyMap<string, BlockHandler>): boolean {
  return handlers.size > 0 && types.some((type) => handlers.has(type));
}

/** A small configuration that has built-in blocks only, which change nothing, as one object for all of its runs. */
export function sharedConfiguration(configuration: string, handlers: ReadonlyMap<string, BlockHandler>): PipelineConfiguration | undefined {
  const graph = parsed(configuration);
  return usesHandler(graph, handlers) ? undefined : graph.configuration;
}

/** Whether a block is a template whose places are names, so that nothing is evaluated. */
function isPlainTemplate({ type, config }: Block): boolean {
  if (type !== 'string_template' || typeof config?.template !== 'string') return false;
  return !config.template.replace(/\{\{\s*[A-Za-z_][\w-]*\s*\}\}/g, '').includes('{{');
}
