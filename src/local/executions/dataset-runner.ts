import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { JobRunner } from '../queue/queue.js';
import type { DatasetRow } from '../store/schema.js';
import { bytesOf, lendSources, servicesFor, tableFormat } from './engine-services.js';
import { rethrowIfUnfinished } from './interruption.js';

/** Processes datasets: reads all the current data by the current schema, which counts the rows and finds invalid cells. */
export function datasetRunner(platform: Platform): JobRunner {
  const { store, clock } = platform;

  async function finish(id: string, changes: Partial<DatasetRow>): Promise<void> {
    await store
      .updateTable('datasets')
      .set({ ...changes, updatedAt: timestamp(clock) })
      .where('datasetId', '=', id)
      .where('processingStatus', '=', 'in_progress')
      .execute();
  }

  const fail = (id: string, message: string): Promise<void> => finish(id, { processingStatus: 'failed', processingError: message });

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
      if (!data || !schema) return void (await fail(id, 'The data or the schema to process no longer exists.'));
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
        return void (await fail(id, error instanceof Error ? error.message : String(error)));
      } finally {
        await files.release();
        await host.sources.release();
      }
      await store
        .updateTable('datasetDataVersions')
        .set({ rowCount: recordCount })
        .where('datasetDataVersionId', '=', data.datasetDataVersionId)
        .execute();
      await finish(id, {
        processingStatus: 'completed',
        activeDataVersionId: data.datasetDataVersionId,
        activeDataSchemaVersionId: schema.datasetSchemaVersionId,
        recordCount,
        totalSizeBytes: data.fileSizeBytes,
      });
    },
  };
}
