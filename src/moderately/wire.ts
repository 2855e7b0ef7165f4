/** The types of blocks that the platform documents. */
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
  /** One of the documented types, or another that the platform knows. */
  type: BlockType | (string & {});
  /** In snake_case, as the platform has it. */
  config: Record<string, unknown>;
  [key: string]: unknown;
}

/** From a port of one block to a port of another. */
export interface BlockConnection {
  source_block_id: string;
  source_port: string;
  target_block_id: string;
  target_port: string;
}

/** The graph of blocks that a pipeline works through. Keys that are not declared here are kept as they are. */
export interface PipelineConfiguration {
  id: string;
  name: string;
  description?: string;
  /** The author's own word; not the number of the configuration version. */
  version?: string;
  blocks: Record<string, Block>;
  connections?: BlockConnection[];
  metadata?: { name?: string; version?: string; description?: string };
  [key: string]: unknown;
}

/** What is wrong with a block. */
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

/** What is wrong with a connection. */
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

/** What the platform says about a configuration. */
export interface ConfigurationReport {
  valid: boolean;
  errors: (BlockProblem | ConnectionProblem)[];
  warnings: ConnectionProblem[];
  /** JSON Schema of the input that an execution takes. */
  inputSchema?: Record<string, unknown> | null;
  /** JSON Schema of the output that an execution gives. */
  outputSchema?: Record<string, unknown> | null;
}
