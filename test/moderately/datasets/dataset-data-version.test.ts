import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import nock from 'nock';
import { FileUploadError, ValidationError } from '../../../src/index.js';
import { countRows } from '../../../src/moderately/datasets/row-count.js';
import type { Dataset, DataUploadOptions, Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page } from '../support/connect.js';

const store = 'https://store.test';
const csv = Buffer.from('a,b\n1,x\n2,y\n');
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Prepares the three answers of an upload of data, and the reload of the dataset that follows when it is current. */
function threeSteps({ type = 'text/csv', begin = {}, complete = {}, status = 'current' } = {}): void {
  nock(origin)
    .post('/dataset-data-versions', (body) =>
      Object.entries({ datasetId: 'd1', status, ...begin }).every(([key, value]) => body[key] === value),
    )
    .reply(201, { dataVersion: json.dataVersion({ status }), uploadUrl: `${store}/dv1?sig=s`, uploadExpiry: null });
  nock(store, { reqheaders: { 'content-type': type } })
    .put('/dv1')
    .query({ sig: 's' })
    .reply(200);
  nock(origin)
    .post('/dataset-data-versions/dv1/complete', (body) => Object.entries(complete).every(([key, value]) => body[key] === value))
    .reply(200, json.dataVersion({ status }));
  if (status === 'current')
    nock(origin)
      .get('/datasets/d1')
      .reply(200, json.dataset({ currentDataVersionId: 'dv1' }));
}

/** Prepares the first two answers of an upload of data: the address, and that the store has the bytes. */
function uploadsBytes(): void {
  nock(origin)
    .post('/dataset-data-versions')
    .reply(201, { dataVersion: json.dataVersion(), uploadUrl: `${store}/dv1`, uploadExpiry: null });
  nock(store).put('/dv1').reply(200);
}

describe('the data of a dataset', () => {
  onTheWire();
  let mai: Moderately;
  let dataset: Dataset;
  beforeEach(async () => {
    mai = connect();
    nock(origin).get('/datasets/d1').reply(200, json.dataset());
    dataset = await mai.Dataset.get('d1');
  });

  it('is uploaded in three steps as its current version, which the dataset knows then', async () => {
    const fileHash = createHash('sha256').update(csv).digest('hex');
    threeSteps({ begin: { fileName: 'sales.csv', fileType: 'csv' }, complete: { fileHash, fileSizeBytes: csv.length, rowCount: 2 } });
    const version = await dataset.uploadData(csv, { name: 'sales.csv' });
    expect(version).to.include({ id: 'dv1', versionNo: 1, status: 'current', fileName: 'sales.csv', isModified: false });
    expect(dataset.currentDataVersionId).to.equal('dv1');
  });

  it('knows the name it was uploaded under, where the input says it', async () => {
    threeSteps({ begin: { fileName: 'sales.csv' } });
    expect((await dataset.uploadData({ data: csv, name: 'sales.csv' })).fileName).to.equal('sales.csv');
  });

  it('whose completion was not answered may be there, so it is not uploaded again until that is asked for', async () => {
    uploadsBytes();
    nock(origin)
      .post('/dataset-data-versions/dv1/complete')
      .replyWithError(Object.assign(new Error('broken off'), { code: 'ECONNRESET' }));
    nock(origin).get('/dataset-data-versions/dv1').reply(200, json.dataVersion());
    const version = new mai.DatasetDataVersion({ datasetId: 'd1', content: { data: csv, name: 'sales.csv' } });
    for (const error of [await failure<FileUploadError>(version.save()), await failure<FileUploadError>(version.save())]) {
      expect(error).to.include({ step: 'complete', outcome: 'unknown', retryable: false });
      expect(error.message).to.contain('dv1');
    }
  });

  it('refuses a name that is too long, wherever it comes from', async () => {
    const error = await failure(dataset.uploadData({ data: csv, name: `${'n'.repeat(252)}.csv` }));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('fileName');
  });

  it('may be a draft, which changes nothing of the dataset', async () => {
    threeSteps({ status: 'draft' });
    await dataset.uploadData(csv, { name: 'sales.csv', status: 'draft' });
    expect(dataset.currentDataVersionId).to.equal(null);
  });

  for (const [name, fileType, type, rowCount] of [
    ['sales.CSV', 'csv', 'text/csv', 2],
    ['book.xlsx', 'xlsx', spreadsheet, null],
    ['book.xls', 'xlsx', spreadsheet, null],
  ] as const) {
    it(`of ${name} is sent as ${fileType}`, async () => {
      threeSteps({ begin: { fileType }, type, complete: { rowCount } });
      await dataset.uploadData(csv, { name });
    });
  }

  for (const options of [{}, { name: 'sales.txt' }] satisfies DataUploadOptions[]) {
    it(`of ${'name' in options ? options.name : 'bytes without a name'} needs a word about its kind, before any request`, async () => {
      const error = await failure<ValidationError>(dataset.uploadData(csv, options));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('fileType');
      threeSteps({ begin: { fileType: 'csv' } });
      await dataset.uploadData(csv, { ...options, fileType: 'csv' });
    });
  }

  it('is sent to another address when the first has expired', async () => {
    nock(origin)
      .post('/dataset-data-versions')
      .reply(201, { dataVersion: json.dataVersion({ datasetDataVersionId: 'dv0' }), uploadUrl: `${store}/dv0`, uploadExpiry: null });
    nock(store).put('/dv0').reply(403, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>');
    threeSteps();
    const stream = Readable.from([csv]);
    expect((await dataset.uploadData({ stream, name: 'sales.csv' })).id).to.equal('dv1');
  });

  it('fails with the step and the status', async () => {
    nock(origin)
      .post('/dataset-data-versions')
      .reply(201, { dataVersion: json.dataVersion(), uploadUrl: `${store}/dv1`, uploadExpiry: null });
    nock(store).put('/dv1').reply(403);
    const error = await failure<FileUploadError>(dataset.uploadData(csv, { name: 'sales.csv' }));
    expect(error).to.include({ step: 'put', status: 403 });
    nock(origin)
      .post('/dataset-data-versions')
      .reply(404, { error: { message: 'No such dataset.' } });
    expect(await failure(dataset.uploadData(csv, { name: 'sales.csv' }))).to.include({ step: 'request-url', status: 404 });
  });

  it('succeeds when the response to its completion was lost, where the platform says what it has', async () => {
    const fileHash = createHash('sha256').update(csv).digest('hex');
    uploadsBytes();
    nock(origin)
      .post('/dataset-data-versions/dv1/complete')
      .reply(400, { error: { message: 'Already completed.' } });
    nock(origin)
      .get('/dataset-data-versions/dv1')
      .reply(200, json.dataVersion({ status: 'draft', fileHash }));
    expect((await dataset.uploadData(csv, { name: 'sales.csv', status: 'draft' })).rowCount).to.equal(undefined);
  });

  it('is downloaded as the current version, or as the one that is named', async () => {
    nock(origin)
      .get('/datasets/d1')
      .reply(200, json.dataset({ currentDataVersionId: 'dv1' }));
    await dataset.refresh();
    for (const id of ['dv1', 'dv2']) {
      nock(origin)
        .get(`/dataset-data-versions/${id}`)
        .reply(200, json.dataVersion({ datasetDataVersionId: id }));
      nock(origin)
        .get(`/dataset-data-versions/${id}/download`)
        .reply(200, { downloadUrl: `${store}/${id}` });
      nock(store, { badheaders: ['authorization'] })
        .get(`/${id}`)
        .reply(200, csv);
    }
    expect(Buffer.from(await dataset.downloadData())).to.deep.equal(csv);
    expect(Buffer.from(await dataset.downloadData({ versionId: 'dv2' }))).to.deep.equal(csv);
  });

  it('cannot be downloaded when there is none, and no request is made', async () => {
    expect(await failure(dataset.downloadData())).to.be.instanceOf(ValidationError);
  });

  it('is never that of another dataset', async () => {
    nock(origin)
      .get('/dataset-data-versions/dv9')
      .reply(200, json.dataVersion({ datasetDataVersionId: 'dv9', datasetId: 'd9' }));
    expect((await failure(dataset.downloadData({ versionId: 'dv9' }))).message).to.contain('another dataset');
  });

  it('is listed version by version', async () => {
    nock(origin)
      .get('/dataset-data-versions')
      .query({ page: 1, pageSize: 10, datasetIds: 'd1', status: 'archived', fileType: 'csv', versionNo: 1 })
      .reply(200, page([json.dataVersion({ status: 'archived' })]));
    const versions = await dataset.dataVersions({ status: 'archived', fileType: 'csv', versionNo: 1 });
    expect(versions.results.map(({ id }) => id)).to.deep.equal(['dv1']);
    nock(origin).get('/dataset-data-versions/dv1').reply(200, json.dataVersion());
    expect((await dataset.dataVersion('dv1')).versionNo).to.equal(1);
  });

  it('never changes once it is uploaded', async () => {
    nock(origin).get('/dataset-data-versions/dv1').reply(200, json.dataVersion());
    const version = await dataset.dataVersion('dv1');
    expect((await failure(version.save({ status: 'archived' }))).message).to.contain('no way to update');
  });

  it('is copied to another dataset by a clone of a version', async () => {
    nock(origin)
      .get('/dataset-data-versions/dv1')
      .reply(200, json.dataVersion({ sourceFileUri: 's3://bucket/people.csv' }));
    const copy = await (await dataset.dataVersion('dv1')).clone({ datasetId: 'd2' });
    nock(origin)
      .get('/dataset-data-versions/dv1/download')
      .reply(200, { downloadUrl: `${store}/old` });
    nock(store).get('/old').reply(200, csv);
    nock(origin)
      .post('/dataset-data-versions', { datasetId: 'd2', fileType: 'csv', fileName: 'people.csv' })
      .reply(201, { dataVersion: json.dataVersion({ datasetDataVersionId: 'dv2' }), uploadUrl: `${store}/new`, uploadExpiry: null });
    nock(store).put('/new', csv.toString()).reply(200);
    nock(origin)
      .post('/dataset-data-versions/dv2/complete')
      .reply(200, json.dataVersion({ datasetDataVersionId: 'dv2', datasetId: 'd2' }));
    expect((await copy.save()).id).to.equal('dv2');
  });
});

describe('the number of rows of a CSV file', () => {
  const rows = (text: string | Buffer): Promise<number | null> => countRows(Readable.from([Buffer.from(text)]));

  it('does not depend on a line break at the end, nor on its kind, nor on blank lines', async () => {
    const body = ['a,b', '1,x', '2,x', '3,x', '4,x', '5,x'];
    for (const text of [body.join('\n'), `${body.join('\r\n')}\r\n`, `${body.join('\n')}\n\n`, body.join('\r')])
      expect(await rows(text)).to.equal(5);
  });

  it('counts records, not lines, where quotes go over lines', async () => {
    expect(await rows('a,b\n"one\ntwo\nthree",x\n"say ""hi""\n",y\n')).to.equal(2);
  });

  it('counts the rows that a schema reads: odd quotes, lines of white space, a first line that names the delimiter', async () => {
    expect(await rows('sep=;\na;b\n1;5" disk\n   \n2;y\n')).to.equal(2);
    expect(await rows(Buffer.from('\ufeffa,b\n1,x\n', 'utf16le'))).to.equal(1);
  });

  it('is 0 for a header alone and for nothing', async () => {
    expect([await rows('a,b\n'), await rows('')]).to.deep.equal([0, 0]);
  });

  it('is not known where the bytes are no UTF-8 text, or end inside quotes', async () => {
    expect([await rows(Buffer.from([0x61, 0xff, 0x0a])), await rows('a\n"open')]).to.deep.equal([null, null]);
  });

  it('reads text whose characters are cut by chunks', async () => {
    const bytes = Buffer.from('a\nü\n');
    expect(await countRows(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]))).to.equal(1);
  });
});
