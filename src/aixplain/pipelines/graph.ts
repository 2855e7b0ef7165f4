import { ValidationError } from '#front';
import type { Architecture, NodeParameter, PipelineLink, PipelineNode } from './architecture.js';
import { placeholdersIn } from './prompt.js';
import type { UploadedScript } from './script.js';
import { validateArchitecture } from './validate.js';

/** A parameter by its data type, or with all that is known of it. */
export type ParameterOptions = string | Omit<NodeParameter, 'code'>;

/** Parameters by their codes. */
export type Parameters = Readonly<Record<string, ParameterOptions>>;

/** What a node is made of; what is not named here goes to the platform as it is. */
export interface NodeOptions {
  type: string;
  /** Default: the number of nodes before it. */
  number?: number;
  /** Default: `ASSET(ID=2)` for the asset with the number 2. */
  label?: string;
  inputs?: Parameters;
  outputs?: Parameters;
  [property: string]: unknown;
}

/** A way out of a router or a decision. */
export interface Route {
  value: string;
  /** The numbers of the nodes it leads to. */
  path: readonly number[];
  operation: 'greaterThan' | 'greaterThanOrEqual' | 'lessThan' | 'lessThanOrEqual' | 'equal' | 'different' | 'contain' | 'notContain';
  type: 'checkType' | 'checkValue';
}

/** A node of a graph that is being built. */
export class GraphNode {
  readonly number: number;
  readonly type: string;
  readonly label: string;
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

  get inputs(): ReadonlyMap<string, NodeParameter> {
    return this.#inputs;
  }

  /**
   * Sets an input to a value, so that nothing needs to be linked to it. The `{{names}}` in a prompt become inputs that are required, and
   * `text` becomes optional then.
   *
   * @throws ValidationError for an input the node does not have.
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

  toJSON(): PipelineNode {
    const { number, type, label } = this;
    return { number, type, label, inputValues: [...this.inputs.values()], outputValues: [...this.outputs.values()], ...this.#properties };
  }
}

/** Builds the graph of a pipeline node by node. */
export class PipelineGraph {
  readonly #nodes: GraphNode[] = [];
  readonly #links: { from: GraphNode; output: string; to: GraphNode; input: string }[] = [];

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  /** What a run is given under this label. */
  input(label: string, dataType = 'text'): GraphNode {
    return this.add({ type: 'INPUT', label, dataType: [dataType], outputs: { input: dataType } });
  }

  /** What a run answers under this label. */
  output(label: string, dataType = 'text'): GraphNode {
    return this.add({ type: 'OUTPUT', label, dataType: [dataType], inputs: { output: { dataType, isRequired: true } } });
  }

  /** A model, a metric or another asset of the platform. */
  asset(assetId: string, options: Omit<NodeOptions, 'type'>): GraphNode {
    return this.add({ assetType: 'MODEL', functionType: 'ai', ...options, type: 'ASSET', assetId });
  }

  /** A script that was uploaded with `uploadScript`. */
  script({ fileId, name, size }: UploadedScript, options: Omit<NodeOptions, 'type'> = {}): GraphNode {
    return this.add({ ...options, type: 'SCRIPT', fileId, fileMetadata: JSON.stringify({ name, size }) });
  }

  /** Sends what it is given along the routes it fits. */
  router(routes: readonly Route[], dataType = 'text'): GraphNode {
    return this.add({ type: 'ROUTER', routes, inputs: { input: { dataType, isRequired: true } }, outputs: { input: dataType } });
  }

  /** Compares one value and sends another along the routes that fit. */
  decision(routes: readonly Route[], dataType = 'text'): GraphNode {
    const inputs = { comparison: { dataType, isRequired: true }, passthrough: { dataType, isRequired: true } };
    return this.add({ type: 'DECISION', routes, inputs, outputs: { data: dataType } });
  }

  /** Any node. @throws ValidationError for one without a type, and for a number that is taken. */
  add(options: NodeOptions): GraphNode {
    if (!options.type) throw new ValidationError('A node needs a type, such as ASSET.');
    const number = options.number ?? this.#nodes.length;
    if (this.#nodes.some((node) => node.number === number))
      throw new ValidationError(`There is a node with the number ${number} already; give another one.`);
    const node = new GraphNode(number, options);
    this.#nodes.push(node);
    return node;
  }

  /**
   * Lets an output flow into an input.
   *
   * @throws ValidationError for nodes of another graph, and for parameters that are not there.
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

  /** The graph as it stands. Several links between the same two nodes are one with several mappings. */
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

  /** The graph, complete: for `Pipeline.create({ architecture })`. @throws ValidationError that lists what is missing. */
  toArchitecture(): Architecture {
    const architecture = structuredClone(this.toJSON());
    validateArchitecture(architecture);
    return architecture;
  }

  /** What comes out of a decision is what was passed into it, wherever that came from. */
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
