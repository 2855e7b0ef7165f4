import type { Column, ParsingOptions, PipelineConfiguration } from './engine/types.js';

/** A user who is a member of the platform's team. */
export interface SeedUser {
  /** Default: a new id. */
  userId?: string;
  fullName: string;
  nickname?: string;
  email?: string;
  /** Default: `member`. */
  role?: 'admin' | 'member';
}

/** An uploaded file. */
export interface SeedFile {
  /** Default: a new id. */
  fileId?: string;
  fileName: string;
  content: string | Uint8Array;
  /** Default: `application/octet-stream`. */
  mimeType?: string;
  metadata?: Record<string, unknown>;
}

/** A dataset, with its current data and schema where they are given. */
export interface SeedDataset {
  /** Default: a new id. */
  datasetId?: string;
  name: string;
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
  name: string;
  description?: string;
  /** In the order of their numbers. The default of `status` is `draft`. */
  versions?: { pipelineConfigurationVersionId?: string; configuration: PipelineConfiguration; status?: 'draft' | 'current' | 'archived' }[];
}

/** An agent with its configuration versions. */
export interface SeedAgent {
  /** Default: a new id. */
  agentId?: string;
  name: string;
  description?: string;
  /** The bodies of requests that create agent configuration versions, without `agentId`. */
  versions?: ({ agentConfigurationVersionId?: string } & Record<string, unknown>)[];
}

/** The records that a platform starts with. Ids that are not given are generated. */
export interface Seed {
  users?: SeedUser[];
  files?: SeedFile[];
  datasets?: SeedDataset[];
  pipelines?: SeedPipeline[];
  agents?: SeedAgent[];
  /** aiXplain's resources by the path of their collection, for example `{ 'v2/models': [{ id: 'echo', name: 'Echo' }] }`. */
  assets?: Record<string, ({ id?: string; name: string } & Record<string, unknown>)[]>;
}
