import type { Tables } from './schema.js';
import { quoted, type Statement } from './statements.js';

/** Every table, in an order in which their rows can be deleted: those that refer to others come before them. */
export const tables: readonly (keyof Tables)[] = [
  'jobs',
  'assetRuns',
  'assetFacets',
  'assets',
  'agentExecutionMemoryStates',
  'agentExecutions',
  'agentConfigurationVersions',
  'agents',
  'pipelineExecutions',
  'pipelineConfigurationVersions',
  'pipelines',
  'datasetDataVersions',
  'datasetSchemaVersions',
  'datasets',
  'files',
  'objects',
  'uploads',
  'deletions',
  'stagings',
  'idempotentResponses',
  'auditLogs',
  'tokenUsage',
  'apiTokens',
  'teamUsers',
  'teams',
  'users',
  'settings',
];

/** The statements that delete every record. */
export function deletions(): Statement[] {
  return tables.map((table) => ({ text: `delete from ${quoted(table)}`, parameters: [] }));
}
