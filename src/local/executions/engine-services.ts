import { Readable } from 'node:stream';
import { findObject } from '../blobs/objects.js';
import type { Platform } from '../context.js';
import type { Column, EngineServices, ParsingOptions, Row } from '../engine/types.js';
import type { DatasetDataVersionRow, DatasetSchemaVersionRow } from '../store/schema.js';
import { loadEngine } from './load-engine.js';

/** The rows of a data version, typed by a schema version; without one, all values are text. They can be read repeatedly. */
export function tableRows(
  platform: Platform,
  data: DatasetDataVersionRow,
  schema: DatasetSchemaVersionRow | undefined,
): AsyncIterable<Row> {
  return {
    async *[Symbol.asyncIterator]() {
      const stream = await platform.blobs.read(data.objectKey);
      try {
        const { parseTable } = await loadEngine();
        yield* parseTable(stream, {
          fileType: data.fileType === 'xlsx' ? 'xlsx' : 'csv',
          columns: columnsOf(schema),
          parsingOptions: schema?.parsingOptions ? (JSON.parse(schema.parsingOptions) as ParsingOptions) : null,
        });
      } finally {
        stream.destroy();
      }
    },
  };
}

function columnsOf(schema: DatasetSchemaVersionRow | undefined): Column[] | null {
  return schema ? (JSON.parse(schema.columnsJson) as Column[]) : null;
}

/** The services through which the engine reads one team's datasets, by their current data and schema, and files. */
export function servicesFor(platform: Platform, teamId: string): EngineServices {
  const { store } = platform;
  return {
    handlers: platform.handlers,
    llm: platform.llm,
    async openDataset(id) {
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
      return { name: dataset.name, columns: columnsOf(schema), rows: tableRows(platform, data, schema) };
    },
    async openFile(id) {
      const file = await store.selectFrom('files').selectAll().where('fileId', '=', id).where('teamId', '=', teamId).executeTakeFirst();
      if (!file) throw new Error(`There is no file with the id '${id}'.`);
      const object = file.uploadStatus === 'completed' ? await findObject(platform, file.objectKey) : undefined;
      if (!object) throw new Error(`The upload of the file '${file.fileName}' was not completed.`);
      const stream = object.size === 0 ? Readable.from([]) : await platform.blobs.read(file.objectKey);
      return { name: file.fileName, mimeType: file.mimeType, size: object.size, stream };
    },
  };
}
