import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { openSqlite } from '../../../src/local/store/sqlite/database.js';
import type { Store } from '../../../src/local/store/store.js';
import { Client, echo, type Json } from '../support/platform.js';

const rows = 100_000;
const at = (index: number): string => new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3)).toISOString();
const id = (index: number): string => `id-${String(index).padStart(8, '0')}`;

describe('A local platform with 100,000 records of a kind', function () {
  this.timeout(120_000);
  let folder: string;
  let platform: LocalPlatform;
  let client: Client;

  async function fill(store: Store, teamId: string, version: Json): Promise<void> {
    const nothing = {
      currentSchemaVersionId: null,
      currentDataVersionId: null,
      activeDataSchemaVersionId: null,
      activeDataVersionId: null,
    };
    await store.transaction().execute(async (trx) => {
      for (let start = 0; start < rows; start += 500) {
        const batch = Array.from({ length: 500 }, (_, offset) => start + offset);
        await trx
          .insertInto('datasets')
          .values(
            batch.map((index) => ({
              ...nothing,
              datasetId: id(index),
              teamId,
              name: `Dataset ${index}`,
              nameLower: `dataset ${index}`,
              description: null,
              processingStatus: null,
              processingError: null,
              recordCount: null,
              totalSizeBytes: null,
              createdAt: at(index),
              updatedAt: at(rows - index),
            })),
          )
          .execute();
        await trx
          .insertInto('pipelineExecutions')
          .values(
            batch.map((index) => ({
              pipelineExecutionId: id(index),
              pipelineConfigurationVersionId: version.pipelineConfigurationVersionId,
              pipelineId: version.pipelineId,
              teamId,
              pipelineInput: '{}',
              pipelineInputSummary: '',
              pipelineOutput: '{}',
              pipelineOutputSummary: null,
              status: index % 4 === 0 ? 'failed' : 'completed',
              progressData: '{}',
              pipelineOutputFileUri: null,
              outputObjectKey: null,
              currentStep: 1,
              totalSteps: 1,
              startedAt: at(index),
              completedAt: at(index),
              failedAt: null,
              cancelledAt: null,
              pausedAt: null,
              createdAt: at(index),
              updatedAt: at(index),
            })),
          )
          .execute();
      }
    });
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'local-platform-rows-'));
    const first = await LocalPlatform.start({ port: false, dataDir: folder });
    const { versionId, pipelineId } = await new Client(first).pipeline('Echo', echo);
    await first.close();
    const store = await openSqlite(join(folder, 'platform.db'));
    await fill(store, first.teamId, { pipelineId, pipelineConfigurationVersionId: versionId });
    await store.destroy();
    platform = await LocalPlatform.start({ port: false, dataDir: folder });
    client = new Client(platform);
  });
  after(async () => {
    await platform.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('orders, filters and pages as with ten', async () => {
    const ids = async (query: string) => (await client.get(`/datasets?${query}`)).body.items.map((item: Json) => item.datasetId);
    expect(await ids('pageSize=2')).to.deep.equal([id(0), id(1)]);
    expect(await ids('pageSize=3&orderBy=createdAt&orderDirection=desc')).to.deep.equal([id(99_999), id(99_998), id(99_997)]);
    expect(await ids('pageSize=2&orderBy=updatedAt')).to.deep.equal([id(99_998), id(99_999)]);
    expect(await ids('pageSize=1000&page=100'))
      .to.have.length(1000)
      .and.include(id(99_999));
    expect(await ids('nameLike=DATASET%2099999')).to.deep.equal([id(99_999)]);
    expect(await ids('name=Dataset%2050000')).to.deep.equal([id(50_000)]);
    const { pagination } = (await client.get('/datasets?pageSize=1000&page=101')).body;
    expect(pagination).to.include({ totalItems: rows, totalPages: 100, hasNextPage: false });
    const failed = (await client.get('/pipeline-executions?statuses=failed&pageSize=1')).body;
    expect(failed.pagination.totalItems).to.equal(rows / 4);
    expect((await client.get('/pipelines')).body.items[0]).to.include({ totalRuns: rows, successRate: 75 });
  });
});
