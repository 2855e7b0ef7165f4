import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { anyOf, exactly, type ListDescription, list, number } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, count, positive, text, z } from '../../requests/validation.js';
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

const column = z.looseObject({
  pos: positive.optional(),
  name: text.min(1),
  source: z.string().optional(),
  type: z.string(),
  nullable: z.boolean(),
  transformExpr: z.string().nullish(),
  description: z.string().nullish(),
  operations: z.array(z.looseObject({ type: z.string() })).optional(),
});

const parsingOptions = z.looseObject({
  skipRows: z.union([count, z.array(count)]).optional(),
  headerRow: positive.optional(),
  delimiter: z.string().optional(),
  encoding: z.string().optional(),
  hasHeader: z.boolean().optional(),
  nullValues: z.array(z.string()).optional(),
  decimalSeparator: z.enum(['.', ',']).optional(),
  dateOrder: z.enum(['day-first', 'month-first']).optional(),
  sheet: z.union([z.string().min(1), positive]).optional(),
});

/** Columns with unique names, because a row has one value for each name. */
const columns = z.array(column).superRefine((value, context) => {
  const names = new Set<string>();
  value.forEach(({ name }, index) => {
    if (names.has(name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: `another column has the name '${name}' too` });
    names.add(name);
  });
});

const status = z.enum(versionStatuses);
const creation = z.object({
  datasetId: text,
  columns: columns.min(1),
  status: status.default('draft'),
  parsingOptions: parsingOptions.optional(),
});
const change = z.object({ status: status.optional(), columns: columns.optional(), parsingOptions: parsingOptions.optional() });

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
