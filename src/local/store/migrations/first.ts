import type { Migration } from 'kysely';
import { sql } from '../kysely.js';
import { belongsTo, columns, index, type Schema, table, unique } from './build.js';

const stamps = ['createdAt', 'updatedAt'];
const stages = ['startedAt?', 'completedAt?', 'failedAt?', 'cancelledAt?', 'pausedAt?'];

async function createAccounts(db: Schema): Promise<void> {
  await columns(table(db, 'settings', 'key'), 'value').execute();
  await columns(table(db, 'users', 'userId'), 'fullName', 'fullNameLower', 'nickname?', 'nicknameLower?', 'email?', ...stamps).execute();
  await columns(table(db, 'teams', 'teamId'), 'name', 'createdByTokenId?', ...stamps).execute();
  let teamUsers = belongsTo(table(db, 'teamUsers', 'teamUserId'), 'teamId', 'teams.teamId');
  teamUsers = belongsTo(teamUsers, 'userId', 'users.userId');
  await columns(teamUsers, 'name', 'nameLower', 'email?', 'role', 'isDefault:integer', ...stamps).execute();
  await unique(db, 'teamUsers', 'teamId', 'userId');
  await index(db, 'teamUsers', 'userId');
  await columns(
    table(db, 'apiTokens', 'tokenId'),
    ...['teamId?', 'name', 'tokenHash', 'tokenPrefix', 'last4', 'role', 'createdByUserId', 'expiresAt?', 'lastUsedAt?', 'isActive:integer'],
    ...stamps,
  ).execute();
  await unique(db, 'apiTokens', 'tokenHash');
  await index(db, 'apiTokens', 'teamId', 'createdAt');
  await db.schema
    .createTable('tokenUsage')
    .addColumn('tokenId', 'text', (column) => column.notNull().references('apiTokens.tokenId').onDelete('cascade'))
    .addColumn('hour', 'text', (column) => column.notNull())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('method', 'text', (column) => column.notNull())
    .addColumn('requests', sql`bigint`, (column) => column.notNull())
    .addColumn('errors', sql`bigint`, (column) => column.notNull())
    .addColumn('milliseconds', 'real', (column) => column.notNull())
    .addPrimaryKeyConstraint('tokenUsage_key', ['tokenId', 'hour', 'endpoint', 'method'])
    .execute();
  await columns(
    table(db, 'auditLogs', 'auditLogId'),
    ...[
      'teamId?',
      'userId?',
      'apiTokenId?',
      'sessionId?',
      'eventType',
      'resourceType',
      'resourceId',
      'action',
      'changes?',
      'metadata?',
      'createdAt',
    ],
  ).execute();
  await index(db, 'auditLogs', 'teamId', 'createdAt', 'auditLogId');
  await index(db, 'auditLogs', 'resourceType', 'resourceId');
}

async function createFilesAndDatasets(db: Schema): Promise<void> {
  await columns(table(db, 'objects', 'key'), 'size:integer', 'sha256', 'contentType', 'createdAt').execute();
  await columns(
    belongsTo(table(db, 'files', 'fileId'), 'teamId', 'teams.teamId'),
    ...['fileName', 'fileNameLower', 'fileSize:integer', 'mimeType', 'fileHash', 'fileDigest', 'uploadStatus', 'uploadedBy?', 'metadata'],
    ...['objectKey', ...stamps],
  ).execute();
  for (const order of ['createdAt', 'updatedAt', 'fileName', 'fileSize']) await index(db, 'files', 'teamId', order, 'fileId');
  await index(db, 'files', 'teamId', 'fileDigest');
  await columns(
    belongsTo(table(db, 'datasets', 'datasetId'), 'teamId', 'teams.teamId'),
    ...['name', 'nameLower', 'description?', 'currentSchemaVersionId?', 'currentDataVersionId?', 'activeDataSchemaVersionId?'],
    ...['activeDataVersionId?', 'processingStatus?', 'processingError?', 'recordCount?:integer', 'totalSizeBytes?:integer', ...stamps],
  ).execute();
  await namedIndexes(db, 'datasets', 'datasetId');
  await columns(
    belongsTo(table(db, 'datasetSchemaVersions', 'datasetSchemaVersionId'), 'datasetId', 'datasets.datasetId'),
    ...['teamId', 'versionNo:integer', 'columnsJson', 'status', 'parsingOptions?', ...stamps],
  ).execute();
  await columns(
    belongsTo(table(db, 'datasetDataVersions', 'datasetDataVersionId'), 'datasetId', 'datasets.datasetId'),
    ...['teamId', 'versionNo:integer', 'fileName', 'sourceFileUri', 'objectKey', 'fileType', 'status', 'uploaded:integer'],
    ...['fileHash?', 'rowCount?:integer', 'fileSizeBytes?:integer', ...stamps],
  ).execute();
  for (const [versions, id] of [
    ['datasetSchemaVersions', 'datasetSchemaVersionId'],
    ['datasetDataVersions', 'datasetDataVersionId'],
  ] as const) {
    await unique(db, versions, 'datasetId', 'versionNo');
    await index(db, versions, 'teamId', 'createdAt', id);
  }
}

async function createPipelines(db: Schema): Promise<void> {
  await columns(
    belongsTo(table(db, 'pipelines', 'pipelineId'), 'teamId', 'teams.teamId'),
    ...['name', 'nameLower', 'description?', ...stamps],
  ).execute();
  await namedIndexes(db, 'pipelines', 'pipelineId');
  await columns(
    belongsTo(table(db, 'pipelineConfigurationVersions', 'pipelineConfigurationVersionId'), 'pipelineId', 'pipelines.pipelineId'),
    ...['teamId', 'configuration', 'version:integer', 'status', ...stamps],
  ).execute();
  await unique(db, 'pipelineConfigurationVersions', 'pipelineId', 'version');
  await index(db, 'pipelineConfigurationVersions', 'teamId', 'createdAt', 'pipelineConfigurationVersionId');
  await columns(
    belongsTo(
      table(db, 'pipelineExecutions', 'pipelineExecutionId'),
      'pipelineConfigurationVersionId',
      'pipelineConfigurationVersions.pipelineConfigurationVersionId',
    ),
    ...[
      'pipelineId',
      'teamId',
      'pipelineInput',
      'pipelineInputSummary',
      'pipelineOutput?',
      'pipelineOutputSummary?',
      'status',
      'progressData',
    ],
    ...['pipelineOutputFileUri?', 'outputObjectKey?', 'currentStep?:integer', 'totalSteps?:integer', ...stages, ...stamps],
  ).execute();
  for (const order of ['createdAt', 'updatedAt', 'startedAt'])
    await index(db, 'pipelineExecutions', 'teamId', order, 'pipelineExecutionId');
  await index(db, 'pipelineExecutions', 'pipelineId', 'status', 'createdAt', 'startedAt');
  await index(db, 'pipelineExecutions', 'pipelineConfigurationVersionId', 'createdAt');
}

async function createAgents(db: Schema): Promise<void> {
  await columns(
    belongsTo(table(db, 'agents', 'agentId'), 'teamId', 'teams.teamId'),
    ...['name', 'nameLower', 'description?', ...stamps],
  ).execute();
  await namedIndexes(db, 'agents', 'agentId');
  await columns(
    belongsTo(table(db, 'agentConfigurationVersions', 'agentConfigurationVersionId'), 'agentId', 'agents.agentId'),
    ...['teamId', 'instructions', 'inputSchema', 'outputSchema', 'versionNumber:integer', 'isCurrent:integer', 'systemPrompt?'],
    ...['llmConfig', 'toolConfig', 'executionConfig', ...stamps],
  ).execute();
  await unique(db, 'agentConfigurationVersions', 'agentId', 'versionNumber');
  await index(db, 'agentConfigurationVersions', 'teamId', 'createdAt');
  await columns(
    belongsTo(
      table(db, 'agentExecutions', 'agentExecutionId'),
      'agentConfigurationVersionId',
      'agentConfigurationVersions.agentConfigurationVersionId',
    ),
    ...['agentId', 'teamId', 'agentInput', 'agentInputSchema', 'agentInputSummary', 'agentOutput?', 'agentOutputSchema'],
    ...['agentOutputSummary?', 'status', 'thoughts', 'maxActions?:integer', 'currentStep?:integer', 'planningInterval?:integer'],
    ...[...stages, ...stamps],
  ).execute();
  await index(db, 'agentExecutions', 'teamId', 'createdAt', 'agentExecutionId');
  await index(db, 'agentExecutions', 'agentId', 'status', 'createdAt', 'startedAt');
  await index(db, 'agentExecutions', 'agentConfigurationVersionId');
  await columns(
    belongsTo(
      table(db, 'agentExecutionMemoryStates', 'agentExecutionMemoryStateId'),
      'agentExecutionId',
      'agentExecutions.agentExecutionId',
    ),
    ...['state', 'version:integer', ...stamps],
  ).execute();
  await unique(db, 'agentExecutionMemoryStates', 'agentExecutionId', 'version');
}

async function createAssetsAndJobs(db: Schema): Promise<void> {
  const assets = belongsTo(table(db, 'assets', 'assetId'), 'teamId', 'teams.teamId');
  await columns(assets, 'collection', 'name', 'nameLower', 'status?', 'body', ...stamps).execute();
  await index(db, 'assets', 'teamId', 'collection', 'createdAt', 'assetId');
  await index(db, 'assets', 'teamId', 'collection', 'name', 'assetId');
  await columns(
    belongsTo(table(db, 'assetRuns', 'runId'), 'teamId', 'teams.teamId'),
    ...['assetId', 'collection', 'input', 'status', 'output?', 'error?', 'sessionId?', 'startedAt?', 'finishedAt?', ...stamps],
  ).execute();
  await columns(
    table(db, 'jobs', 'jobId'),
    ...['kind', 'subjectId', 'leaseOwner?', 'leaseUntil:integer', 'attempts:integer', 'createdAt'],
  ).execute();
  await index(db, 'jobs', 'leaseUntil', 'jobId');
}

/** The indexes of records whose name is unique in their team, and which are ordered by it or by their times. */
async function namedIndexes(db: Schema, on: string, id: string): Promise<void> {
  await unique(db, on, 'teamId', 'name');
  await index(db, on, 'teamId', 'createdAt', id);
  await index(db, on, 'teamId', 'updatedAt', id);
}

/** Creates the tables. */
export const first: Migration = {
  async up(db: Schema) {
    await createAccounts(db);
    await createFilesAndDatasets(db);
    await createPipelines(db);
    await createAgents(db);
    await createAssetsAndJobs(db);
  },
};
