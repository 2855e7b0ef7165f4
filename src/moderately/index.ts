export { ApiToken, type ApiTokenSearchParams, type TokenRole, type TokenUsage, type TokenUsageParams } from './accounts/api-token.js';
export { type AuditAction, AuditLog, type AuditLogSearchParams, type AuditMetadata } from './accounts/audit-log.js';
export { Team, type TeamSearchParams } from './accounts/team.js';
export { type TeamRole, TeamUser, type TeamUserSearchParams } from './accounts/team-user.js';
export { User, type UserSearchParams } from './accounts/user.js';
export { Agent, type AgentSearchParams } from './agents/agent.js';
export type * from './agents/agent-configuration.js';
export { AgentConfigurationVersion, type AgentConfigurationVersionSearchParams } from './agents/agent-configuration-version.js';
export { type AgentExecuteOptions, AgentExecution, type AgentExecutionSearchParams } from './agents/agent-execution.js';
export { AgentMemoryState, type AgentMemoryStateSearchParams } from './agents/agent-memory-state.js';
export type { AgentStep, LiveTail } from './agents/live-tail.js';
export type { ExecuteOptions, ExecutionStatus } from './base/execution.js';
export { type ModeratelyConnection, ModeratelyResource } from './base/resource.js';
export type { DownloadOptions, UploadOptions } from './base/upload.js';
export type { VersionStatus } from './base/version-status.js';
export { Moderately, type ModeratelyOptions } from './connection.js';
export type * from './datasets/columns.js';
export {
  type DataDownloadOptions,
  Dataset,
  type DatasetSearchParams,
  type ProcessingStatus,
  type SampleSchemaOptions,
} from './datasets/dataset.js';
export {
  type DataFileType,
  DatasetDataVersion,
  type DatasetDataVersionSearchParams,
  type DataUploadOptions,
} from './datasets/dataset-data-version.js';
export { DatasetSchemaVersion, type DatasetSchemaVersionSearchParams } from './datasets/dataset-schema-version.js';
export { SchemaBuilder } from './datasets/schema-builder.js';
export { File, File as RemoteFile, type FileSearchParams, type FileUploadOptions, type UploadStatus } from './file.js';
export type * from './pipelines/configuration.js';
export { ConfigurationBuilder } from './pipelines/configuration-builder.js';
export { Pipeline, type PipelineSearchParams } from './pipelines/pipeline.js';
export {
  PipelineConfigurationVersion,
  type PipelineConfigurationVersionSearchParams,
} from './pipelines/pipeline-configuration-version.js';
export {
  type PipelineExecuteOptions,
  PipelineExecution,
  type PipelineExecutionSearchParams,
  type ProgressData,
} from './pipelines/pipeline-execution.js';
