import { readJson } from './raw-json.js';
import type { Tables } from './schema.js';

/** A kind of record in Moderately's API, and how its rows become JSON. */
export interface RecordKind<Name extends keyof Tables = keyof Tables> {
  readonly table: Name;
  /** The column of the id. */
  readonly id: string;
  /** The name in messages, such as `pipeline execution`. */
  readonly label: string;
  /** The name in the audit log, such as `pipeline-execution`. */
  readonly type: string;
  /** Columns that contain JSON text. */
  readonly json: readonly string[];
  /** Columns that contain 0 or 1 for a boolean. */
  readonly booleans: readonly string[];
  /** Columns that are not part of the JSON. */
  readonly hidden: readonly string[];
  /** Columns that the JSON omits when they are null. */
  readonly optional: readonly string[];
  /** The columns that the JSON does not have as they are, and how it has each. */
  readonly special: ReadonlyMap<string, Special>;
}

interface Special {
  isJson: boolean;
  isBoolean: boolean;
  isHidden: boolean;
  isOptional: boolean;
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

function recordKind<Name extends keyof Tables>(description: Description<Name>): RecordKind<Name> {
  const lists = { json: [], booleans: [], hidden: [], optional: [], ...description };
  const { json, booleans, hidden, optional }: Record<'json' | 'booleans' | 'hidden' | 'optional', string[]> = lists;
  const special = new Map<string, Special>();
  for (const column of [...json, ...booleans, ...hidden, ...optional]) {
    const [isJson = false, isBoolean = false, isHidden = false, isOptional = false] = [json, booleans, hidden, optional].map((list) =>
      list.includes(column),
    );
    special.set(column, { isJson, isBoolean, isHidden, isOptional });
  }
  return { ...lists, special, type: description.label.toLowerCase().replaceAll(' ', '-') };
}

/** A record as JSON. */
export type JsonRecord = Record<string, unknown>;

/** The JSON of a row. Long JSON in it is a RawJson. */
export function serialize<Name extends keyof Tables>(kind: RecordKind<Name>, row: Tables[Name]): JsonRecord {
  const { special } = kind;
  const values = row as JsonRecord;
  // Deleting from a copy would give a slow kind of object, which takes twice as long to write as JSON.
  const record: JsonRecord = {};
  for (const column of Object.keys(values)) {
    const value = values[column];
    const how = special.get(column);
    if (how === undefined) record[column] = value;
    else if (!how.isHidden && !(how.isOptional && value === null)) record[column] = shown(value, how);
  }
  return record;
}

function shown(value: unknown, { isJson, isBoolean }: Special): unknown {
  if (isJson && typeof value === 'string') return readJson(value);
  return isBoolean && value !== null ? value === 1 : value;
}

export const users = recordKind({
  table: 'users',
  id: 'userId',
  label: 'user',
  hidden: ['fullNameLower', 'nicknameLower', 'email'],
  optional: ['nickname'],
});
export const teams = recordKind({ table: 'teams', id: 'teamId', label: 'team', hidden: ['createdByTokenId'] });
export const teamUsers = recordKind({
  table: 'teamUsers',
  id: 'teamUserId',
  label: 'team user',
  booleans: ['isDefault'],
  hidden: ['name', 'nameLower'],
});
export const apiTokens = recordKind({
  table: 'apiTokens',
  id: 'tokenId',
  label: 'API token',
  booleans: ['isActive'],
  hidden: ['tokenHash'],
});
export const auditLogs = recordKind({ table: 'auditLogs', id: 'auditLogId', label: 'audit log', json: ['changes', 'metadata'] });
export const files = recordKind({
  table: 'files',
  id: 'fileId',
  label: 'file',
  json: ['metadata'],
  hidden: ['fileNameLower', 'fileDigest', 'objectKey'],
});
export const datasets = recordKind({
  table: 'datasets',
  id: 'datasetId',
  label: 'dataset',
  hidden: ['nameLower'],
  optional: ['processingError', 'recordCount', 'totalSizeBytes'],
});
export const datasetSchemaVersions = recordKind({
  table: 'datasetSchemaVersions',
  id: 'datasetSchemaVersionId',
  label: 'dataset schema version',
  json: ['columnsJson', 'parsingOptions'],
  hidden: ['teamId'],
  optional: ['parsingOptions'],
});
export const datasetDataVersions = recordKind({
  table: 'datasetDataVersions',
  id: 'datasetDataVersionId',
  label: 'dataset data version',
  hidden: ['teamId', 'fileName', 'objectKey', 'uploaded'],
  optional: ['fileHash', 'rowCount', 'fileSizeBytes'],
});
export const pipelines = recordKind({ table: 'pipelines', id: 'pipelineId', label: 'pipeline', hidden: ['nameLower'] });
export const pipelineConfigurationVersions = recordKind({
  table: 'pipelineConfigurationVersions',
  id: 'pipelineConfigurationVersionId',
  label: 'pipeline configuration version',
  json: ['configuration'],
  hidden: ['teamId'],
});
export const pipelineExecutions = recordKind({
  table: 'pipelineExecutions',
  id: 'pipelineExecutionId',
  label: 'pipeline execution',
  json: ['pipelineInput', 'pipelineOutput', 'progressData'],
  hidden: ['teamId', 'pipelineId', 'outputObjectKey'],
});
export const agents = recordKind({ table: 'agents', id: 'agentId', label: 'agent', hidden: ['nameLower'] });
export const agentConfigurationVersions = recordKind({
  table: 'agentConfigurationVersions',
  id: 'agentConfigurationVersionId',
  label: 'agent configuration version',
  json: ['inputSchema', 'outputSchema', 'llmConfig', 'toolConfig', 'executionConfig'],
  booleans: ['isCurrent'],
  hidden: ['teamId'],
});
export const agentExecutions = recordKind({
  table: 'agentExecutions',
  id: 'agentExecutionId',
  label: 'agent execution',
  json: ['agentInput', 'agentInputSchema', 'agentOutput', 'agentOutputSchema', 'thoughts'],
  hidden: ['teamId', 'agentId'],
});
export const memoryStates = recordKind({
  table: 'agentExecutionMemoryStates',
  id: 'agentExecutionMemoryStateId',
  label: 'memory state',
  json: ['state'],
});
