import type { Readable } from 'node:stream';
import type { ParsingOptions } from '../../moderately/tables/parsing-options.js';
import type { TableFileType } from '../../moderately/tables/read-table.js';
import type * as wire from '../../moderately/wire.js';

export type { Block, BlockConnection, PipelineConfiguration } from '../../moderately/wire.js';
export type { ParsingOptions, TableFileType };

/** One row of a table. Values are JSON values; a `datetime` is ISO 8601 text in UTC. */
export type Row = Record<string, unknown>;

/** A column operation of a dataset schema, for example `{ type: 'strip_whitespace', sides: 'left' }`. */
export interface ColumnOperation {
  type: string;
  [parameter: string]: unknown;
}

/** A column of a dataset schema version, as the platform stores it. */
export interface Column {
  name: string;
  /** `string`, `integer`, `float`, `boolean` or `datetime`. */
  type: string;
  /** Whether an empty cell is allowed; it is read as null. */
  nullable: boolean;
  pos?: number | undefined;
  /** The header this column is read from. Default: `name`. */
  source?: string | undefined;
  /** An expression over the row's columns that replaces the cell, such as `price * 2`. */
  transformExpr?: string | null | undefined;
  description?: string | null | undefined;
  operations?: ColumnOperation[] | undefined;
}

/** The file that `parseTable` reads. A function is called on the first read; the stream it opens is destroyed at the end. */
export type TableSource = Readable | (() => Readable | Promise<Readable>);

/** The options of `parseTable`. */
export interface ParseTableOptions {
  fileType: TableFileType;
  /** The schema. Without it every cell is a string. */
  columns?: readonly Column[] | null | undefined;
  parsingOptions?: ParsingOptions | null | undefined;
}

/**
 * A dataset as a block reads it. `rows` is read at most once, perhaps never, so it must acquire its resources on the first
 * read; the engine calls `openDataset` again for another pass.
 */
export interface OpenedDataset {
  name: string;
  columns: readonly Column[] | null;
  rows: AsyncIterable<Row>;
}

/** A file as a block reads it. The engine reads the stream to its end or destroys it. */
export interface OpenedFile {
  name: string;
  mimeType: string;
  /** Bytes. */
  size: number;
  stream: Readable;
}

/** An OpenAI-compatible endpoint for the blocks that need a model. */
export interface LanguageModelOptions {
  /** For example `http://127.0.0.1:11434/v1`; `/chat/completions` and `/embeddings` are appended. */
  baseUrl: string;
  /** Sent as a bearer token. Default: no Authorization header. */
  apiKey?: string | undefined;
  /**
   * The endpoint's model names, by the name in a configuration: `small`, `medium`, `large`, `openai/small`, or the model
   * name of an embeddings block. A name that is not listed is sent unchanged; a size that is not listed is an error.
   * Default: none.
   */
  models?: Readonly<Record<string, string>> | undefined;
}

/** What the engine needs from the platform. */
export interface EngineServices {
  openDataset(id: string): Promise<OpenedDataset>;
  openFile(id: string): Promise<OpenedFile>;
  llm?: LanguageModelOptions | undefined;
  /** Used for the `llm` endpoint. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Handlers by block type. A handler replaces the built-in block of the same type. */
  handlers: ReadonlyMap<string, BlockHandler>;
}

/** What a handler receives for one run of its block. */
export interface BlockContext {
  /** The block's id; for an asset of aiXplain, its id or its node's label. */
  readonly blockId: string;
  /** The type of the block. */
  readonly blockType: string;
  /** The block's config, with defaults filled in for built-in types. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * The inputs, by port. A port with several connections has a list, in the order of the connections.
   * The rows of a dataset are an async iterable that can be read more than once.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** What the block may ask of the platform: data, files and language models. */
  readonly services: EngineServices;
  /** Aborts when the run is cancelled or paused, another block fails, or the platform stops. */
  readonly signal: AbortSignal;
}

/**
 * Runs one block. Every outgoing connection carries the value that it returns, or that its promise resolves to: a JSON value,
 * or an async iterable of rows. What it throws fails the execution, with the block's name in the message.
 */
export type BlockHandler = (context: BlockContext) => unknown;

/** The progress of a run. */
export interface BlockProgress {
  blockId: string;
  /** The type of the block. */
  blockType: string;
  state: 'started' | 'finished';
  /** The number of finished blocks. */
  step: number;
  /** The number of blocks in the configuration. */
  steps: number;
  /** Human-readable, for example `Finished join 'busiest'`. */
  message: string;
}

/** Follows which block of a run works at each moment. */
export interface RunActivity {
  /** Receives the blocks of the run once; `enter` names them by their index. */
  blocks(blocks: readonly { id: string; type: string }[]): void;
  /** A block works from now on; undefined: none does, they wait for a language model. Called for each row, so it must be cheap. */
  enter(block: number | undefined): void;
}

export interface RunGraphOptions {
  /** What blocks may ask of the platform: data, files and language models. */
  services: EngineServices;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: BlockProgress) => void) | undefined;
  activity?: RunActivity | undefined;
  /** The configuration has built-in blocks only and is never changed, so that it is examined once. Default: false. */
  unchanging?: boolean | undefined;
}

/**
 * Runs a configuration. `input` is keyed by the id or key of each input block. The result is keyed by the `name` of each
 * output block, `output` by default, and contains only JSON values.
 * @throws BlockError when a block fails or the configuration is invalid; it names the block, its type and the remedy.
 * @throws the signal's reason when it aborts.
 */
export type RunGraph = (
  configuration: wire.PipelineConfiguration,
  input: Readonly<Record<string, unknown>>,
  options: RunGraphOptions,
) => Promise<Record<string, unknown>>;

export type BlockProblemType =
  | 'unknown_block_type'
  | 'missing_config'
  | 'invalid_config'
  | 'id_mismatch'
  | 'duplicate_id'
  | 'missing_input_block'
  | 'missing_output_block'
  | 'unconnected_port';

export type ConnectionProblemType =
  | 'unknown_source_block'
  | 'unknown_target_block'
  | 'unknown_source_port'
  | 'unknown_target_port'
  | 'type_mismatch'
  | 'duplicate_connection'
  | 'cycle';

/** A problem with a block. */
export type BlockProblem = wire.BlockProblem & { errorType: BlockProblemType };

/** A problem with a connection, whose id is `<source_block_id>.<source_port>-><target_block_id>.<target_port>`. */
export type ConnectionProblem = wire.ConnectionProblem & { errorType: ConnectionProblemType };

/** The result of a validation. `valid` is true when there are no errors; warnings are allowed. */
export interface ValidationResult extends wire.ConfigurationReport {
  errors: (BlockProblem | ConnectionProblem)[];
  warnings: ConnectionProblem[];
  /** An object schema with one property per input block; null when the structure is invalid. */
  inputSchema: Record<string, unknown> | null;
  /** An object schema with one property per output name; null when the structure is invalid. */
  outputSchema: Record<string, unknown> | null;
}

export interface ValidateOptions {
  /** Block types that have a handler, in addition to the built-in ones. Default: none. */
  knownTypes?: Iterable<string> | undefined;
}

/** Validates a configuration, which may be any value. Never throws. */
export type ValidateConfiguration = (configuration: unknown, options?: ValidateOptions) => ValidationResult;
