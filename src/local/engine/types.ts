import type { Readable } from 'node:stream';
import type * as wire from '../../moderately/wire.js';

export type { Block, BlockConnection, PipelineConfiguration } from '../../moderately/wire.js';

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

/** How a table's file is to be read. */
export interface ParsingOptions {
  /** A number: so many lines at the start are left out. A list: these lines are left out, counted from 0. */
  skipRows?: number | number[] | undefined;
  /** The line with the column names, counted from 1 after `skipRows`. Default: 1. */
  headerRow?: number | undefined;
  /** CSV only. Default: sniffed among `,` `;` tab and `|`. */
  delimiter?: string | undefined;
  /** CSV only, a label of the WHATWG Encoding Standard. Default: `utf-8`. */
  encoding?: string | undefined;
}

export type TableFileType = 'csv' | 'xlsx';

/** Where `parseTable` reads from. A function is called on the first read; what it opens is closed at the last. */
export type TableSource = Readable | (() => Readable | Promise<Readable>);

/** What `parseTable` needs to know about a file. */
export interface ParseTableOptions {
  fileType: TableFileType;
  /** The schema. Without it every cell is a string. */
  columns?: readonly Column[] | null | undefined;
  parsingOptions?: ParsingOptions | null | undefined;
}

/**
 * A dataset as a block reads it. `rows` is read at most once and perhaps never, so it must open what it needs on the
 * first read; the engine calls `openDataset` again for another pass.
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
  /** For example `http://127.0.0.1:11434/v1`; `/chat/completions` and `/embeddings` are added to it. */
  baseUrl: string;
  /** Sent as a bearer token. Default: no Authorization header. */
  apiKey?: string | undefined;
  /**
   * Names the endpoint knows, by what a configuration asks for: `small`, `medium`, `large`, `openai/small`, or the
   * model name of an embeddings block. A name that is not listed is sent as it is, except for the three sizes.
   */
  models?: Readonly<Record<string, string>> | undefined;
}

/** What the engine needs of the platform around it. */
export interface EngineServices {
  openDataset(id: string): Promise<OpenedDataset>;
  openFile(id: string): Promise<OpenedFile>;
  llm?: LanguageModelOptions | undefined;
  /** Used for the `llm` endpoint. Default: the global `fetch`. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Handlers by block type. A handler wins over the built-in block of the same type. */
  handlers: ReadonlyMap<string, BlockHandler>;
}

/** What a handler is given for one run of its block. */
export interface BlockContext {
  readonly blockId: string;
  readonly blockType: string;
  /** The block's config, with defaults filled in for built-in types. */
  readonly config: Readonly<Record<string, unknown>>;
  /**
   * What arrived, by input port. Several connections into one port make a list, in the order of the connections.
   * The rows of a dataset arrive as an async iterable that can be read more than once.
   */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly services: EngineServices;
  /** Aborts when the run is cancelled or another block failed. */
  readonly signal: AbortSignal;
}

/** Does the work of one block. What it returns is carried by every connection that leaves the block. */
export type BlockHandler = (context: BlockContext) => unknown;

/** One step of a run. A step is a block; `step` counts finished blocks. */
export interface BlockProgress {
  blockId: string;
  blockType: string;
  state: 'started' | 'finished';
  /** How many blocks have finished. */
  step: number;
  /** How many blocks the configuration has. */
  steps: number;
  /** For people, for example `Finished join 'busiest'`. */
  message: string;
}

export interface RunGraphOptions {
  services: EngineServices;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: BlockProgress) => void) | undefined;
}

/**
 * Runs a configuration. `input` is keyed by the id or key of each input block; the answer is keyed by the `name` of
 * each output block, `output` by default, and holds JSON values only.
 * @throws BlockError when a block fails or the graph cannot run; it names the block, its type and what to do.
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

/** Something wrong with a block. */
export type BlockProblem = wire.BlockProblem & { errorType: BlockProblemType };

/** Something wrong with a connection; its id is `<source_block_id>.<source_port>-><target_block_id>.<target_port>`. */
export type ConnectionProblem = wire.ConnectionProblem & { errorType: ConnectionProblemType };

/** What validation found. `valid` is true when there are no errors; warnings do not count. */
export interface ValidationResult extends wire.ConfigurationReport {
  errors: (BlockProblem | ConnectionProblem)[];
  warnings: ConnectionProblem[];
  /** An object schema with one property per input block; null when the configuration is too broken to tell. */
  inputSchema: Record<string, unknown> | null;
  /** An object schema with one property per output name; null when the configuration is too broken to tell. */
  outputSchema: Record<string, unknown> | null;
}

export interface ValidateOptions {
  /** Block types with a handler, known beside the built-in ones. */
  knownTypes?: Iterable<string> | undefined;
}

/** Finds what is wrong with a configuration, which may be anything at all. Never throws. */
export type ValidateConfiguration = (configuration: unknown, options?: ValidateOptions) => ValidationResult;
