import type { Migration } from 'kysely';
import { index, type Schema } from './build.js';

/** Tables, their ids, the further columns their lists can be ordered by, and the columns that filter them. Default: `teamId`. */
const orders: readonly [table: string, id: string, columns: readonly string[], scope?: readonly string[]][] = [
  ['pipelineConfigurationVersions', 'pipelineConfigurationVersionId', ['version', 'updatedAt']],
  ['datasetSchemaVersions', 'datasetSchemaVersionId', ['versionNo', 'updatedAt']],
  ['datasetDataVersions', 'datasetDataVersionId', ['versionNo', 'updatedAt']],
  ['agentConfigurationVersions', 'agentConfigurationVersionId', ['createdAt']],
  ['auditLogs', 'auditLogId', ['eventType', 'resourceType', 'action']],
  ['apiTokens', 'tokenId', ['createdAt', 'name']],
  ['teamUsers', 'teamUserId', ['name', 'role', 'createdAt', 'updatedAt']],
  ['assets', 'assetId', ['updatedAt'], ['teamId', 'collection']],
];

/** Adds indexes for the remaining orders of lists. */
export const moreOrders: Migration = {
  async up(db: Schema) {
    // The indexes below begin with the same columns.
    await db.schema.dropIndex('agentConfigurationVersions_teamId_createdAt').execute();
    await db.schema.dropIndex('apiTokens_teamId_createdAt').execute();
    for (const [table, id, columns, scope = ['teamId']] of orders) {
      for (const column of columns) await index(db, table, ...scope, column, id);
    }
  },
};
