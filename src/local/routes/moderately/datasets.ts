import { type Context, Hono } from 'hono';
import { deleteObjects } from '../../blobs/objects.js';
import type { AppContext } from '../../context.js';
import { datasetJob } from '../../executions/dataset-runner.js';
import { datasets, toWire, type WireRecord } from '../../store/records.js';
import type { DatasetRow } from '../../store/schema.js';
import { checkTeam } from '../../wire/auth.js';
import { badRequest } from '../../wire/errors.js';
import { anyOf, contains, exactly, type ListDescription, list } from '../../wire/lists.js';
import { loadRow, recordId, show, stamps } from '../../wire/records.js';
import { body, name, text, z } from '../../wire/validation.js';
import { deleteRow, insertRow, nameProblem, updateRow, write } from '../../wire/writes.js';

const listing: ListDescription = {
  entity: datasets,
  filters: {
    datasetIds: anyOf('datasetId'),
    teamIds: anyOf('teamId'),
    nameLike: contains('nameLower'),
    name: exactly('name'),
  },
  orderBy: ['createdAt', 'updatedAt', 'name'],
};

/** What the items of a list do not have. */
const onlyAlone = [
  'activeDataSchemaVersionId',
  'activeDataVersionId',
  'processingStatus',
  'processingError',
  'recordCount',
  'totalSizeBytes',
];

const creation = z.object({ teamId: text, name: name(), description: text.max(10_000).nullish() });
const change = z.object({ name: name().optional(), description: text.optional(), shouldProcess: z.boolean().optional() });

const taken = (value: string | undefined) => `A dataset with the name '${value}' already exists in this team.`;

function listItem(item: WireRecord): WireRecord {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !onlyAlone.includes(key)));
}

/** What starting to process changes. */
function processing(row: DatasetRow): Partial<DatasetRow> {
  if (row.currentDataVersionId === null)
    throw badRequest('This dataset has no current data to process: upload some with the status current.');
  if (row.currentSchemaVersionId === null)
    throw badRequest('This dataset has no current schema to process its data by: create one with the status current.');
  return { processingStatus: 'in_progress', processingError: null };
}

async function objectKeys(c: Context<AppContext>, datasetId: string): Promise<string[]> {
  const rows = await c.var.platform.store
    .selectFrom('datasetDataVersions')
    .select('objectKey')
    .where('datasetId', '=', datasetId)
    .execute();
  return rows.map(({ objectKey }) => objectKey);
}

/** Datasets. Their data and their schemas are versions of their own. */
export const datasetRoutes = new Hono<AppContext>()
  .get('/', async (c) => {
    const { items, pagination } = await list(c, listing);
    return c.json({ items: items.map(listItem), pagination });
  })

  .post('/', async (c) => {
    const request = await body(c, creation);
    checkTeam(c, request.teamId);
    const row: DatasetRow = {
      datasetId: recordId(c),
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
      ...stamps(c),
    };
    await write(c, taken(row.name), (store) => insertRow(c, store, datasets, row));
    return c.json(toWire(datasets, row), 201);
  })

  .get('/:id', show(datasets))

  .patch('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, datasets, c.req.param('id'));
    const request = await body(c, change);
    const changes: Partial<DatasetRow> = {
      name: request.name,
      nameLower: request.name?.toLowerCase(),
      description: request.description,
      ...(request.shouldProcess && processing(row)),
    };
    const updated = await nameProblem(
      write(c, taken(request.name), async (store) => {
        if (request.shouldProcess) await platform.queue.add(store, datasetJob, row.datasetId);
        return await updateRow(c, store, datasets, row.datasetId, changes);
      }),
    );
    if (request.shouldProcess) platform.queue.wake();
    return c.json(toWire(datasets, updated));
  })

  .delete('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, datasets, c.req.param('id'));
    const keys = await objectKeys(c, row.datasetId);
    await platform.store.transaction().execute((store) => deleteRow(c, store, datasets, row));
    await deleteObjects(platform, keys);
    return c.json({ success: true, message: `The dataset '${row.name}' and its versions were deleted.` });
  });
