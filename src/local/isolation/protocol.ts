import type { BlockProgress, LanguageModelOptions } from '../engine/types.js';
import type { DatasetSource, FileSource, TableFile } from './sources.js';
import type { Encoded, Piece } from './values.js';

/*
 * What a platform and its children say to each other. It knows no database: a child reaches datasets and files by asking for
 * the file that holds them, and writes what is big to a file that the platform names.
 */

/** JSON text, itself or in a file. */
export type JsonText = { json: string } | { file: string };

/** What becomes of the outputs of a graph: JSON of all, or of the output `answer` as an agent gives it. */
export type OutputKind = 'outputs' | 'answer';

/** Runs a configuration. */
export interface GraphTask {
  kind: 'graph';
  configuration: JsonText;
  input: JsonText;
  /** The block types whose handlers run in the parent. */
  handlers: string[];
  /** The modules of the block types whose handlers run in the child, by type. */
  modules: [type: string, href: string][];
  llm: LanguageModelOptions | undefined;
  output: { kind: OutputKind; path: string; inlineBytes: number };
}

/** The outputs of a graph as JSON, gzipped in a file when it has more than `inlineBytes`, and a short text about them. */
export type GraphOutput = JsonText & { summary: string };

/** Counts the rows of a table, which reads all of them. */
export interface TableTask {
  kind: 'table';
  table: TableFile;
}

/** The config and the inputs of a block. */
export interface HandlerInput {
  config: Readonly<Record<string, unknown>>;
  inputs: Readonly<Record<string, unknown>>;
}

/** Runs one handler of a module. */
export interface HandlerTask<Context = HandlerInput> {
  kind: 'handler';
  type: string;
  href: string;
  block: { blockId: string; blockType: string };
  context: Context;
  llm: LanguageModelOptions | undefined;
}

/** Lists the block types of which a module exports handlers. */
export interface ModuleTask {
  kind: 'module';
  href: string;
}

export type Task = GraphTask | TableTask | HandlerTask | ModuleTask;

/** A task on its way to a child. */
export type SentTask = Exclude<Task, HandlerTask> | HandlerTask<Encoded>;

export interface TaskResults {
  graph: GraphOutput;
  table: number;
  handler: unknown;
  module: string[];
}

/** The methods of a child. */
export interface ChildMethods {
  /** Does a job. Gives its result and how many bytes the process uses afterwards. */
  run(job: { task: SentTask; blockSeconds: number }, signal: AbortSignal): Promise<{ value: unknown; rss: number }>;
  /** Forgets the values of the job that were sent by reference. */
  finish(): void;
  /** The next piece of a value that the child sent by reference. */
  piece(request: PieceRequest): Promise<Piece>;
  release(cursor: number): void;
}

/** The methods of the parent. */
export interface ParentMethods {
  dataset(id: string): Promise<DatasetSource>;
  file(id: string): Promise<FileSource>;
  handler(call: { type: string; blockId: string; blockType: string; context: Encoded }, signal: AbortSignal): Promise<Encoded>;
  progress(progress: BlockProgress): void;
  /** The blocks that the watchdog's indices mean. */
  blocks(blocks: readonly { id: string; type: string }[]): void;
  piece(request: PieceRequest): Promise<Piece>;
  release(cursor: number): void;
}

export interface PieceRequest {
  id: number;
  cursor: number | undefined;
}

/** The file descriptor of the pipe on which the watchdog reports to the parent: pairs of integers, a kind and a block's index. */
export const watchdogPipe = 4;
export const watchdogReports = { block: 0, time: 1, memory: 2 } as const;

export interface WatchdogData {
  memory: SharedArrayBuffer;
  /** The most that the child may use. */
  bytes: number;
}
