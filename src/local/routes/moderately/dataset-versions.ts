import type { Store } from '../../store/database.js';
import type { DatasetRow } from '../../store/schema.js';

/** The two kinds of versions of a dataset, each with the column that refers to the current one. */
const versionKinds = {
  schema: { table: 'datasetSchemaVersions', id: 'datasetSchemaVersionId', pointer: 'currentSchemaVersionId' },
  data: { table: 'datasetDataVersions', id: 'datasetDataVersionId', pointer: 'currentDataVersionId' },
} as const;

type VersionKind = keyof typeof versionKinds;
export const versionStatuses = ['draft', 'current', 'archived'] as const;

/** The next version number of a dataset. */
export async function nextVersionNo(store: Store, kind: VersionKind, datasetId: string): Promise<number> {
  const { highest } = await store
    .selectFrom(versionKinds[kind].table)
    .select((of) => of.fn.max('versionNo').as('highest'))
    .where('datasetId', '=', datasetId)
    .executeTakeFirstOrThrow();
  return Number(highest ?? 0) + 1;
}

/**
 * Makes a version the dataset's current one and archives the previous one. A dataset with current data and a current
 * schema that were not processed together then needs processing.
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
  await setCurrent(store, datasetId, { [pointer]: versionId }, at);
}

/** Clears the dataset's reference to its current version if it is this one. */
export async function noLongerCurrent(store: Store, kind: VersionKind, datasetId: string, versionId: string, at: string): Promise<void> {
  const { pointer } = versionKinds[kind];
  const dataset = await store.selectFrom('datasets').selectAll().where('datasetId', '=', datasetId).executeTakeFirst();
  if (dataset?.[pointer] === versionId) await setCurrent(store, datasetId, { [pointer]: null }, at);
}

async function setCurrent(store: Store, datasetId: string, changes: Partial<DatasetRow>, at: string): Promise<void> {
  const before = await store.selectFrom('datasets').selectAll().where('datasetId', '=', datasetId).executeTakeFirstOrThrow();
  const dataset = { ...before, ...changes };
  await store
    .updateTable('datasets')
    .set({ ...changes, processingStatus: statusOf(dataset), processingError: null, updatedAt: at })
    .where('datasetId', '=', datasetId)
    .execute();
}

/** The processing status of a dataset whose current data or schema has changed. */
function statusOf(dataset: DatasetRow): string | null {
  const { currentDataVersionId: data, currentSchemaVersionId: schema } = dataset;
  if (data === null || schema === null) return null;
  return data === dataset.activeDataVersionId && schema === dataset.activeDataSchemaVersionId ? 'completed' : 'needs-processing';
}
