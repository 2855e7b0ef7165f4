/** The block types that the platform documents. */
export type BlockType =
  | 'constant'
  | 'input'
  | 'output'
  | 'dataset'
  | 'file'
  | 'artifact'
  | 'identity'
  | 'zip'
  | 'map'
  | 'join'
  | 'llm'
  | 'embeddings'
  | 'semantic_filter'
  | 'clause_extraction_agent'
  | 'string_template'
  | 'text_splitter'
  | 'transform'
  | 'pdf_reader'
  | 'json_template';

/** A block of a pipeline. */
export interface Block {
  /** The id of the block, which connections refer to. */
  id: string;
  /** One of the documented types, or another that the platform supports. */
  type: BlockType | (string & {});
  /** In snake_case, as on the wire. */
  config: Record<string, unknown>;
  [key: string]: unknown;
}

/** A connection from a port of one block to a port of another. */
export interface BlockConnection {
  /** The block that it comes from. */
  source_block_id: string;
  /** The port that it comes from. */
  source_port: string;
  /** The block that it leads to. */
  target_block_id: string;
  /** The port that it leads to. */
  target_port: string;
}

/** The graph of blocks that a pipeline runs. Keys that are not declared here are kept as they are. */
export interface PipelineConfiguration {
  /** An id that its author chose. */
  id: string;
  /** A name that its author chose. */
  name: string;
  /** What it does. */
  description?: string;
  /** Chosen by the author; not the number of the configuration version. */
  version?: string;
  /** The blocks, by their ids. */
  blocks: Record<string, Block>;
  /** What connects their ports. */
  connections?: BlockConnection[];
  /** What its author says about it. */
  metadata?: {
    /** A name. */
    name?: string;
    /** A version. */
    version?: string;
    /** A description. */
    description?: string;
  };
  [key: string]: unknown;
}

/** A problem with a block. */
export interface BlockProblem {
  /** That it is about a block. */
  type: 'block_type_error';
  /** The block. */
  blockId: string;
  /** The type of the block. */
  blockType: string;
  /** The kind of the problem, in the platform's words. */
  errorType: string;
  /** What is wrong. */
  message: string;
  /** The port, where it is about one. */
  portName?: string | null;
  /** The block that is connected to the port, where it is about a connection. */
  sourceBlockId?: string | null;
  /** The port of that block. */
  sourcePort?: string | null;
}

/** A problem with a connection. */
export interface ConnectionProblem {
  /** That it is about a connection. */
  type: 'connection_error';
  /** The connection. */
  connectionId: string;
  /** The block that it comes from. */
  sourceBlockId: string;
  /** The port that it comes from. */
  sourcePort: string;
  /** The block that it leads to. */
  targetBlockId: string;
  /** The port that it leads to. */
  targetPort: string;
  /** The kind of the problem, in the platform's words. */
  errorType: string;
  /** What is wrong. */
  message: string;
}

/** The result of validating a configuration. */
export interface ConfigurationReport {
  /** Whether it can be executed. */
  valid: boolean;
  /** What keeps it from being executed. */
  errors: (BlockProblem | ConnectionProblem)[];
  /** What does not keep it from being executed. */
  warnings: ConnectionProblem[];
  /** The JSON Schema of an execution's input. */
  inputSchema?: Record<string, unknown> | null;
  /** The JSON Schema of an execution's output. */
  outputSchema?: Record<string, unknown> | null;
}
