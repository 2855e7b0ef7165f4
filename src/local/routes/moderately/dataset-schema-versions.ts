import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { anyOf, exactly, type ListDescription, list, number } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { insertRow, updateRow } from '../../requests/writes.js';
import { datasetSchemaVersions, datasets, serialize } from '../../store/record-kinds.js';
import type { DatasetSchemaVersionRow } from '../../store/schema.js';
import { makeCurrent, nextVersionNo, noLongerCurrent, versionStatuses } from './dataset-versions.js';

const listing: ListDescription = {
  kind: datasetSchemaVersions,
  filters: {
    datasetSchemaVersionIds: anyOf('datasetSchemaVersionId'),
    datasetIds: anyOf('datasetId'),
    status: exactly('status', versionStatuses),
    versionNo: number('versionNo'),
  },
  orderBy: ['createdAt', 'updatedAt', 'versionNo'],
};

const creation = schema(async () => (await import('./dataset-schema-requests.js')).creation);
const change = schema(async () => (await import('./dataset-schema-requests.js')).change);

/** Versions of the schemas of datasets. */
export const datasetSchemaVersionRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/', async (c) => {
    const { platform } = c.var;
    const request = await body(c, creation);
    const dataset = await loadRow(c, datasets, request.datasetId);
    const at = newTimestamps(c);
    const row = await platform.store.transaction().execute(async (store) => {
      const row: DatasetSchemaVersionRow = {
        datasetSchemaVersionId: newRecordId(c),
        datasetId: dataset.datasetId,
        teamId: dataset.teamId,
        versionNo: await nextVersionNo(store, 'schema', dataset.datasetId),
        columnsJson: JSON.stringify(request.columns),
        status: request.status,
        parsingOptions: request.parsingOptions ? JSON.stringify(request.parsingOptions) : null,
        ...at,
      };
      await insertRow(c, store, datasetSchemaVersions, row);
      if (row.status === 'current') await makeCurrent(store, 'schema', row.datasetId, row.datasetSchemaVersionId, at.createdAt);
      return row;
    });
    return c.json(serialize(datasetSchemaVersions, row), 201);
  })

  .get('/:id', show(datasetSchemaVersions))

  .patch('/:id', async (c) => {
    const { platform } = c.var;
    const { datasetSchemaVersionId: id, datasetId } = await loadRow(c, datasetSchemaVersions, c.req.param('id'));
    const request = await body(c, change);
    const { updatedAt: at } = newTimestamps(c);
    const updated = await platform.store.transaction().execute(async (store) => {
      const row = await updateRow(c, store, datasetSchemaVersions, id, {
        status: request.status,
        columnsJson: request.columns && JSON.stringify(request.columns),
        parsingOptions: request.parsingOptions && JSON.stringify(request.parsingOptions),
      });
      if (request.status === 'current') await makeCurrent(store, 'schema', datasetId, id, at);
      else if (request.status !== undefined) await noLongerCurrent(store, 'schema', datasetId, id, at);
      return row;
    });
    return c.json(serialize(datasetSchemaVersions, updated));
  });
