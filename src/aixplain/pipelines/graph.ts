import { ValidationError } from '#front';
import type { Architecture, NodeParameter, PipelineLink, PipelineNode } from './architecture.js';
import { placeholdersIn } from './prompt.js';
import type { UploadedScript } from './script.js';
import { validateArchitecture } from './validate.js';

/** A parameter's data type, or all of its properties. */
export type ParameterOptions = string | Omit<NodeParameter, 'code'>;

/** Parameters by code. */
export type Parameters = Readonly<Record<string, ParameterOptions>>;

/** The properties of a node. Those that are not declared here are sent as they are. */
export interface NodeOptions {
  /** The kind of the node, such as `ASSET`. */
  type: string;
  /** Default: the number of nodes before it. */
  number?: number;
  /** Default: the type and number, such as `ASSET(ID=2)`. */
  label?: string;
  /** Its inputs, by name. */
  inputs?: Parameters;
  /** Its outputs, by name. */
  outputs?: Parameters;
  [property: string]: unknown;
}

/** A route out of a router or decision node. */
export interface Route {
  /** What the value is compared with. */
  value: string;
  /** The numbers of the nodes that the route leads to. */
  path: readonly number[];
  /** How it is compared. */
  operation: 'greaterThan' | 'greaterThanOrEqual' | 'lessThan' | 'lessThanOrEqual' | 'equal' | 'different' | 'contain' | 'notContain';
  /** Whether the type of the value is compared, or the value itself. */
  type: 'checkType' | 'checkValue';
}

/** A node of a PipelineGraph. */
export class GraphNode {
  /** The number of the node in its graph. */
  readonly number: number;
  /** The kind of the node, such as `ASSET`. */
  readonly type: string;
  /** The label. Default: the kind and the number. */
  readonly label: string;
  /** Its outputs, by name. */
  readonly outputs: ReadonlyMap<string, NodeParameter>;
  readonly #inputs: Map<string, NodeParameter>;
  readonly #properties: Readonly<Record<string, unknown>>;

  constructor(number: number, { type, number: _given, label, inputs = {}, outputs = {}, ...properties }: NodeOptions) {
    this.number = number;
    this.type = type;
    this.label = label ?? `${type}(ID=${number})`;
    this.#inputs = parameters(inputs);
    this.outputs = parameters(outputs);
    this.#properties = properties;
    const prompt = this.#inputs.get('prompt')?.value;
    if (prompt !== undefined) this.set('prompt', prompt);
  }

  /** Its inputs, by name. */
  get inputs(): ReadonlyMap<string, NodeParameter> {
    return this.#inputs;
  }

  /**
   * Sets an input to a value, so that it need not be linked. For a prompt, each `{{name}}` in it becomes a required input, and the input
   * `text` becomes optional.
   *
   * @throws ValidationError if the node has no such input.
   */
  set(code: string, value: unknown): this {
    const inputs = this.#inputs;
    inputs.set(code, { ...known(this, 'inputs', code), value });
    const names = code === 'prompt' && typeof value === 'string' ? placeholdersIn(value) : [];
    for (const name of names) if (!inputs.has(name)) inputs.set(name, { code: name, dataType: 'text', isRequired: true });
    const text = inputs.get('text');
    if (names.length > 0 && text && !names.includes('text')) inputs.set('text', { ...text, isRequired: false });
    return this;
  }

  /** The node as the platform stores it. */
  toJSON(): PipelineNode {
    const { number, type, label } = this;
    return { number, type, label, inputValues: [...this.inputs.values()], outputValues: [...this.outputs.values()], ...this.#properties };
  }
}

/** Builds the graph of a pipeline node by node. */
export class PipelineGraph {
  readonly #nodes: GraphNode[] = [];
  readonly #links: { from: GraphNode; output: string; to: GraphNode; input: string }[] = [];

  /** The nodes, in the order in which they were added. */
  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** Adds an input node. Its label names the value in the input of a run. */
  input(label: string, dataType = 'text'): GraphNode {
    return this.add({ type: 'INPUT', label, dataType: [dataType], outputs: { input: dataType } });
  }

  /** Adds an output node. Its label names the value in the output of a run. */
  output(label: string, dataType = 'text'): GraphNode {
    return this.add({ type: 'OUTPUT', label, dataType: [dataType], inputs: { output: { dataType, isRequired: true } } });
  }

  /** Adds a model, a metric or another asset of the platform. */
  asset(assetId: string, options: Omit<NodeOptions, 'type'>): GraphNode {
    return this.add({ assetType: 'MODEL', functionType: 'ai', ...options, type: 'ASSET', assetId });
  }

  /** Adds a script that was uploaded with `uploadScript`. */
  script({ fileId, name, size }: UploadedScript, options: Omit<NodeOptions, 'type'> = {}): GraphNode {
    return this.add({ ...options, type: 'SCRIPT', fileId, fileMetadata: JSON.stringify({ name, size }) });
  }

  /** Adds a router, which sends its input along the routes that match it. */
  router(routes: readonly Route[], dataType = 'text'): GraphNode {
    return this.add({ type: 'ROUTER', routes, inputs: { input: { dataType, isRequired: true } }, outputs: { input: dataType } });
  }

  /** Adds a decision, which compares one value and sends another along the routes that match. */
  decision(routes: readonly Route[], dataType = 'text'): GraphNode {
    const inputs = { comparison: { dataType, isRequired: true }, passthrough: { dataType, isRequired: true } };
    return this.add({ type: 'DECISION', routes, inputs, outputs: { data: dataType } });
  }

  /** Adds a node of any type. @throws ValidationError if the type is missing or the number is already used. */
  add(options: NodeOptions): GraphNode {
    if (!options.type) throw new ValidationError('A node must have a type, such as ASSET.');
    const number = options.number ?? this.#nodes.length;
    if (this.#nodes.some((node) => node.number === number))
      throw new ValidationError(`A node with the number ${number} already exists; choose another number.`);
    const node = new GraphNode(number, options);
    this.#nodes.push(node);
    return node;
  }

  /**
   * Links an output of one node to an input of another.
   *
   * @throws ValidationError if a node belongs to another graph or does not have the parameter.
   */
  link(from: GraphNode, output: string, to: GraphNode, input: string): this {
    for (const node of [from, to]) {
      if (!this.#nodes.includes(node))
        throw new ValidationError(`The node ${node.label} belongs to another graph; add it to this one first.`);
    }
    known(from, 'outputs', output);
    known(to, 'inputs', input);
    this.#links.push({ from, output, to, input });
    return this;
  }

  /** The graph in its present state. All links between the same two nodes are merged into one with several mappings. */
  toJSON(): Architecture {
    const links = new Map<string, PipelineLink>();
    for (const { from, output, to, input } of this.#links) {
      const key = `${from.number} ${to.number}`;
      const link = links.get(key) ?? { from: from.number, to: to.number, paramMapping: [] };
      link.paramMapping.push({ from: output, to: input, ...this.#dataSource(from) });
      links.set(key, link);
    }
    return { nodes: this.#nodes.map((node) => node.toJSON()), links: [...links.values()] };
  }

  /** The complete graph, for `Pipeline.create({ architecture })`. @throws ValidationError listing what is missing. */
  toArchitecture(): Architecture {
    const architecture = structuredClone(this.toJSON());
    validateArchitecture(architecture);
    return architecture;
  }

  /** A decision passes on the value it was given, so its links name the node which that value came from. */
  #dataSource(from: GraphNode): { dataSourceId?: number } {
    if (from.type !== 'DECISION') return {};
    const source = this.#links.find(({ to, input }) => to === from && input === 'passthrough')?.from;
    return source ? { dataSourceId: source.number } : {};
  }
}

function parameters(given: Parameters): Map<string, NodeParameter> {
  const entries = Object.entries(given).map(([code, options]): [string, NodeParameter] => [
    code,
    typeof options === 'string' ? { code, dataType: options } : { ...options, code },
  ]);
  return new Map(entries);
}

function known(node: GraphNode, side: 'inputs' | 'outputs', code: string): NodeParameter {
  const parameter = node[side].get(code);
  if (parameter) return parameter;
  throw new ValidationError(`${node.label} has no ${side.slice(0, -1)} "${code}"; it has ${[...node[side].keys()].join(', ') || 'none'}.`);
}
