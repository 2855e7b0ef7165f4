import { expect } from 'chai';
import { onS3 } from '../../../support/services/only.js';
import { type Json, usePlatform } from '../../support/platform.js';

const columns = [
  { name: 'id', type: 'integer', nullable: false },
  { name: 'city', type: 'string', nullable: true },
];

describe('Datasets of the local platform', () => {
  const local = usePlatform();
  const team = (extra: object) => ({ teamId: local.platform.teamId, ...extra });
  const settled = (id: string): Promise<Json> =>
    local.client.until(`/datasets/${id}`, ({ processingStatus }) => processingStatus !== 'in_progress');

  it('begin empty', async () => {
    const { status, body } = await local.client.post('/datasets', team({ name: 'Airports', description: 'All of them' }));
    expect(status).to.equal(201);
    expect(body).to.include({ name: 'Airports', description: 'All of them', teamId: local.platform.teamId });
    for (const key of [
      'currentSchemaVersionId',
      'currentDataVersionId',
      'activeDataSchemaVersionId',
      'activeDataVersionId',
      'processingStatus',
    ]) {
      expect(body[key], key).to.equal(null);
    }
  });

  it('have a name of their own in the team', async () => {
    const { client } = local;
    await client.post('/datasets', team({ name: 'Airports' }));
    const { datasetId } = (await client.post('/datasets', team({ name: 'Routes' }))).body;
    expect((await client.post('/datasets', team({ name: 'Airports' }))).status).to.equal(409);
    expect((await client.post('/datasets', team({ name: 'airports' }))).status).to.equal(201);
    const renamed = await client.patch(`/datasets/${datasetId}`, { name: 'Airports' });
    expect([renamed.status, renamed.body.details[0].field]).to.deep.equal([400, 'name']);
    for (const name of ['', 'x'.repeat(256)]) expect((await client.post('/datasets', team({ name }))).status).to.equal(400);
    expect((await client.post('/datasets', { teamId: 'another', name: 'x' })).status).to.equal(403);
  });

  it('change by a patch what the patch names', async () => {
    const { datasetId } = (await local.client.post('/datasets', team({ name: 'Airports', description: 'old' }))).body;
    const { body } = await local.client.patch(`/datasets/${datasetId}`, { description: 'new' });
    expect(body).to.include({ name: 'Airports', description: 'new' });
    expect((await local.client.patch(`/datasets/${datasetId}`, {})).body).to.include({ name: 'Airports', description: 'new' });
    expect((await local.client.patch('/datasets/unknown', {})).status).to.equal(404);
  });

  it('get current data when its upload is completed, not before', async () => {
    const { client } = local;
    const { datasetId } = (await client.post('/datasets', team({ name: 'Airports' }))).body;
    const { body, status } = await client.post('/dataset-data-versions', {
      datasetId,
      fileType: 'csv',
      fileName: 'a.csv',
      status: 'current',
    });
    expect(status).to.equal(201);
    expect(body.dataVersion).to.include({ versionNo: 1, fileType: 'csv', status: 'current' });
    const path = `/dataset-data-versions/${body.dataVersion.datasetDataVersionId}`;
    expect((await client.get(`${path}/download`)).status).to.equal(400);
    expect((await client.post(`${path}/complete`)).status).to.equal(400);
    expect((await client.get(`/datasets/${datasetId}`)).body.currentDataVersionId).to.equal(null);

    // s3rver does not verify signatures, of which the content type is a part.
    expect((await client.upload(body.uploadUrl, 'id,city\n', 'text/plain')).status).to.equal(onS3 ? 200 : 403);
    expect((await client.upload(body.uploadUrl, 'id,city\n1,Oslo\n', 'text/csv')).status).to.equal(200);
    expect((await client.post(`${path}/complete`, { fileSizeBytes: 3 })).body.details[0].field).to.equal('fileSizeBytes');
    expect((await client.post(`${path}/complete`, { fileHash: 'no' })).body.details[0].field).to.equal('fileHash');
    const done = await client.post(`${path}/complete`, { fileSizeBytes: 15, rowCount: 1 });
    expect(done.body).to.include({ fileSizeBytes: 15, rowCount: 1 });
    const again = await client.post(`${path}/complete`, { fileSizeBytes: 15, rowCount: 1 });
    expect([again.status, again.body]).to.deep.equal([200, done.body]);
    expect((await client.get(`/datasets/${datasetId}`)).body.currentDataVersionId).to.equal(body.dataVersion.datasetDataVersionId);
    const { downloadUrl } = (await client.get(`${path}/download`)).body;
    expect(await (await local.platform.fetch(downloadUrl)).text()).to.equal('id,city\n1,Oslo\n');
  });

  it('archive the version that was current when another becomes it', async () => {
    const { client } = local;
    const { datasetId } = await client.dataset('Airports', 'id,city\n1,Oslo\n', columns);
    const version = (await client.post('/dataset-schema-versions', { datasetId, columns, status: 'current' })).body;
    const { items } = (await client.get(`/dataset-schema-versions?datasetIds=${datasetId}&orderBy=versionNo`)).body;
    expect(items.map((item: Json) => [item.versionNo, item.status])).to.deep.equal([
      [1, 'archived'],
      [2, 'current'],
    ]);
    expect((await client.get(`/datasets/${datasetId}`)).body.currentSchemaVersionId).to.equal(version.datasetSchemaVersionId);
    await client.patch(`/dataset-schema-versions/${version.datasetSchemaVersionId}`, { status: 'archived' });
    expect((await client.get(`/datasets/${datasetId}`)).body.currentSchemaVersionId).to.equal(null);
    await client.patch(`/dataset-schema-versions/${items[0].datasetSchemaVersionId}`, { status: 'current' });
    expect((await client.get(`/datasets/${datasetId}`)).body.currentSchemaVersionId).to.equal(items[0].datasetSchemaVersionId);
  });

  it('leave current data alone when a draft is uploaded', async () => {
    const { client } = local;
    const { datasetId, currentDataVersionId } = await client.dataset('Airports', 'id,city\n1,Oslo\n');
    const { body } = await client.post('/dataset-data-versions', { datasetId, fileType: 'xlsx', fileName: 'b.xlsx' });
    expect(body.dataVersion).to.include({ status: 'draft', versionNo: 2 });
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    await client.upload(body.uploadUrl, 'x', type);
    await client.post(`/dataset-data-versions/${body.dataVersion.datasetDataVersionId}/complete`, {});
    expect((await client.get(`/datasets/${datasetId}`)).body.currentDataVersionId).to.equal(currentDataVersionId);
    const count = async (query: string) => (await client.get(`/dataset-data-versions?datasetIds=${datasetId}&${query}`)).body.items.length;
    expect([
      await count('fileType=xlsx'),
      await count('status=current'),
      await count('versionNo=2'),
      await count('versionNo=3'),
    ]).to.deep.equal([1, 1, 1, 0]);
  });

  it('are processed by their schema, which counts their rows', async () => {
    const { client } = local;
    const dataset = await client.dataset('Airports', 'id,city\n1,Oslo\n2,\n3,"a\nb"\n', columns);
    expect(dataset.processingStatus).to.equal('needs-processing');
    const started = await client.patch(`/datasets/${dataset.datasetId}`, { shouldProcess: true });
    expect(started.body.processingStatus).to.equal('in_progress');
    const done = await settled(dataset.datasetId);
    expect(done).to.include({
      processingStatus: 'completed',
      recordCount: 3,
      activeDataVersionId: dataset.currentDataVersionId,
      activeDataSchemaVersionId: dataset.currentSchemaVersionId,
    });
    expect((await client.get(`/dataset-data-versions/${dataset.currentDataVersionId}`)).body.rowCount).to.equal(3);

    await client.post('/dataset-schema-versions', { datasetId: dataset.datasetId, columns, status: 'current' });
    const changed = (await client.get(`/datasets/${dataset.datasetId}`)).body;
    expect(changed.processingStatus).to.equal('needs-processing');
    expect(changed.activeDataSchemaVersionId).to.equal(dataset.currentSchemaVersionId);
  });

  it('fail to be processed with the row and the column that are wrong', async () => {
    const dataset = await local.client.dataset('Airports', 'id,city\n1,Oslo\nx,Rome\n', columns);
    await local.client.patch(`/datasets/${dataset.datasetId}`, { shouldProcess: true });
    const failed = await settled(dataset.datasetId);
    expect(failed.processingStatus).to.equal('failed');
    expect(failed.processingError)
      .to.match(/row 2\b/i)
      .and.contain('id');
    expect(failed.activeDataVersionId).to.equal(null);
  });

  it('are not processed without data or without a schema', async () => {
    const { datasetId } = (await local.client.post('/datasets', team({ name: 'Empty' }))).body;
    expect((await local.client.patch(`/datasets/${datasetId}`, { shouldProcess: true })).status).to.equal(400);
    const other = await local.client.dataset('No schema', 'a\n1\n');
    expect((await local.client.patch(`/datasets/${other.datasetId}`, { shouldProcess: true })).body.message).to.contain(
      'no current schema',
    );
  });

  it('take their versions and their data with them', async () => {
    const { client } = local;
    const dataset = await client.dataset('Airports', 'id,city\n', columns);
    const { downloadUrl } = (await client.get(`/dataset-data-versions/${dataset.currentDataVersionId}/download`)).body;
    const deleted = await client.delete(`/datasets/${dataset.datasetId}`);
    expect(deleted.status).to.equal(200);
    expect(deleted.body.success).to.equal(true);
    expect((await client.get(`/datasets/${dataset.datasetId}`)).status).to.equal(404);
    expect((await client.get(`/dataset-data-versions/${dataset.currentDataVersionId}`)).status).to.equal(404);
    expect((await client.get(`/dataset-schema-versions/${dataset.currentSchemaVersionId}`)).status).to.equal(404);
    expect((await local.platform.fetch(downloadUrl)).status).to.equal(404);
  });

  it('keep schemas as they were sent, and refuse empty and ambiguous ones', async () => {
    const { client } = local;
    const { datasetId } = (await client.post('/datasets', team({ name: 'Airports' }))).body;
    const full = [
      {
        ...columns[0],
        pos: 1,
        description: null,
        operations: [
          { type: 'strip_whitespace', sides: 'left' },
          { type: 'mine', anything: 1 },
        ],
      },
    ];
    const { body, status } = await client.post('/dataset-schema-versions', {
      datasetId,
      columns: full,
      parsingOptions: { delimiter: ';', headerRow: 2 },
    });
    expect(status).to.equal(201);
    expect(body).to.deep.include({ columnsJson: full, status: 'draft', parsingOptions: { delimiter: ';', headerRow: 2 } });
    expect((await client.get(`/dataset-schema-versions/${body.datasetSchemaVersionId}`)).body).to.deep.equal(body);
    const refused = async (request: object) =>
      (await client.post('/dataset-schema-versions', { datasetId, ...request })).body.details?.[0].field;
    expect(await refused({ columns: [] })).to.equal('columns');
    expect(await refused({ columns: [columns[0], columns[0]] })).to.equal('columns.1.name');
    expect(await refused({ columns: [{ name: 'x', type: 'string' }] })).to.equal('columns.0.nullable');
    expect(await refused({ columns, parsingOptions: { headerRow: 0 } })).to.equal('parsingOptions.headerRow');
    expect((await client.post('/dataset-schema-versions', { datasetId: 'unknown', columns })).status).to.equal(404);
  });
});
