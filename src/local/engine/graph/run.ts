import type { BuiltInContext } from '../blocks/definition.js';
import { builtInBlocks } from '../blocks/registry.js';
import { BlockError } from '../errors.js';
import type { BlockProblem, BlockProgress, ConnectionProblem, PipelineConfiguration, Row, RunGraph, RunGraphOptions } from '../types.js';
import { isAsyncIterable, messageOf } from '../values/kinds.js';
import { Table } from '../values/table.js';
import { Attribution } from './attribution.js';
import { KnownTypes } from './block-config.js';
import type { Graph, Node } from './graph.js';
import { type Examination, examine } from './validate.js';

type Values = Readonly<Record<string, unknown>>;

/**
 * Runs a configuration. A block runs as soon as its inputs are available, so blocks without a path between them run
 * concurrently. Rows stream between blocks, so a block that returns rows is finished as soon as they can be read.
 *
 * A configuration with validation errors does not start. The first block that fails ends the run: the signal of the other
 * blocks aborts, and they are not waited for.
 */
export const runGraph: RunGraph = async (configuration, input, options) => {
  options.signal?.throwIfAborted();
  const { result, graph, configs } = examination(configuration, options);
  const [problem, ...others] = result.errors;
  if (problem) throw refusal(problem, others.length);
  const config = new Map([...configs].map(([node, checked]) => [node, checked.config]));
  return new Run(graph, config, input, options).outcome();
};

/** What was found about configurations that never change. */
const kept = new WeakMap<PipelineConfiguration, Examination>();

function examination(configuration: PipelineConfiguration, { services, unchanging = false }: RunGraphOptions): Examination {
  const found = (unchanging ? kept.get(configuration) : undefined) ?? examine(configuration, services.handlers.keys());
  if (unchanging) kept.set(configuration, found);
  return found;
}

/** A problem of the configuration as an error of the block that has it. */
function refusal(problem: BlockProblem | ConnectionProblem, others: number): BlockError {
  const more = others > 0 ? ` (and ${others} more; validate the configuration to see them all)` : '';
  if (problem.type === 'block_type_error')
    return new BlockError({ id: problem.blockId, type: problem.blockType }, `${problem.message}${more}`);
  const reason = `the connection ${problem.connectionId} is wrong: ${problem.message}${more}`;
  return new BlockError({ id: problem.targetBlockId, type: 'connection' }, reason);
}

/** The end of a run before its blocks are done, for a reason. */
class Ending {
  private readonly controller = new AbortController();
  private reason: { value: unknown } | undefined;
  private reject: (reason: unknown) => void = () => {};
  /** Rejects with the reason. */
  readonly reached = new Promise<never>((_, reject) => {
    this.reject = reject;
  });

  constructor() {
    this.reached.catch(() => {});
  }

  /** Made when a block asks for it: that takes longer than what most blocks of a small graph do. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  begin(reason: unknown): void {
    if (this.reason) return;
    this.reason = { value: reason };
    this.controller.abort(reason);
    this.reject(reason);
  }

  throwIfBegun(): void {
    if (this.reason) throw this.reason.value;
  }

  isFor(error: unknown): boolean {
    return this.reason !== undefined && this.reason.value === error;
  }
}

/** One run of one graph. */
class Run {
  private readonly ending = new Ending();
  private readonly values = new Map<Node, Promise<unknown>>();
  private readonly types: KnownTypes;
  private readonly attribution: Attribution | undefined;
  private finished = 0;

  constructor(
    private readonly graph: Graph,
    private readonly configs: ReadonlyMap<Node, Values>,
    private readonly input: Values,
    private readonly options: RunGraphOptions,
  ) {
    this.types = new KnownTypes(new Set(options.services.handlers.keys()));
    this.attribution = options.activity && new Attribution(graph.nodes, options.services, options.activity);
  }

  async outcome(): Promise<Record<string, unknown>> {
    const { nodes } = this.graph;
    const { signal } = this.options;
    const stop = (): void => this.ending.begin(signal?.reason);
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await Promise.all(nodes.map((node) => this.value(node)));
    } catch (error) {
      signal?.throwIfAborted();
      this.ending.begin(error);
      throw error;
    } finally {
      await Promise.allSettled(this.values.values());
      signal?.removeEventListener('abort', stop);
    }
    const outputs = nodes.filter((node) => node.type === 'output');
    return Object.fromEntries(
      await Promise.all(outputs.map(async (node) => [String(this.configs.get(node)?.name), await this.value(node)] as const)),
    );
  }

  /** The value of a block, computed once. */
  private value(node: Node): Promise<unknown> {
    const known = this.values.get(node) ?? this.execute(node);
    this.values.set(node, known);
    return known;
  }

  private async execute(node: Node): Promise<unknown> {
    // Yields before awaiting the sources, so that a chain of many thousand blocks cannot overflow the call stack.
    await null;
    const inputs = await this.inputsOf(node);
    this.report(node, 'started');
    try {
      this.ending.throwIfBegun();
      const given = this.perform(node, node.type, this.configs.get(node) ?? node.config, inputs);
      const value = await Promise.race([given, this.ending.reached]);
      const output = this.outputOf(node, value);
      this.finished++;
      this.report(node, 'finished');
      return output;
    } catch (error) {
      throw this.attribute(node, error);
    } finally {
      this.attribution?.leave(node);
    }
  }

  private async inputsOf(node: Node): Promise<Values> {
    const arrived = await Promise.all(
      node.incoming.map(async ({ connection, source }) => {
        const value = await this.value(source);
        return [connection.target_port, this.attribution?.between(source, node, value) ?? value] as const;
      }),
    );
    const inputs: Record<string, unknown> = {};
    for (const [port] of arrived) {
      const values = arrived.filter(([name]) => name === port).map(([, value]) => value);
      inputs[port] = values.length > 1 ? values : values[0];
    }
    return inputs;
  }

  /** Runs a block of the given type in the place of `node`. */
  private perform(node: Node, type: string, config: Values, inputs: Values): unknown {
    const services = this.attribution?.servicesOf(node) ?? this.options.services;
    const run = services.handlers.get(type) ?? builtInBlocks.get(type)?.run;
    if (!run)
      throw new Error(`the local platform has no implementation of this type; register a handler with platform.block('${type}', handler)`);
    const { ending } = this;
    const context: BuiltInContext = {
      blockId: node.id,
      blockType: type,
      blockKey: node.key,
      config,
      inputs,
      services,
      get signal() {
        return ending.signal;
      },
      pipelineInput: this.input,
      runAs: async (other, otherConfig, otherInputs) => this.perform(node, other, this.types.check(other, otherConfig).config, otherInputs),
    };
    this.attribution?.enter(node);
    return run(context);
  }

  /** The value that a block's connections carry. Rows are guarded, and buffered only when several blocks read a one-time table. */
  private outputOf(node: Node, value: unknown): unknown {
    if (!isAsyncIterable(value)) return value;
    const table = value instanceof Table ? value : Table.once(value as AsyncIterable<Row>);
    return table.guarded(this.ending.signal, (error) => this.attribute(node, error)).forReaders(node.outgoing.length);
  }

  /** Attributes an error to the block, unless it has a block already or is the reason for the end of the run. */
  private attribute(node: Node, error: unknown): unknown {
    if (error instanceof BlockError || this.ending.isFor(error)) return error;
    return new BlockError(node, messageOf(error), { cause: error });
  }

  private report(node: Node, state: BlockProgress['state']): void {
    const message = `${state === 'started' ? 'Running' : 'Finished'} ${node.type} '${node.id}'`;
    this.options.onProgress?.({
      blockId: node.id,
      blockType: node.type,
      state,
      step: this.finished,
      steps: this.graph.nodes.length,
      message,
    });
  }
}
