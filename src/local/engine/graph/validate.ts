import type { InputPort } from '../blocks/definition.js';
import type { BlockProblem, ConnectionProblem, PipelineConfiguration, ValidateConfiguration, ValidationResult } from '../types.js';
import { isObject, listed } from '../values/kinds.js';
import { type CheckedConfig, KnownTypes } from './block-config.js';
import { buildGraph, connectionId, type Edge, findCycles, type Graph, type Node } from './graph.js';
import { blockProblem, connectionProblem } from './problems.js';
import { configurationEnvelope } from './schema.js';

/** The result of a validation with the intermediate results that a run needs. */
export interface Examination {
  result: ValidationResult;
  /** Without blocks when the structure of the configuration is invalid. */
  graph: Graph;
  /** Each block's config with defaults, and its ports. */
  configs: ReadonlyMap<Node, CheckedConfig>;
}

/**
 * Validates a configuration: its structure, the config of each block, unknown types, duplicate ids, unconnected required
 * ports, dangling and duplicate connections, incompatible kinds of values, and cycles. A port that a known block does not
 * have is only a warning, because the platform documents few ports. Never throws.
 */
export const validateConfiguration: ValidateConfiguration = (configuration, options = {}) =>
  examine(configuration, options.knownTypes ?? []).result;

/** Validates a configuration and keeps the intermediate results. */
export function examine(given: unknown, knownTypes: Iterable<string>): Examination {
  const parsed = configurationEnvelope.safeParse(given);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => structureProblem(given, path, message));
    return {
      result: { valid: false, errors, warnings: [], inputSchema: null, outputSchema: null },
      graph: buildGraph({ id: '', name: '', blocks: {} }),
      configs: new Map(),
    };
  }
  const configuration: PipelineConfiguration = parsed.data;
  const graph = buildGraph(configuration);
  const types = new KnownTypes(new Set(knownTypes));
  const configs = new Map(graph.nodes.map((node) => [node, types.check(node.type, node.config)]));
  const connections = checkConnections(configuration, graph, configs);
  const errors = [...checkBlocks(graph, configs), ...connections.errors, ...missingBlocks(graph)];
  const result = {
    valid: errors.length === 0,
    errors,
    warnings: connections.warnings,
    inputSchema: inputSchema(graph),
    outputSchema: outputSchema(graph, configs),
  };
  return { result, graph, configs };
}

/** A problem of the structure, attributed to the block that contains it, if any. */
function structureProblem(given: unknown, path: readonly PropertyKey[], message: string): BlockProblem {
  const blocks = isObject(given) ? given.blocks : undefined;
  const key = path[0] === 'blocks' && path.length > 1 ? String(path[1]) : '';
  const block = isObject(blocks) ? blocks[key] : undefined;
  const type = isObject(block) && typeof block.type === 'string' ? block.type : '';
  return blockProblem({ id: key, type }, 'invalid_config', `${path.length > 0 ? path.join('.') : 'the configuration'}: ${message}`);
}

function checkBlocks({ nodes }: Graph, configs: Examination['configs']): BlockProblem[] {
  const problems: BlockProblem[] = [];
  const ids = new Map<string, Node>();
  const outputNames = new Map<unknown, Node>();
  for (const node of nodes) {
    const { problems: found = [], ports, config } = configs.get(node) ?? {};
    problems.push(...found.map(({ errorType, message }) => blockProblem(node, errorType, message)));
    const namesake = ids.get(node.id);
    if (namesake)
      problems.push(
        blockProblem(
          node,
          'duplicate_id',
          `the blocks '${namesake.key}' and '${node.key}' have the same id '${node.id}'; change one of them`,
        ),
      );
    else ids.set(node.id, node);
    for (const port of ports?.inputs ?? []) if (port.required && !isConnected(node, port)) problems.push(unconnected(node, port));
    if (node.type !== 'output') continue;
    const name = config?.name;
    const other = outputNames.get(name);
    if (other)
      problems.push(
        blockProblem(
          node,
          'invalid_config',
          `its output has the same name '${name}' as that of '${other.id}'; change config.name of one of them`,
        ),
      );
    outputNames.set(name, node);
  }
  for (const { key, id, type } of nodes) {
    const owner = key === id ? undefined : ids.get(key);
    if (owner)
      problems.push(
        blockProblem(
          { id, type },
          'id_mismatch',
          `its key '${key}' is the id of another block, so a connection to '${key}' is ambiguous; use the id '${id}' as its key`,
        ),
      );
  }
  return problems;
}

function missingBlocks({ nodes }: Graph): BlockProblem[] {
  const problems: BlockProblem[] = [];
  if (nodes.every((node) => node.type === 'output')) {
    problems.push(
      blockProblem(
        { id: '', type: 'input' },
        'missing_input_block',
        'no block provides data; add a block of the type input, constant, dataset or file',
      ),
    );
  }
  if (!nodes.some((node) => node.type === 'output')) {
    problems.push(
      blockProblem(
        { id: '', type: 'output' },
        'missing_output_block',
        'no block has the type output; add one and connect the result to its port data',
      ),
    );
  }
  return problems;
}

function isConnected(node: Node, port: InputPort): boolean {
  return node.incoming.some(({ connection }) => connection.target_port === port.name);
}

function unconnected(node: Node, port: InputPort): BlockProblem {
  return blockProblem(node, 'unconnected_port', `nothing is connected to its port '${port.name}'; connect a block to it`, port.name);
}

function checkConnections(configuration: PipelineConfiguration, graph: Graph, configs: Examination['configs']) {
  const errors: ConnectionProblem[] = [];
  const warnings: ConnectionProblem[] = [];
  const seen = new Set<string>();
  const ids = listed(graph.nodes.map((node) => node.id));
  for (const connection of configuration.connections ?? []) {
    for (const end of ['source', 'target'] as const) {
      const name = connection[`${end}_block_id`];
      if (!graph.find(name))
        errors.push(connectionProblem(connection, `unknown_${end}_block`, `there is no block '${name}'; the blocks are ${ids}`));
    }
    if (seen.has(connectionId(connection)))
      errors.push(connectionProblem(connection, 'duplicate_connection', 'this connection is a duplicate; remove it'));
    seen.add(connectionId(connection));
  }
  for (const edge of graph.edges) {
    const mismatch = mismatchOf(edge, configs);
    if (mismatch) errors.push(connectionProblem(edge.connection, 'type_mismatch', mismatch));
    warnings.push(...unknownPorts(edge, configs));
  }
  for (const { edge, path } of findCycles(graph)) {
    errors.push(
      connectionProblem(edge.connection, 'cycle', `the blocks form a cycle: ${path.join(' -> ')}; remove one of these connections`),
    );
  }
  return { errors, warnings };
}

function mismatchOf({ connection, source, target }: Edge, configs: Examination['configs']): string | undefined {
  const outputs = configs.get(source)?.ports?.outputs ?? [];
  const gives = (outputs.find((port) => port.name === connection.source_port) ?? outputs[0])?.gives ?? 'any';
  const accepts = configs.get(target)?.ports?.inputs.find((port) => port.name === connection.target_port)?.accepts;
  if (gives === 'any' || !accepts || accepts.includes(gives)) return undefined;
  return `'${source.id}' (${source.type}) gives ${gives}, but '${target.id}' (${target.type}) takes ${accepts.join(', ')} on '${connection.target_port}'`;
}

function unknownPorts({ connection, source, target }: Edge, configs: Examination['configs']): ConnectionProblem[] {
  const problems: ConnectionProblem[] = [];
  const outputs = configs.get(source)?.ports?.outputs.map((port) => port.name) ?? [];
  const ports = configs.get(target)?.ports;
  const names = ports?.inputs.map((port) => port.name) ?? [];
  if ((outputs.length > 0 || source.type === 'output') && !outputs.includes(connection.source_port)) {
    problems.push(
      connectionProblem(
        connection,
        'unknown_source_port',
        `'${source.id}' (${source.type}) has no output port '${connection.source_port}', only ${listed(outputs)}`,
      ),
    );
  }
  if (ports && !ports.open && !names.includes(connection.target_port)) {
    problems.push(
      connectionProblem(
        connection,
        'unknown_target_port',
        `'${target.id}' (${target.type}) has no input port '${connection.target_port}', only ${listed(names)}`,
      ),
    );
  }
  return problems;
}

function inputSchema({ nodes }: Graph): Record<string, unknown> {
  const inputs = nodes
    .filter((node) => node.type === 'input')
    .map((node) => [node.id, isObject(node.config.json_schema) ? node.config.json_schema : {}] as const);
  const required = inputs.filter(([, schema]) => !('default' in schema)).map(([id]) => id);
  return { type: 'object', properties: Object.fromEntries(inputs), required };
}

function outputSchema({ nodes }: Graph, configs: Examination['configs']): Record<string, unknown> {
  const outputs = nodes
    .filter((node) => node.type === 'output')
    .map((node) => {
      const { name = 'output', json_schema = {} } = configs.get(node)?.config ?? {};
      return [String(name), json_schema] as const;
    });
  return { type: 'object', properties: Object.fromEntries(outputs), required: outputs.map(([name]) => name) };
}
