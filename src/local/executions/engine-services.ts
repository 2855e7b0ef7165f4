import { findObject } from '../blobs/objects.js';
import type { Platform } from '../context.js';
import type { EngineServices } from '../engine/types.js';
import { engineServices, type Sources, type TableFile } from '../isolation/sources.js';
import type { DatasetDataVersionRow, DatasetSchemaVersionRow } from '../store/schema.js';

/** The table of a data version, typed by a schema version; without one, all values are text. */
export async function tableFile(
  platform: Platform,
  data: DatasetDataVersionRow,
  schema: DatasetSchemaVersionRow | undefined,
): Promise<TableFile> {
  return {
    path: await platform.blobs.file(data.objectKey),
    fileType: data.fileType === 'xlsx' ? 'xlsx' : 'csv',
    columns: schema?.columnsJson ?? null,
    parsingOptions: schema?.parsingOptions ?? null,
  };
}

/** One team's datasets, by their current data and schema, and files. */
export function sourcesFor(platform: Platform, teamId: string): Sources {
  const { store } = platform;
  return {
    async dataset(id) {
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
      return { name: dataset.name, table: await tableFile(platform, data, schema) };
    },
    async file(id) {
      const file = await store.selectFrom('files').selectAll().where('fileId', '=', id).where('teamId', '=', teamId).executeTakeFirst();
      if (!file) throw new Error(`There is no file with the id '${id}'.`);
      const object = file.uploadStatus === 'completed' ? await findObject(platform, file.objectKey) : undefined;
      if (!object) throw new Error(`The upload of the file '${file.fileName}' was not completed.`);
      return { name: file.fileName, mimeType: file.mimeType, size: object.size, path: await platform.blobs.file(file.objectKey) };
    },
  };
}

/** The services through which the engine reads one team's datasets and files in this process. */
export function servicesFor(platform: Platform, teamId: string): EngineServices {
  return engineServices(sourcesFor(platform, teamId), { handlers: platform.handlers, llm: platform.llm });
}
