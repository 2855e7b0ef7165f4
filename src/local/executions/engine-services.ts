import type { StoredBytes } from '../blobs/blob-store.js';
import { findObject } from '../blobs/objects.js';
import type { Platform } from '../context.js';
import type { EngineServices } from '../engine/types.js';
import { type LentSources, servicesOver, type TableFormat } from '../isolation/sources.js';
import type { DatasetDataVersionRow, DatasetSchemaVersionRow, FileRow } from '../store/schema.js';

/** How the table of a data version is read: typed by a schema version; without one, all values are text. */
export function tableFormat(data: DatasetDataVersionRow, schema: DatasetSchemaVersionRow | undefined): TableFormat {
  return {
    fileType: data.fileType === 'xlsx' ? 'xlsx' : 'csv',
    columns: schema?.columnsJson ?? null,
    parsingOptions: schema?.parsingOptions ?? null,
  };
}

/** Where the bytes of an object are. @throws Error when it does not exist. */
export async function bytesOf(platform: Platform, key: string): Promise<StoredBytes> {
  const object = await findObject(platform, key);
  if (!object) throw new Error(`The content of the object '${key}' is missing.`);
  return object;
}

/** A dataset of a team, by its current data and schema. @throws Error when there is none, or it has no data. */
async function findDataset(
  platform: Platform,
  teamId: string,
  id: string,
): Promise<{ name: string; table: TableFormat; bytes: StoredBytes }> {
  const { store } = platform;
  const dataset = await store
    .selectFrom('datasets')
    .selectAll()
    .where('datasetId', '=', id)
    .where('teamId', '=', teamId)
    .executeTakeFirst();
  if (!dataset) throw new Error(`There is no dataset with the id '${id}'.`);
  const data = await store
    .selectFrom('datasetDataVersions')
    .selectAll()
    .where('datasetDataVersionId', '=', dataset.currentDataVersionId)
    .executeTakeFirst();
  if (!data) throw new Error(`The dataset '${dataset.name}' has no current data: upload some with the status 'current'.`);
  const schema = await store
    .selectFrom('datasetSchemaVersions')
    .selectAll()
    .where('datasetSchemaVersionId', '=', dataset.currentSchemaVersionId)
    .executeTakeFirst();
  return { name: dataset.name, table: tableFormat(data, schema), bytes: await bytesOf(platform, data.objectKey) };
}

/** A file of a team. @throws Error when there is none, or its upload was not completed. */
async function findFile(platform: Platform, teamId: string, id: string): Promise<{ file: FileRow; bytes: StoredBytes }> {
  const { store } = platform;
  const file = await store.selectFrom('files').selectAll().where('fileId', '=', id).where('teamId', '=', teamId).executeTakeFirst();
  if (!file) throw new Error(`There is no file with the id '${id}'.`);
  const bytes = file.uploadStatus === 'completed' ? await findObject(platform, file.objectKey) : undefined;
  if (!bytes) throw new Error(`The upload of the file '${file.fileName}' was not completed.`);
  return { file, bytes };
}

/** One team's datasets and files for a child, which reads them from files. The caller releases them. */
export function lendSources(platform: Platform, teamId: string): LentSources {
  const files = platform.blobs.lend();
  return {
    async dataset(id) {
      const { name, table, bytes } = await findDataset(platform, teamId, id);
      return { name, table: { ...table, path: await files.path(bytes) } };
    },
    async file(id) {
      const { file, bytes } = await findFile(platform, teamId, id);
      return { name: file.fileName, mimeType: file.mimeType, size: bytes.size, path: await files.path(bytes) };
    },
    release: () => files.release(),
  };
}

/** The services through which the engine reads one team's datasets and files in this process. */
export function servicesFor(platform: Platform, teamId: string): EngineServices {
  const { blobs, handlers, llm } = platform;
  const readers = {
    async dataset(id: string) {
      const { bytes, ...dataset } = await findDataset(platform, teamId, id);
      return { ...dataset, open: () => blobs.read(bytes) };
    },
    async file(id: string) {
      const { file, bytes } = await findFile(platform, teamId, id);
      return { name: file.fileName, mimeType: file.mimeType, size: bytes.size, open: () => blobs.read(bytes) };
    },
  };
  return servicesOver(readers, { handlers, llm }, () => lendSources(platform, teamId));
}
