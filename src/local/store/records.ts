import type { Tables } from './schema.js';

/** A table whose rows are answered on Moderately's wire. */
export interface RecordKind<Name extends keyof Tables = keyof Tables> {
  readonly table: Name;
  /** The column with the id. */
  readonly id: string;
  /** For people and for the audit log: `pipeline execution`. */
  readonly label: string;
  /** Columns that hold JSON text. */
  readonly json: readonly string[];
  /** Columns that hold 0 or 1. */
  readonly booleans: readonly string[];
  /** Columns the wire does not have. */
  readonly hidden: readonly string[];
  /** Columns the wire leaves out when they are null. */
  readonly optional: readonly string[];
}

type Column<Name extends keyof Tables> = keyof Tables[Name] & string;

interface Description<Name extends keyof Tables> {
  table: Name;
  id: Column<Name>;
  label: string;
  json?: Column<Name>[];
  booleans?: Column<Name>[];
  hidden?: Column<Name>[];
  optional?: Column<Name>[];
}

function entity<Name extends keyof Tables>(description: Description<Name>): RecordKind<Name> {
  return { json: [], booleans: [], hidden: [], optional: [], ...description };
}

/** A record as it stands on the wire. */
export type WireRecord = Record<string, unknown>;

/** A row as the wire has it. */
export function toWire<Name extends keyof Tables>(of: RecordKind<Name>, row: Tables[Name]): WireRecord {
  const wire: WireRecord = { ...row };
  for (const column of of.hidden) delete wire[column];
  for (const column of of.optional) if (wire[column] === null) delete wire[column];
  for (const column of of.json) if (typeof wire[column] === 'string') wire[column] = JSON.parse(wire[column]);
  for (const column of of.booleans) if (wire[column] !== null) wire[column] = wire[column] === 1;
  return wire;
}

export const users = entity({
  table: 'users',
  id: 'userId',
  label: 'user',
  hidden: ['fullNameLower', 'nicknameLower', 'email'],
  optional: ['nickname'],
});
export const teams = entity({ table: 'teams', id: 'teamId', label: 'team', hidden: ['createdByTokenId'] });
export const teamUsers = entity({
  table: 'teamUsers',
  id: 'teamUserId',
  label: 'team user',
  booleans: ['isDefault'],
  hidden: ['name', 'nameLower'],
});
export const apiTokens = entity({ table: 'apiTokens', id: 'tokenId', label: 'API token', booleans: ['isActive'], hidden: ['tokenHash'] });
export const auditLogs = entity({ table: 'auditLogs', id: 'auditLogId', label: 'audit log', json: ['changes', 'metadata'] });
export const files = entity({
  table: 'files',
  id: 'fileId',
  label: 'file',
  json: ['metadata'],
  hidden: ['fileNameLower', 'fileDigest', 'objectKey'],
});
export const datasets = entity({
  table: 'datasets',
  id: 'datasetId',
  label: 'dataset',
  hidden: ['nameLower'],
  optional: ['processingError', 'recordCount', 'totalSizeBytes'],
});
export const datasetSchemaVersions = entity({
  table: 'datasetSchemaVersions',
  id: 'datasetSchemaVersionId',
  label: 'dataset schema version',
  json: ['columnsJson', 'parsingOptions'],
  hidden: ['teamId'],
  optional: ['parsingOptions'],
});
export const datasetDataVersions = entity({
  table: 'datasetDataVersions',
  id: 'datasetDataVersionId',
  label: 'dataset data version',
  hidden: ['teamId', 'fileName', 'objectKey', 'uploaded'],
  optional: ['fileHash', 'rowCount', 'fileSizeBytes'],
});
export const pipelines = entity({ table: 'pipelines', id: 'pipelineId', label: 'pipeline', hidden: ['nameLower'] });
export const pipelineConfigurationVersions = entity({
  table: 'pipelineConfigurationVersions',
  id: 'pipelineConfigurationVersionId',
  label: 'pipeline configuration version',
  json: ['configuration'],
  hidden: ['teamId'],
});
export const pipelineExecutions = entity({
  table: 'pipelineExecutions',
  id: 'pipelineExecutionId',
  label: 'pipeline execution',
  json: ['pipelineInput', 'pipelineOutput', 'progressData'],
  hidden: ['teamId', 'pipelineId', 'outputObjectKey'],
});
export const agents = entity({ table: 'agents', id: 'agentId', label: 'agent', hidden: ['nameLower'] });
export const agentConfigurationVersions = entity({
  table: 'agentConfigurationVersions',
  id: 'agentConfigurationVersionId',
  label: 'agent configuration version',
  json: ['inputSchema', 'outputSchema', 'llmConfig', 'toolConfig', 'executionConfig'],
  booleans: ['isCurrent'],
  hidden: ['teamId'],
});
export const agentExecutions = entity({
  table: 'agentExecutions',
  id: 'agentExecutionId',
  label: 'agent execution',
  json: ['agentInput', 'agentInputSchema', 'agentOutput', 'agentOutputSchema', 'thoughts'],
  hidden: ['teamId', 'agentId'],
});
export const memoryStates = entity({
  table: 'agentExecutionMemoryStates',
  id: 'agentExecutionMemoryStateId',
  label: 'memory state',
  json: ['state'],
});
