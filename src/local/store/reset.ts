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
  'auditLogs',
  'tokenUsage',
  'apiTokens',
  'teamUsers',
  'teams',
  'users',
  'settings',
];

/** Deletes every record. */
export async function clearTables(store: Store): Promise<void> {
  await store.transaction().execute(async (trx) => {
    for (const table of tables) await trx.deleteFrom(table).execute();
  });
}
