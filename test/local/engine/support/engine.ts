import { Readable } from 'node:stream';
import { expect } from 'chai';
import { runGraph } from '../../../../src/local/engine/index.js';
import type {
  BlockConnection,
  BlockHandler,
  Column,
  EngineServices,
  OpenedDataset,
  PipelineConfiguration,
  Row,
  RunGraphOptions,
} from '../../../../src/local/engine/types.js';
import { collect } from '../../../../src/local/engine/values/table.js';
import { failure as failureOf } from '../../../support/failure.js';

export { collect };

/** A block by its type and config; the id is its key in the graph. */
export type BlockSketch = readonly [type: string, config?: Record<string, unknown>];

/**
 * A configuration from a sketch. A connection reads `a -> b`, with the ports `data` where none is named, as in
 * `routes -> joined.origin` or `ask.response -> out`.
 */
export function pipeline(blocks: Readonly<Record<string, BlockSketch>>, ...connections: string[]): PipelineConfiguration {
  const entries = Object.entries(blocks).map(([id, [type, config = {}]]) => [id, { id, type, config }] as const);
  return { id: 'p', name: 'Test', blocks: Object.fromEntries(entries), connections: connections.map(connection) };
}

export function connection(text: string): BlockConnection {
  const [source = '', target = ''] = text.split(' -> ');
  const [source_block_id = '', source_port = 'data'] = source.split('.');
  const [target_block_id = '', target_port = 'data'] = target.split('.');
  return { source_block_id, source_port, target_block_id, target_port };
}

export interface World {
  /** Rows by dataset id; columns are not declared unless given as a pair. */
  datasets?: Readonly<Record<string, readonly Row[] | { rows: readonly Row[]; columns: readonly string[] }>>;
  files?: Readonly<Record<string, { name: string; mimeType: string; content: Uint8Array | string }>>;
  handlers?: Readonly<Record<string, BlockHandler>>;
  llm?: EngineServices['llm'];
  fetch?: EngineServices['fetch'];
}

export interface TestServices extends EngineServices {
  /** How often each dataset was opened. */
  readonly opened: Map<string, number>;
}

export function services(world: World = {}): TestServices {
  const opened = new Map<string, number>();
  return {
    opened,
    handlers: new Map(Object.entries(world.handlers ?? {})),
    llm: world.llm,
    fetch: world.fetch,
    async openDataset(id): Promise<OpenedDataset> {
      const found = world.datasets?.[id];
      if (!found) throw new Error(`there is no dataset '${id}'`);
      opened.set(id, (opened.get(id) ?? 0) + 1);
      const { rows, columns } =
        'rows' in found ? (found as { rows: readonly Row[]; columns: readonly string[] }) : { rows: found, columns: null };
      return { name: id, columns: columns?.map(textColumn) ?? null, rows: stream(rows) };
    },
    async openFile(id) {
      const found = world.files?.[id];
      if (!found) throw new Error(`there is no file '${id}'`);
      const bytes = Buffer.from(found.content as string);
      return { name: found.name, mimeType: found.mimeType, size: bytes.length, stream: Readable.from([bytes]) };
    },
  };
}

function textColumn(name: string): Column {
  return { name, type: 'string', nullable: true };
}

export async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

/** Runs a configuration and gives its outputs. */
export function run(
  configuration: PipelineConfiguration,
  input: Record<string, unknown> = {},
  options: World & Pick<RunGraphOptions, 'signal' | 'onProgress'> = {},
): Promise<Record<string, unknown>> {
  return runGraph(configuration, input, { services: services(options), signal: options.signal, onProgress: options.onProgress });
}

/** Runs one block on constants, given by port, and gives its value. */
export async function runBlock(
  type: string,
  config: Record<string, unknown>,
  inputs: Record<string, unknown> = {},
  world: World = {},
): Promise<unknown> {
  const constants = Object.entries(inputs).map(([port, config_value]) => [`from_${port}`, ['constant', { config_value }]] as const);
  const blocks: Record<string, BlockSketch> = { ...Object.fromEntries(constants), it: [type, config], out: ['output'] };
  const connections = Object.keys(inputs).map((port) => `from_${port} -> it.${port}`);
  return (await run(pipeline(blocks, ...connections, 'it -> out'), {}, world)).output;
}

/** The error with which a promise or an iteration fails. */
export async function failure(work: Promise<unknown> | AsyncIterable<unknown>): Promise<Error> {
  const error = await failureOf(Symbol.asyncIterator in work ? collect(work) : work);
  expect(error).to.be.instanceOf(Error);
  return error;
}
