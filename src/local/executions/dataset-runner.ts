import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { JobRunner } from '../queue/queue.js';
import type { DatasetRow } from '../store/schema.js';
import { assignments, type Statement } from '../store/statements.js';
import { bytesOf, lendSources, servicesFor, tableFormat } from './engine-services.js';
import { rethrowIfUnfinished } from './interruption.js';

/** Processes datasets: reads all the current data by the current schema, which counts the rows and finds invalid cells. */
export function datasetRunner(platform: Platform): JobRunner {
  const { store, clock } = platform;

  /** The statement that ends the processing of a dataset, unless it has ended meanwhile. */
  function finish(id: string, changes: Partial<DatasetRow>): Statement {
    const values = { ...changes, updatedAt: timestamp(clock) };
    const text = `update datasets set ${assignments(values)} where "datasetId" = ? and "processingStatus" = 'in_progress'`;
    return { text, parameters: [...Object.values(values), id] };
  }

  const fail = async (id: string, message: string): Promise<Statement[]> => [
    finish(id, { processingStatus: 'failed', processingError: message }),
  ];

  return {
    fail,
    async run(id, signal) {
      const dataset = await store.selectFrom('datasets').selectAll().where('datasetId', '=', id).executeTakeFirst();
      if (dataset?.processingStatus !== 'in_progress') return;
      const data = await store
        .selectFrom('datasetDataVersions')
        .selectAll()
        .where('datasetDataVersionId', '=', dataset.currentDataVersionId)
        .executeTakeFirst();
      const schema = await store
        .selectFrom('datasetSchemaVersions')
        .selectAll()
        .where('datasetSchemaVersionId', '=', dataset.currentSchemaVersionId)
        .executeTakeFirst();
      if (!data || !schema) return await fail(id, 'The data or the schema to process no longer exists.');
      const { teamId } = dataset;
      const { blockSeconds } = platform.limits;
      const files = platform.blobs.lend();
      const host = {
        sources: lendSources(platform, teamId),
        handlers: new Map(),
        services: servicesFor(platform, teamId),
        signal,
        blockSeconds,
      };
      let recordCount: number;
      try {
        const path = await files.path(await bytesOf(platform, data.objectKey));
        const table = { ...tableFormat(data, schema), path };
        recordCount = await platform.processes.run<'table'>({ kind: 'table', table }, host);
      } catch (error) {
        rethrowIfUnfinished(signal, error);
        return await fail(id, error instanceof Error ? error.message : String(error));
      } finally {
        await files.release();
        await host.sources.release();
      }
      const { datasetDataVersionId } = data;
      return [
        {
          text: 'update "datasetDataVersions" set "rowCount" = ? where "datasetDataVersionId" = ?',
          parameters: [recordCount, datasetDataVersionId],
        },
        finish(id, {
          processingStatus: 'completed',
          activeDataVersionId: datasetDataVersionId,
          activeDataSchemaVersionId: schema.datasetSchemaVersionId,
          recordCount,
          totalSizeBytes: data.fileSizeBytes,
        }),
      ];
    },
  };
}
