import type { Store } from '../../store/database.js';
import type { DatasetRow } from '../../store/schema.js';

/** The two kinds of versions a dataset has, and the column that points to its current one. */
const versionKinds = {
  schema: { table: 'datasetSchemaVersions', id: 'datasetSchemaVersionId', pointer: 'currentSchemaVersionId' },
  data: { table: 'datasetDataVersions', id: 'datasetDataVersionId', pointer: 'currentDataVersionId' },
} as const;

type VersionKind = keyof typeof versionKinds;
export const versionStatuses = ['draft', 'current', 'archived'] as const;

/** The number after the highest one a dataset has. */
export async function nextVersionNo(store: Store, kind: VersionKind, datasetId: string): Promise<number> {
  const { highest } = await store
    .selectFrom(versionKinds[kind].table)
    .select((of) => of.fn.max('versionNo').as('highest'))
    .where('datasetId', '=', datasetId)
    .executeTakeFirstOrThrow();
  return Number(highest ?? 0) + 1;
}

/**
 * Makes a version the dataset's current one: the one before it becomes archived. A dataset that has both data and a
 * schema, in a combination that was not processed, then needs processing.
 */
export async function makeCurrent(store: Store, kind: VersionKind, datasetId: string, versionId: string, at: string): Promise<void> {
  const { table, id, pointer } = versionKinds[kind];
  await store
    .updateTable(table)
    .set({ status: 'archived', updatedAt: at })
    .where('datasetId', '=', datasetId)
    .where('status', '=', 'current')
    .where(id, '!=', versionId)
    .$if(kind === 'data', (query) => query.where('uploaded', '=', 1))
    .execute();
  await point(store, datasetId, { [pointer]: versionId }, at);
}

/** Clears the dataset's pointer when it points to this version. */
export async function noLongerCurrent(store: Store, kind: VersionKind, datasetId: string, versionId: string, at: string): Promise<void> {
  const { pointer } = versionKinds[kind];
  const dataset = await store.selectFrom('datasets').selectAll().where('datasetId', '=', datasetId).executeTakeFirst();
  if (dataset?.[pointer] === versionId) await point(store, datasetId, { [pointer]: null }, at);
}

async function point(store: Store, datasetId: string, changes: Partial<DatasetRow>, at: string): Promise<void> {
  const before = await store.selectFrom('datasets').selectAll().where('datasetId', '=', datasetId).executeTakeFirstOrThrow();
  const dataset = { ...before, ...changes };
  await store
    .updateTable('datasets')
    .set({ ...changes, processingStatus: statusOf(dataset), processingError: null, updatedAt: at })
    .where('datasetId', '=', datasetId)
    .execute();
}

/** Whether a dataset's current data and schema were processed together. */
function statusOf(dataset: DatasetRow): string | null {
  const { currentDataVersionId: data, currentSchemaVersionId: schema } = dataset;
  if (data === null || schema === null) return null;
  return data === dataset.activeDataVersionId && schema === dataset.activeDataSchemaVersionId ? 'completed' : 'needs-processing';
}
