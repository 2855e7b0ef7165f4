import { Hono } from 'hono';
import { deleteObjects } from '../../blobs/objects.js';
import type { AppContext, AppEnv } from '../../context.js';
import { datasetJob } from '../../executions/job-kinds.js';
import { checkTeam } from '../../requests/authentication.js';
import { badRequest } from '../../requests/errors.js';
import { anyOf, contains, exactly, type ListDescription, list } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { conflictAsInvalidName, deleteRow, insertRow, updateRow, write } from '../../requests/writes.js';
import { datasets, type JsonRecord, serialize } from '../../store/record-kinds.js';
import type { DatasetRow } from '../../store/schema.js';

const listing: ListDescription = {
  kind: datasets,
  filters: {
    datasetIds: anyOf('datasetId'),
    teamIds: anyOf('teamId'),
    nameLike: contains('nameLower'),
    name: exactly('name'),
  },
  orderBy: ['createdAt', 'updatedAt', 'name'],
};

/** Fields that the items of a list do not have. */
const detailFields = [
  'activeDataSchemaVersionId',
  'activeDataVersionId',
  'processingStatus',
  'processingError',
  'recordCount',
  'totalSizeBytes',
];

const creation = schema(({ name, text, z }) => z.object({ teamId: text, name: name(), description: text.max(10_000).nullish() }));
const change = schema(({ name, text, z }) =>
  z.object({ name: name().optional(), description: text.optional(), shouldProcess: z.boolean().optional() }),
);

const taken = (value: string | undefined) => `A dataset with the name '${value}' already exists in this team.`;

function listItem(item: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !detailFields.includes(key)));
}

/**
 * The changes with which processing starts.
 * @throws HttpError 400 when the dataset has no current data or schema.
 */
function startProcessing(row: DatasetRow): Partial<DatasetRow> {
  if (row.currentDataVersionId === null)
    throw badRequest('This dataset has no current data to process: upload data with the status current.');
  if (row.currentSchemaVersionId === null)
    throw badRequest('This dataset has no current schema to process its data by: create one with the status current.');
  return { processingStatus: 'in_progress', processingError: null };
}

async function objectKeys(c: AppContext, datasetId: string): Promise<string[]> {
  const rows = await c.var.platform.store
    .selectFrom('datasetDataVersions')
    .select('objectKey')
    .where('datasetId', '=', datasetId)
    .execute();
  return rows.map(({ objectKey }) => objectKey);
}

/** Datasets. Their data and schemas are versioned records of their own. */
export const datasetRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    const { items, pagination } = await list(c, listing);
    return c.json({ items: items.map(listItem), pagination });
  })

  .post('/', async (c) => {
    const request = await body(c, creation);
    checkTeam(c, request.teamId);
    const row: DatasetRow = {
      datasetId: newRecordId(c),
      teamId: request.teamId,
      name: request.name,
      nameLower: request.name.toLowerCase(),
      description: request.description ?? null,
      currentSchemaVersionId: null,
      currentDataVersionId: null,
      activeDataSchemaVersionId: null,
      activeDataVersionId: null,
      processingStatus: null,
      processingError: null,
      recordCount: null,
      totalSizeBytes: null,
      ...newTimestamps(c),
    };
    await write(c, taken(row.name), (store) => insertRow(c, store, datasets, row));
    return c.json(serialize(datasets, row), 201);
  })

  .get('/:id', show(datasets))

  .patch('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, datasets, c.req.param('id'));
    const request = await body(c, change);
    if (request.shouldProcess) await platform.queue.checkRoom(row.teamId);
    const changes: Partial<DatasetRow> = {
      name: request.name,
      nameLower: request.name?.toLowerCase(),
      description: request.description,
      ...(request.shouldProcess && startProcessing(row)),
    };
    const updated = await conflictAsInvalidName(
      write(c, taken(request.name), async (store) => {
        if (request.shouldProcess) await platform.queue.add(store, { kind: datasetJob, subjectId: row.datasetId, teamId: row.teamId });
        return await updateRow(c, store, datasets, row.datasetId, changes);
      }),
    );
    if (request.shouldProcess) platform.queue.wake();
    return c.json(serialize(datasets, updated));
  })

  .delete('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, datasets, c.req.param('id'));
    const keys = await objectKeys(c, row.datasetId);
    await deleteObjects(platform, keys, (store) => deleteRow(c, store, datasets, row));
    return c.json({ success: true, message: `The dataset '${row.name}' and its versions were deleted.` });
  });
