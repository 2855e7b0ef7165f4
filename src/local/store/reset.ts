import type { Store } from './database.js';
import type { Tables } from './schema.js';

/** Every table, in an order that satisfies the foreign keys. */
const tables: readonly (keyof Tables)[] = [
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
  'idempotentResponses',
  'auditLogs',
  'tokenUsage',
  'apiTokens',
  'teamUsers',
  'teams',
  'users',
  'settings',
];

/** Deletes every record, in the transaction of the caller. */
export async function clearTables(store: Store): Promise<void> {
  for (const table of tables) await store.deleteFrom(table).execute();
}
