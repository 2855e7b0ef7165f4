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

export interface Block {
  id: string;
  /** One of the documented types, or another that the platform supports. */
  type: BlockType | (string & {});
  /** In snake_case, as on the wire. */
  config: Record<string, unknown>;
  [key: string]: unknown;
}

/** A connection from a port of one block to a port of another. */
export interface BlockConnection {
  source_block_id: string;
  source_port: string;
  target_block_id: string;
  target_port: string;
}

/** The graph of blocks that a pipeline runs. Keys that are not declared here are kept as they are. */
export interface PipelineConfiguration {
  id: string;
  name: string;
  description?: string;
  /** Chosen by the author; not the number of the configuration version. */
  version?: string;
  blocks: Record<string, Block>;
  connections?: BlockConnection[];
  metadata?: { name?: string; version?: string; description?: string };
  [key: string]: unknown;
}

/** A problem with a block. */
export interface BlockProblem {
  type: 'block_type_error';
  blockId: string;
  blockType: string;
  errorType: string;
  message: string;
  portName?: string | null;
  sourceBlockId?: string | null;
  sourcePort?: string | null;
}

/** A problem with a connection. */
export interface ConnectionProblem {
  type: 'connection_error';
  connectionId: string;
  sourceBlockId: string;
  sourcePort: string;
  targetBlockId: string;
  targetPort: string;
  errorType: string;
  message: string;
}

/** The result of validating a configuration. */
export interface ConfigurationReport {
  valid: boolean;
  errors: (BlockProblem | ConnectionProblem)[];
  warnings: ConnectionProblem[];
  /** The JSON Schema of an execution's input. */
  inputSchema?: Record<string, unknown> | null;
  /** The JSON Schema of an execution's output. */
  outputSchema?: Record<string, unknown> | null;
}
