import { expect } from 'chai';
import { sha256, usePlatform } from '../../support/platform.js';

describe('Files of the local platform', () => {
  const local = usePlatform();

  const request = (extra: object = {}) => ({
    fileName: 'notes.txt',
    fileSize: 5,
    fileHash: sha256('hello'),
    mimeType: 'text/plain',
    teamId: local.platform.teamId,
    ...extra,
  });

  it('are uploaded in three steps and downloaded again', async () => {
    const { client } = local;
    const started = await client.post('/files/upload-url', request({ metadata: { tag: 'a' } }));
    expect(started.status).to.equal(201);
    expect(started.body.file).to.include({ uploadStatus: 'pending', uploadedBy: local.platform.userId, fileName: 'notes.txt' });
    expect(started.body.file.metadata).to.deep.equal({ tag: 'a' });
    expect(started.body.uploadUrl).to.match(new RegExp(`/files/${local.platform.teamId}/${started.body.file.fileId}\\.txt\\?`));

    const put = await client.upload(started.body.uploadUrl, 'hello', 'text/plain');
    expect(put.status).to.equal(200);
    expect(put.headers.get('etag')).to.be.a('string');

    const path = `/files/${started.body.file.fileId}`;
    const done = await client.post(`${path}/complete`, { fileSize: 5, fileHash: sha256('hello') });
    expect(done.body.uploadStatus).to.equal('completed');

    const before = Date.now();
    const { downloadUrl, expiresAt } = (await client.get(`${path}/download`)).body;
    expect(Date.parse(expiresAt)).to.be.within(before + 3599_000, Date.now() + 3601_000);
    const content = await local.platform.fetch(downloadUrl);
    expect(content.headers.get('content-type')).to.equal('text/plain');
    expect(await content.text()).to.equal('hello');
  });

  it('may be empty', async () => {
    const file = await local.client.uploadFile('empty.bin', '', 'application/octet-stream');
    expect(file).to.include({ uploadStatus: 'completed', fileSize: 0 });
    const { downloadUrl } = (await local.client.get(`/files/${file.fileId}/download`)).body;
    expect(await (await local.platform.fetch(downloadUrl)).text()).to.equal('');
  });

  it('are not completed before their content is there, nor with another size or hash', async () => {
    const { client } = local;
    const { file, uploadUrl } = (await client.post('/files/upload-url', request())).body;
    const complete = `/files/${file.fileId}/complete`;
    const early = await client.post(complete, { fileSize: 5, fileHash: sha256('hello') });
    expect(early.status).to.equal(400);
    expect(early.body.error.message).to.contain('Nothing was uploaded');

    await client.upload(uploadUrl, 'hello', 'text/plain');
    const wrong = await client.post(complete, { fileSize: 6, fileHash: sha256('other') });
    expect(wrong.status).to.equal(400);
    expect(wrong.body.details.map(({ field }: { field: string }) => field)).to.deep.equal(['fileSize', 'fileHash']);
    expect((await client.get(`/files/${file.fileId}`)).body.uploadStatus).to.equal('failed');

    const again = await client.post(complete, { fileSize: 5, fileHash: sha256('hello') });
    expect(again.status).to.equal(409);
  });

  it('are completed once', async () => {
    const file = await local.client.uploadFile('a.txt', 'hello');
    const again = await local.client.post(`/files/${file.fileId}/complete`, { fileSize: 5, fileHash: sha256('hello') });
    expect(again.status).to.equal(409);
    expect(again.body.error.code).to.equal('CONFLICT');
  });

  it('cannot be downloaded while they are pending', async () => {
    const { file } = (await local.client.post('/files/upload-url', request())).body;
    expect((await local.client.get(`/files/${file.fileId}/download`)).status).to.equal(400);
  });

  it('are gone after a delete, with their content', async () => {
    const { client } = local;
    const file = await client.uploadFile('a.txt', 'hello');
    const { downloadUrl } = (await client.get(`/files/${file.fileId}/download`)).body;
    const deleted = await client.delete(`/files/${file.fileId}`);
    expect([deleted.status, deleted.text]).to.deep.equal([204, '']);
    for (const path of [`/files/${file.fileId}`, `/files/${file.fileId}/download`]) expect((await client.get(path)).status).to.equal(404);
    const content = await local.platform.fetch(downloadUrl);
    expect(content.status).to.equal(404);
    expect(await content.text()).to.contain('<Code>NoSuchKey</Code>');
  });

  it('are listed newest first, twenty at a time', async () => {
    for (let index = 0; index < 22; index++) await local.client.post('/files/upload-url', request({ fileName: `f${index}.txt` }));
    const { body } = await local.client.get('/files?page_size=3&order_by=created_at');
    expect(body.items).to.have.length(20);
    expect(body.items[0].fileName).to.equal('f21.txt');
    expect(body.pagination).to.deep.equal({
      page: 1,
      pageSize: 20,
      totalItems: 22,
      totalPages: 2,
      hasNextPage: true,
      hasPreviousPage: false,
    });
  });

  it('are found by hash with and without its prefix, by type, name, status and id', async () => {
    const { client } = local;
    const one = await client.uploadFile('Übersicht.csv', 'a,b\n', 'text/csv');
    await client.uploadFile('other.pdf', 'pdf', 'application/pdf');
    await client.post('/files/upload-url', request({ fileName: 'third.txt' }));
    const names = async (query: string) =>
      (await client.get(`/files?orderBy=fileName&orderDirection=asc&${query}`)).body.items.map(
        (item: { fileName: string }) => item.fileName,
      );
    expect(await names(`fileHashes=sha256:${one.fileHash.toUpperCase()}`)).to.deep.equal(['Übersicht.csv']);
    expect(await names(`fileHashes=${one.fileHash}`)).to.deep.equal(['Übersicht.csv']);
    expect(await names('mimeTypes=text/csv,application/pdf')).to.deep.equal(['other.pdf', 'Übersicht.csv']);
    expect(await names(`nameLike=${encodeURIComponent('ÜBERSICHT')}`)).to.deep.equal(['Übersicht.csv']);
    expect(await names('uploadStatus=pending')).to.deep.equal(['third.txt']);
    expect(await names(`fileIds=${one.fileId},unknown`)).to.deep.equal(['Übersicht.csv']);
  });

  it('are refused with names that are too long, and with sizes that are no sizes', async () => {
    const answer = await local.client.post('/files/upload-url', request({ fileName: 'x'.repeat(1001), fileSize: -1, fileHash: '' }));
    expect(answer.status).to.equal(400);
    expect(answer.body.error.details.map(({ field }: { field: string }) => field)).to.have.members(['fileName', 'fileSize', 'fileHash']);
  });

  it('limits pages to 100 and orders by what is documented', async () => {
    for (const query of [
      'pageSize=101',
      'pageSize=0',
      'page=0',
      'page=x',
      'pageSize=1.5',
      'orderBy=fileHash',
      'orderDirection=up',
      'uploadStatus=ready',
    ]) {
      const answer = await local.client.get(`/files?${query}`);
      expect(answer.status, query).to.equal(400);
      expect(answer.body.error.details[0].field).to.equal(query.split('=')[0]);
    }
  });
});
