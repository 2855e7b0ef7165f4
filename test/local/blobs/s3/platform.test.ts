import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import { LocalPlatform } from '../../../../src/local/index.js';
import { failure } from '../../../support/failure.js';
import { useFolder, useTemporaryFiles } from '../../../support/folder.js';
import { useS3 } from '../../../support/s3-server.js';
import { Client, type Json, sha256, throughBlock } from '../../support/platform.js';

describe('A local platform with files in S3', () => {
  const s3 = useS3();
  const temporary = useTemporaryFiles();
  let platform: LocalPlatform;
  let client: Client;

  beforeEach(async () => {
    platform = await LocalPlatform.start({ port: false, s3: s3.options });
    client = new Client(platform);
  });
  afterEach(() => platform.close());

  const put = (url: string, body: string | Uint8Array<ArrayBuffer>, type = 'text/plain') =>
    fetch(url, { method: 'PUT', headers: { 'content-type': type }, body });
  const sums = (content: string) => ({ fileSize: Buffer.byteLength(content), fileHash: sha256(content) });

  async function newFile(
    content = 'hello',
    declared: object = sums(content),
  ): Promise<{ uploadUrl: string; path: string; expiresAt: string }> {
    const request = { fileName: 'a.txt', mimeType: 'text/plain', teamId: platform.teamId, ...declared };
    const { body, status, text } = await client.post('/files/upload-url', request);
    expect(status, text).to.equal(201);
    return { uploadUrl: body.uploadUrl, path: `/files/${body.file.fileId}`, expiresAt: body.expiresAt };
  }

  async function newData(): Promise<{ uploadUrl: string; path: string; datasetId: string }> {
    const { datasetId } = (await client.post('/datasets', { teamId: platform.teamId, name: 'd' })).body;
    const { body } = await client.post('/dataset-data-versions', { datasetId, fileType: 'csv', fileName: 'd', status: 'current' });
    return { uploadUrl: body.uploadUrl, path: `/dataset-data-versions/${body.dataVersion.datasetDataVersionId}`, datasetId };
  }

  const downloadUrl = async (path: string): Promise<string> => (await client.get(`${path}/download`)).body.downloadUrl;
  const content = async (path: string): Promise<string> => await (await fetch(await downloadUrl(path))).text();

  it('gives URLs of the bucket, which take the declared size and content type only', async () => {
    const { uploadUrl, path } = await newFile();
    expect(uploadUrl.startsWith(`${s3.endpoint}/files/remote-record/${platform.teamId}/incoming/files/`)).to.equal(true);
    expect((await put(uploadUrl, 'hell')).status).to.equal(403);
    expect((await put(uploadUrl, 'hello!')).status).to.equal(403);
    expect((await put(uploadUrl, 'hello', 'text/html')).status).to.equal(403);
    expect((await put(uploadUrl.replace('.txt', '.bin'), 'hello')).status).to.equal(403);
    expect((await client.post(`${path}/complete`, sums('hello'))).body.message).to.contain('Nothing was uploaded');
    expect((await put(uploadUrl, 'hello')).status).to.equal(200);
    expect((await client.post(`${path}/complete`, sums('hello'))).body.uploadStatus).to.equal('completed');
    const url = await downloadUrl(path);
    const response = await fetch(url);
    expect([await response.text(), response.headers.get('content-type')]).to.deep.equal(['hello', 'text/plain']);
    expect((await fetch(url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=999999'))).status).to.equal(403);
    expect((await fetch(url, { method: 'DELETE' })).status).to.equal(403);
  });

  it('takes an empty file', async () => {
    const { uploadUrl, path } = await newFile('');
    expect((await put(uploadUrl, 'x')).status).to.equal(403);
    expect((await put(uploadUrl, '')).status).to.equal(200);
    expect((await client.post(`${path}/complete`, sums(''))).body.uploadStatus).to.equal('completed');
    expect(await content(path)).to.equal('');
  });

  it('gives URLs that expire after an hour of real time, whatever the clock of the platform says', async () => {
    platform.clock.advance(7200);
    const { uploadUrl, expiresAt } = await newFile();
    expect(Date.parse(expiresAt)).to.be.closeTo(Date.now() + 3_600_000, 60_000);
    expect((await put(uploadUrl, 'hello')).status).to.equal(200);
    s3.now = () => Date.now() + 3_590_000;
    expect((await put(uploadUrl, 'hello')).status).to.equal(200);
    s3.now = () => Date.now() + 3_610_000;
    expect((await put(uploadUrl, 'hello')).status).to.equal(403);
  });

  it('takes what was uploaded when the upload ends: a later PUT changes nothing', async () => {
    const { uploadUrl, path } = await newFile();
    await put(uploadUrl, 'hello');
    await client.post(`${path}/complete`, sums('hello'));
    expect(s3.keys.map((key) => key.split('/')[0])).to.deep.equal(['objects']);
    expect((await put(uploadUrl, 'jello')).status).to.equal(200);
    expect((await client.post(`${path}/complete`, sums('jello'))).status).to.equal(409);
    expect(await content(path)).to.equal('hello');
    expect((await client.get(path)).body.fileHash).to.equal(sha256('hello'));
  });

  it('takes nothing that is not what was declared, and deletes it', async () => {
    const { uploadUrl, path } = await newFile();
    await put(uploadUrl, 'jello');
    const { status, body } = await client.post(`${path}/complete`, sums('hello'));
    expect([status, body.message]).to.satisfy(([code, text]: [number, string]) => code === 400 && text.includes(sha256('jello')));
    expect((await client.get(path)).body.uploadStatus).to.equal('failed');
    expect(s3.keys).to.deep.equal([]);
  });

  it('takes nothing that is put while the upload ends', async () => {
    const { uploadUrl, path } = await newFile();
    await put(uploadUrl, 'hello');
    s3.before = async ({ method, key }) => {
      if (method !== 'GET' || !key.includes('/incoming/')) return;
      s3.before = () => {};
      await put(uploadUrl, 'jello');
    };
    const { status, body } = await client.post(`${path}/complete`, sums('hello'));
    expect([status, body.message]).to.deep.equal([
      400,
      'The upload was replaced, or taken by another request, while it was being checked. Repeat the request.',
    ]);
    expect((await client.get(path)).body.uploadStatus).to.equal('pending');
    await put(uploadUrl, 'hello');
    expect((await client.post(`${path}/complete`, sums('hello'))).body.uploadStatus).to.equal('completed');
  });

  it('ends an upload once, whatever two requests find', async () => {
    const { uploadUrl, path } = await newData();
    await put(uploadUrl, 'a\n1\n', 'text/csv');
    let other: Json;
    s3.before = async ({ headers }) => {
      if (headers['x-amz-copy-source'] === undefined) return;
      s3.before = () => {};
      other = await client.post(`${path}/complete`, {});
    };
    expect((await client.post(`${path}/complete`, {})).body).to.deep.equal(other.body);
    expect(other.body.fileHash).to.equal(sha256('a\n1\n'));
    expect(s3.keys).to.have.length(1);
    expect(await content(path)).to.equal('a\n1\n');
  });

  it('accepts at most limits.uploadBytes', async () => {
    const small = await LocalPlatform.start({ port: false, s3: s3.options, limits: { uploadBytes: 3 } });
    try {
      [platform, client] = [small, new Client(small)];
      const request = { fileName: 'a.txt', mimeType: 'text/plain', teamId: platform.teamId, ...sums('hello') };
      expect((await client.post('/files/upload-url', request)).status).to.equal(413);
      const { uploadUrl, path } = await newData();
      await put(uploadUrl, 'a\n1\n', 'text/csv');
      const { status, body } = await client.post(`${path}/complete`, {});
      expect([status, body.message]).to.deep.equal([413, 'What was uploaded has more than 3 bytes, the limit of limits.uploadBytes.']);
      expect(s3.keys).to.deep.equal([]);
    } finally {
      await small.close();
    }
  });

  it('deletes what belongs to a deleted record, and serves nothing that is put afterwards', async () => {
    const file = await newFile();
    await put(file.uploadUrl, 'hello');
    await client.post(`${file.path}/complete`, sums('hello'));
    const pending = await newFile('pending');
    await put(pending.uploadUrl, 'pending');
    for (const { path } of [file, pending]) expect((await client.delete(path)).status).to.equal(204);
    expect(s3.keys).to.deep.equal([]);
    await put(file.uploadUrl, 'hello');
    expect((await client.post(`${file.path}/complete`, sums('hello'))).status).to.equal(404);
  });

  it('keeps a temporary file of aiXplain as it was when it was first used', async () => {
    const { body } = await client.post('/sdk/file/upload-url', { contentType: 'text/plain', originalName: 'a.txt' });
    expect((await fetch(body.downloadUrl)).status).to.equal(404);
    expect((await put(body.uploadUrl, 'one')).status).to.equal(200);
    expect(await (await fetch(body.downloadUrl)).text()).to.equal('one');
    const skill = (await client.post('/sdk/skill', { name: 'S' })).body;
    for (const [name, url] of [
      ['a.txt', body.downloadUrl],
      ['b.txt', `s3://any/${body.key}`],
    ]) {
      expect((await client.post(`/sdk/skill/${skill.id}/file`, { name, url })).status).to.equal(201);
    }
    const zipped = async () => (await client.get(`/sdk/skill/${skill.id}/download`)).text;
    expect(await zipped())
      .to.contain('a.txtone')
      .and.to.contain('b.txtone');
    await put(body.uploadUrl, 'two');
    expect(await zipped())
      .to.contain('a.txtone')
      .and.not.to.contain('two');
    await client.post(`/sdk/skill/${skill.id}/file`, { name: 'c', url: 's3://any/uploads/../../x' });
    expect((await client.get(`/sdk/skill/${skill.id}/download`)).status).to.equal(409);
  });

  it('lends datasets and files to runs, and nothing of them is left on the disk', async () => {
    const { datasetId, uploadUrl, path } = await newData();
    await put(uploadUrl, 'a\n1\n2\n', 'text/csv');
    await client.post(`${path}/complete`, {});
    await client.post('/dataset-schema-versions', {
      datasetId,
      columns: [{ name: 'a', type: 'integer', nullable: true }],
      status: 'current',
    });
    await client.patch(`/datasets/${datasetId}`, { shouldProcess: true });
    const dataset = await client.until(`/datasets/${datasetId}`, ({ processingStatus }) => processingStatus !== 'in_progress');
    expect([dataset.processingStatus, dataset.recordCount]).to.deep.equal(['completed', 2]);
    const { versionId } = await client.pipeline('p', throughBlock('dataset', { dataset_id: datasetId }));
    expect((await client.finished(await client.execute(versionId, { given: '' }))).status).to.equal('completed');

    let read: unknown;
    platform.block('identity', async ({ services }) => {
      const rows: unknown[] = [];
      for await (const row of (await services.openDataset(datasetId)).rows) rows.push(row);
      read = rows;
      return rows.length;
    });
    const own = await client.pipeline('q', throughBlock('identity'));
    expect((await client.finished(await client.execute(own.versionId, { given: '' }))).status).to.equal('completed');
    expect(read).to.deep.equal([{ a: 1 }, { a: 2 }]);
    const left = readdirSync(temporary.path, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
    await platform.close();
    expect(left.filter(({ name }) => /^[0-9a-f-]{36}$/.test(name))).to.deep.equal([]);
    expect(s3.objects.size).to.equal(0);
  });

  it('seeds its files, deletes only its own with a reset, and all of them at its end without a folder', async () => {
    s3.put('remote-record/another/objects/x', 'x');
    const seed = { files: [{ fileName: 'a.txt', content: 'hello', fileId: 'seeded' }] };
    const seeded = await LocalPlatform.start({ port: false, s3: s3.options, seed });
    const reader = new Client(seeded);
    const url = async () => (await reader.get('/files/seeded/download')).body.downloadUrl;
    expect(await (await seeded.fetch(await url())).text()).to.equal('hello');
    await reader.uploadFile('b.txt', 'other');
    expect(s3.objects.size).to.equal(3);
    await seeded.reset();
    expect(await (await seeded.fetch(await url())).text()).to.equal('hello');
    expect(s3.objects.size).to.equal(2);
    await seeded.close();
    expect([...s3.objects.keys()]).to.deep.equal(['remote-record/another/objects/x']);
  });
});

describe('A local platform with a folder and files in S3', () => {
  const s3 = useS3();
  const folder = useFolder();

  it('finds them after a restart, and does not start with another kind of store', async () => {
    const first = await LocalPlatform.start({ port: false, s3: s3.options, dataDir: folder.path });
    const file = await new Client(first).uploadFile('a.txt', 'hello');
    await first.close();
    expect(s3.objects.size).to.equal(1);

    const refused = await failure(LocalPlatform.start({ port: false, dataDir: folder.path }));
    expect(refused.message).to.match(/^The files of this database are in S3, such as remote-record\//);

    const second = await LocalPlatform.start({ port: false, s3: s3.options, dataDir: folder.path });
    const { downloadUrl } = (await new Client(second).get(`/files/${file.fileId}/download`)).body;
    expect(await (await fetch(downloadUrl)).text()).to.equal('hello');
    await second.close();
  });

  it('does not start with the files of a folder', async () => {
    const first = await LocalPlatform.start({ port: false, dataDir: folder.path });
    await new Client(first).uploadFile('a.txt', 'hello');
    await first.close();
    const refused = await failure(LocalPlatform.start({ port: false, s3: s3.options, dataDir: folder.path }));
    expect(refused.message).to.match(/^s3: the files of this database are in a folder, such as files\//);
  });
});
