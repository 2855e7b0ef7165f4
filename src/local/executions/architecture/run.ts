import { isUtf8 } from 'node:buffer';
import { findUploaded } from '../../blobs/received.js';
import type { Platform } from '../../context.js';
import type { Block, BlockConnection, BlockHandler, PipelineConfiguration } from '../../engine/types.js';
import { wholeOf } from '../assets/chunks.js';
import { servicesFor } from '../engine-services.js';
import { loadEngine } from '../load-engine.js';
import { type ArchitectureNode, type Link, labelOf, type NodeResult } from './nodes.js';
import { isTaken, routeOf } from './routing.js';

/** One output of a pipeline, in the structure that its clients read. */
interface PipelineOutput {
  label: string;
  segments: { response: unknown; success: boolean; index: number }[];
}

const nodeType = 'architecture-node';
const separator = '\n';
const end = 'end';

/** The graph as a configuration of the engine: a node becomes a block, a mapping a connection whose port encodes the mapping. */
function configurationOf(nodes: ArchitectureNode[], links: Link[]): PipelineConfiguration {
  const connections: BlockConnection[] = links.flatMap(({ from, to, paramMapping = [] }) =>
    paramMapping.map((mapping) => ({
      source_block_id: String(from),
      source_port: 'data',
      target_block_id: String(to),
      target_port: [from, mapping.from, mapping.to].join(separator),
    })),
  );
  const blocks: [string, Block][] = nodes.map((node) => [
    String(node.number),
    { id: String(node.number), type: nodeType, config: { ...node } },
  ]);
  // The engine requires an output block. Here it only collects the output nodes.
  const ends = nodes.filter(({ type }) => type.toUpperCase() === 'OUTPUT').map(({ number }) => String(number));
  blocks.push([end, { id: end, type: 'output', config: {} }]);
  connections.push(...ends.map((id) => ({ source_block_id: id, source_port: 'data', target_block_id: end, target_port: 'data' })));
  return { id: 'architecture', name: 'architecture', blocks: Object.fromEntries(blocks), connections };
}

/** The parameters of a node, by their code; undefined when no value reached it. */
function parametersOf(node: ArchitectureNode, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const set = [...(node.inputValues ?? []), ...(node.customInputs ?? [])].filter(({ value }) => value !== undefined && value !== null);
  const parameters: Record<string, unknown> = Object.fromEntries(set.map(({ code, value }) => [code, value]));
  let reached = Object.keys(inputs).length === 0;
  for (const [port, input] of Object.entries(inputs)) {
    const [, from = '', to = ''] = port.split(separator);
    const result = input as NodeResult;
    if (!isTaken(result, node.number)) continue;
    reached = true;
    parameters[to] = pick(result.value, from);
  }
  return reached ? parameters : undefined;
}

/** The member of a node's value that a mapping names; the whole value when it has no such member. */
function pick(value: unknown, code: string): unknown {
  return typeof value === 'object' && value !== null && code in value ? (value as Record<string, unknown>)[code] : value;
}

/** The values of the input nodes, by label: a list assigns them by label, anything else is the value of all of them. */
function inputValues(nodes: ArchitectureNode[], body: Record<string, unknown>): Map<string, unknown> {
  const labels = nodes.filter(({ type }) => type.toUpperCase() === 'INPUT').map(labelOf);
  const { batchmode: _batch, version: _version, ...rest } = body;
  const data = 'data' in body ? body.data : rest;
  const named =
    Array.isArray(data) && data.length > 0 && data.every((entry) => typeof entry === 'object' && entry !== null && 'nodeId' in entry);
  if (!named) return new Map(labels.map((label) => [label, data]));
  const entries = data as { nodeId: unknown; value?: unknown; dataAsset?: unknown }[];
  const unknown = entries.find(({ nodeId }) => !labels.includes(String(nodeId)));
  if (unknown) throw new Error(`There is no input node '${String(unknown.nodeId)}'; the input nodes are: ${labels.join(', ') || 'none'}.`);
  return new Map(entries.map(({ nodeId, value, dataAsset }) => [String(nodeId), value ?? dataAsset ?? null]));
}

/**
 * The text of an uploaded object, when the value is an `s3:` link to one; otherwise the value. The bucket of the link is
 * ignored, because clients derive it from the upload URL.
 * @throws Error for an object that is not text, because nodes exchange JSON.
 */
async function resolved(platform: Platform, label: string, value: unknown): Promise<unknown> {
  const key = typeof value === 'string' ? /^s3:\/\/[^/]+\/(.+)$/.exec(value)?.[1] : undefined;
  const object = key === undefined ? undefined : await findUploaded(platform, key);
  if (!object) return value;
  const chunks: Uint8Array[] = [];
  for await (const chunk of await platform.blobs.read(object)) chunks.push(chunk as Uint8Array);
  const bytes = Buffer.concat(chunks);
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new Error(
    `The file for the input node '${label}' (${bytes.length} bytes) is not UTF-8 text, the only content that nodes of the local platform accept. ` +
      'Pass the handler of the asset that reads it a link to the file instead.',
  );
}

/**
 * Runs an aiXplain pipeline: inputs, outputs, routing, and assets that have a handler.
 * @throws Error naming the node that cannot be run.
 */
export async function runArchitecture(
  platform: Platform,
  teamId: string,
  pipeline: { architecture?: { nodes?: ArchitectureNode[]; links?: Link[] } },
  body: Record<string, unknown>,
  signal: AbortSignal,
): Promise<PipelineOutput[]> {
  const { nodes = [], links = [] } = pipeline.architecture ?? {};
  if (!nodes.some(({ type }) => type.toUpperCase() === 'OUTPUT'))
    throw new Error('This pipeline has no OUTPUT node: save it with an architecture that has one.');
  const values = inputValues(nodes, body);
  const outputs = new Map<number, PipelineOutput>();
  const services = servicesFor(platform, teamId);

  const runNode: BlockHandler = async (context): Promise<NodeResult> => {
    const node = context.config as unknown as ArchitectureNode;
    const parameters = parametersOf(node, context.inputs);
    if (!parameters) return { skipped: true };
    switch (node.type.toUpperCase()) {
      case 'INPUT':
        if (!values.has(labelOf(node))) throw new Error(`No value was given for the input node '${labelOf(node)}'.`);
        return { value: await resolved(platform, labelOf(node), values.get(labelOf(node))) };
      case 'OUTPUT': {
        const response = Object.values(parameters)[0] ?? null;
        outputs.set(node.number, { label: labelOf(node), segments: [{ response, success: true, index: 0 }] });
        return { value: response };
      }
      case 'ROUTER':
      case 'DECISION':
        return routeOf(node, parameters);
      default: {
        const handler = services.handlers.get(node.assetId ?? '');
        if (!handler) throw new Error(missingHandler(node));
        const asset = { blockId: labelOf(node), blockType: node.assetId ?? node.type, inputs: parameters };
        return { value: await wholeOf(await handler({ ...context, ...asset }), context.signal) };
      }
    }
  };

  const { BlockError, runGraph } = await loadEngine();
  try {
    await runGraph(configurationOf(nodes, links), {}, { services: { ...services, handlers: new Map([[nodeType, runNode]]) }, signal });
  } catch (error) {
    const node = error instanceof BlockError ? nodes.find(({ number }) => String(number) === error.blockId) : undefined;
    if (!node) throw error;
    throw new Error(`Node '${labelOf(node)}' (${node.assetId ?? node.type}): ${(error as InstanceType<typeof BlockError>).reason}`, {
      cause: error,
    });
  }
  return nodes.flatMap(({ number }) => outputs.get(number) ?? []);
}

function missingHandler(node: ArchitectureNode): string {
  if (node.type.toUpperCase() === 'SCRIPT') return `The node '${labelOf(node)}' is a script, which the local platform does not run.`;
  return `The node '${labelOf(node)}' runs the asset '${node.assetId}', which has no handler: register one with platform.block('${node.assetId}', handler).`;
}
