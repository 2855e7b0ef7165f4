import { readFile } from 'node:fs/promises';
import { ValidationError } from '#front';
import { isObject } from '../../vendor.js';

/** A parameter of a node. */
export interface NodeParameter {
  code: string;
  dataType?: string | null;
  value?: unknown;
  isRequired?: boolean;
  [key: string]: unknown;
}

/** A node of a pipeline. What the platform says beside these is kept as it is. */
export interface PipelineNode {
  number: number;
  /** `INPUT`, `OUTPUT`, `ASSET`, `SCRIPT`, `ROUTER` or `DECISION`. */
  type: string;
  /** Names the node; an INPUT's label names its value when the pipeline is run. */
  label?: string;
  inputValues?: NodeParameter[];
  outputValues?: NodeParameter[];
  customInputs?: NodeParameter[];
  [key: string]: unknown;
}

/** What flows from one node to another. */
export interface PipelineLink {
  from: number;
  to: number;
  paramMapping: { from: string; to: string; dataSourceId?: number }[];
  [key: string]: unknown;
}

/** The graph of a pipeline. */
export interface Architecture {
  nodes: PipelineNode[];
  links: PipelineLink[];
  [key: string]: unknown;
}

/**
 * The graph in a JSON file, to create or change a pipeline with.
 *
 * @throws ValidationError when there is no such file, or it is not JSON with lists of nodes and links.
 */
export async function readArchitecture(path: string): Promise<Architecture> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ValidationError(`There is no file ${path} with a pipeline's architecture, or it cannot be read.`, { cause });
  }
  let graph: unknown;
  try {
    graph = JSON.parse(text);
  } catch (cause) {
    throw new ValidationError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (isObject(graph) && Array.isArray(graph.nodes) && Array.isArray(graph.links)) return graph as Architecture;
  throw new ValidationError(`${path} is not the architecture of a pipeline; it must be { "nodes": [...], "links": [...] }.`);
}

export function isEmpty(architecture: Architecture | undefined): boolean {
  return !architecture || !Array.isArray(architecture.nodes) || architecture.nodes.length === 0;
}

/** The graph as the platform takes it: it knows function types in lower case only. The caller's graph stays as it is. */
export function withLowerFunctionTypes(architecture: Architecture): Architecture {
  if (!Array.isArray(architecture.nodes)) return architecture;
  const nodes = architecture.nodes.map((node) =>
    typeof node.functionType === 'string' ? { ...node, functionType: node.functionType.toLowerCase() } : node,
  );
  return { ...architecture, nodes };
}
