import { ValidationError } from '#front';
import { isObject, readTextFile } from '../../vendor.js';

/** A parameter of a node. */
export interface NodeParameter {
  /** The name of the parameter. */
  code: string;
  /** The type of its value, such as `text`. */
  dataType?: string | null;
  /** A value that it has without a link. */
  value?: unknown;
  /** Whether it must have a value or a link. */
  isRequired?: boolean;
  [key: string]: unknown;
}

/** A node of a pipeline. Keys that are not declared here are kept as they are. */
export interface PipelineNode {
  /** The number of the node, which links refer to. */
  number: number;
  /** `INPUT`, `OUTPUT`, `ASSET`, `SCRIPT`, `ROUTER` or `DECISION`. */
  type: string;
  /** The name of the node. The label of an INPUT node names its value in the input of a run. */
  label?: string;
  /** Its inputs. */
  inputValues?: NodeParameter[];
  /** Its outputs. */
  outputValues?: NodeParameter[];
  /** Inputs that were added to those of the asset. */
  customInputs?: NodeParameter[];
  [key: string]: unknown;
}

/** The data that flows from one node to another. */
export interface PipelineLink {
  /** The number of the node that it comes from. */
  from: number;
  /** The number of the node that it leads to. */
  to: number;
  /** Which output becomes which input. */
  paramMapping: {
    /** The output. */
    from: string;
    /** The input. */
    to: string;
    /** The number of the input node whose data it carries. */
    dataSourceId?: number;
  }[];
  [key: string]: unknown;
}

/** The graph of a pipeline. */
export interface Architecture {
  /** The nodes. */
  nodes: PipelineNode[];
  /** What connects them. */
  links: PipelineLink[];
  [key: string]: unknown;
}

/**
 * Reads the graph of a pipeline from a JSON file: its path, or in browsers a File or Blob.
 *
 * @throws ValidationError if the file cannot be read, or is not JSON with lists of nodes and links.
 */
export async function readArchitecture(file: string | Blob): Promise<Architecture> {
  const name = typeof file === 'string' ? file : 'name' in file ? String(file.name) : 'of the Blob';
  let text: string;
  try {
    text = await (file instanceof Blob ? file.text() : readTextFile(file));
  } catch (cause) {
    if (cause instanceof ValidationError) throw cause;
    throw new ValidationError(`The pipeline architecture ${name} does not exist or cannot be read.`, { cause });
  }
  let graph: unknown;
  try {
    graph = JSON.parse(text);
  } catch (cause) {
    throw new ValidationError(`${name} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (isObject(graph) && Array.isArray(graph.nodes) && Array.isArray(graph.links)) return graph as Architecture;
  throw new ValidationError(`${name} is not a pipeline architecture; it must be { "nodes": [...], "links": [...] }.`);
}

export function isEmpty(architecture: Architecture | undefined): boolean {
  return !architecture || !Array.isArray(architecture.nodes) || architecture.nodes.length === 0;
}

/** A copy of the graph with function types in lower case, the only form that the platform accepts. */
export function withLowerFunctionTypes(architecture: Architecture): Architecture {
  if (!Array.isArray(architecture.nodes)) return architecture;
  const nodes = architecture.nodes.map((node) =>
    typeof node.functionType === 'string' ? { ...node, functionType: node.functionType.toLowerCase() } : node,
  );
  return { ...architecture, nodes };
}
