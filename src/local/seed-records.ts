import type { Column, ParsingOptions, PipelineConfiguration } from './engine/types.js';

/** A user who is a member of the platform's team. */
export interface SeedUser {
  /** Default: a new id. */
  userId?: string;
  /** The full name. */
  fullName: string;
  /** A nickname. Default: none. */
  nickname?: string;
  /** The e-mail address. Default: none. */
  email?: string;
  /** Default: `member`. */
  role?: 'admin' | 'member';
}

/** An uploaded file. */
export interface SeedFile {
  /** Default: a new id. */
  fileId?: string;
  /** The name of the file. */
  fileName: string;
  /** The content: text, or bytes. */
  content: string | Uint8Array;
  /** Default: `application/octet-stream`. */
  mimeType?: string;
  /** The metadata of the file. Default: none. */
  metadata?: Record<string, unknown>;
}

/** A dataset, with its current data and schema where they are given. */
export interface SeedDataset {
  /** Default: a new id. */
  datasetId?: string;
  /** The name. */
  name: string;
  /** A description. Default: none. */
  description?: string;
  /** The current data: CSV text, or the bytes of a file of the given type. Default: none. */
  data?: string | Uint8Array;
  /** Default: `csv`. */
  fileType?: 'csv' | 'xlsx';
  /** The columns of the current schema. Default: no schema. */
  columns?: Column[];
  /** How the data is parsed; needs `columns`. */
  parsingOptions?: ParsingOptions;
}

/** A pipeline with its configuration versions. */
export interface SeedPipeline {
  /** Default: a new id. */
  pipelineId?: string;
  /** The name. */
  name: string;
  /** A description. Default: none. */
  description?: string;
  /** In the order of their numbers. The default of `status` is `draft`. */
  versions?: {
    /** Default: a new id. */
    pipelineConfigurationVersionId?: string;
    /** The graph of blocks. */
    configuration: PipelineConfiguration;
    /** Default: `draft`. */
    status?: 'draft' | 'current' | 'archived';
  }[];
}

/** An agent with its configuration versions. */
export interface SeedAgent {
  /** Default: a new id. */
  agentId?: string;
  /** The name. */
  name: string;
  /** A description. Default: none. */
  description?: string;
  /** The bodies of requests that create agent configuration versions, without `agentId`. */
  versions?: ({
    /** Default: a new id. */
    agentConfigurationVersionId?: string;
  } & Record<string, unknown>)[];
}

/** The records that a platform starts with. Ids that are not given are generated. */
export interface Seed {
  /** Users. Default: the platform's own user alone. */
  users?: SeedUser[];
  /** Files. */
  files?: SeedFile[];
  /** Datasets. */
  datasets?: SeedDataset[];
  /** Pipelines. */
  pipelines?: SeedPipeline[];
  /** Agents. */
  agents?: SeedAgent[];
  /** aiXplain's resources by the path of their collection, for example `{ 'v2/models': [{ id: 'echo', name: 'Echo' }] }`. */
  assets?: Record<
    string,
    ({
      /** Default: a new id. */
      id?: string;
      /** The name. */
      name: string;
    } & Record<string, unknown>)[]
  >;
}
