import type { ApiTokenRow, AuditLogRow, TeamRow, TeamUserRow, TokenUsageRow, UserRow } from './rows/accounts.js';
import type { AgentConfigurationVersionRow, AgentExecutionRow, AgentRow, MemoryStateRow } from './rows/agents.js';
import type { AssetFacetRow, AssetRow, AssetRunRow } from './rows/assets.js';
import type {
  DatasetDataVersionRow,
  DatasetRow,
  DatasetSchemaVersionRow,
  DeletionRow,
  FileRow,
  ObjectRow,
  StagingRow,
  UploadRow,
} from './rows/data.js';
import type { JobRow } from './rows/jobs.js';
import type { PipelineConfigurationVersionRow, PipelineExecutionRow, PipelineRow } from './rows/pipelines.js';
import type { IdempotentResponseRow } from './rows/requests.js';

export type * from './rows/accounts.js';
export type * from './rows/agents.js';
export type * from './rows/assets.js';
export type * from './rows/data.js';
export type * from './rows/jobs.js';
export type * from './rows/pipelines.js';
export type * from './rows/requests.js';

/**
 * The tables. Columns have the names of the API's fields, so that a row is close to its JSON. Types are portable between
 * SQLite and PostgreSQL: text for JSON and for times (ISO 8601 with milliseconds, which sorts chronologically), integers
 * for booleans.
 */
export interface Tables {
  settings: { key: string; value: string };
  users: UserRow;
  teams: TeamRow;
  teamUsers: TeamUserRow;
  apiTokens: ApiTokenRow;
  tokenUsage: TokenUsageRow;
  auditLogs: AuditLogRow;
  objects: ObjectRow;
  uploads: UploadRow;
  deletions: DeletionRow;
  stagings: StagingRow;
  idempotentResponses: IdempotentResponseRow;
  files: FileRow;
  datasets: DatasetRow;
  datasetSchemaVersions: DatasetSchemaVersionRow;
  datasetDataVersions: DatasetDataVersionRow;
  pipelines: PipelineRow;
  pipelineConfigurationVersions: PipelineConfigurationVersionRow;
  pipelineExecutions: PipelineExecutionRow;
  agents: AgentRow;
  agentConfigurationVersions: AgentConfigurationVersionRow;
  agentExecutions: AgentExecutionRow;
  agentExecutionMemoryStates: MemoryStateRow;
  assets: AssetRow;
  assetFacets: AssetFacetRow;
  assetRuns: AssetRunRow;
  jobs: JobRow;
}
