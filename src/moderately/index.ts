export type * from './columns.js';
export type * from './configuration.js';
export { ConfigurationBuilder } from './configuration-builder.js';
export { Moderately, type ModeratelyOptions } from './connection.js';
export { Dataset, type DatasetSearchParams, type ProcessingStatus, type SampleSchemaOptions } from './dataset.js';
export {
  type DataFileType,
  DatasetDataVersion,
  type DatasetDataVersionSearchParams,
  type DataUploadOptions,
} from './dataset-data-version.js';
export { DatasetSchemaVersion, type DatasetSchemaVersionSearchParams, type VersionStatus } from './dataset-schema-version.js';
export type { ExecuteOptions, ExecutionStatus } from './execution.js';
export { File, File as RemoteFile, type FileSearchParams, type FileUploadOptions, type UploadStatus } from './file.js';
export { Pipeline, type PipelineSearchParams } from './pipeline.js';
export {
  PipelineConfigurationVersion,
  type PipelineConfigurationVersionSearchParams,
} from './pipeline-configuration-version.js';
export {
  type PipelineExecuteOptions,
  PipelineExecution,
  type PipelineExecutionSearchParams,
  type ProgressData,
} from './pipeline-execution.js';
export { ModeratelyResource } from './resource.js';
export { SchemaBuilder } from './schema-builder.js';
export type { DownloadOptions, UploadOptions } from './upload.js';
