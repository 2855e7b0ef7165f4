import { expect } from 'chai';
import { type Json, sha256, usePlatform } from '../support/platform.js';

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

describe('The upload URLs of the local platform', () => {
  const local = usePlatform();

  async function code(response: Response): Promise<[number, string | undefined]> {
    return [response.status, /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1]];
  }

  async function file(content = 'hello'): Promise<{ uploadUrl: string; path: string; sums: object }> {
    const { client, platform } = local;
    const sums = { fileSize: Buffer.byteLength(content), fileHash: sha256(content) };
    const request = { fileName: 'a.txt', mimeType: 'text/plain', teamId: platform.teamId, ...sums };
    const { body } = await client.post('/files/upload-url', request);
    return { uploadUrl: body.uploadUrl, path: `/files/${body.file.fileId}`, sums };
  }

  async function dataVersion(fileType = 'csv'): Promise<{ uploadUrl: string; path: string; datasetPath: string }> {
    const { client, platform } = local;
    const { datasetId } = (await client.post('/datasets', { teamId: platform.teamId, name: 'd' })).body;
    const { body } = await client.post('/dataset-data-versions', { datasetId, fileType, fileName: 'd', status: 'current' });
    const path = `/dataset-data-versions/${body.dataVersion.datasetDataVersionId}`;
    return { uploadUrl: body.uploadUrl, path, datasetPath: `/datasets/${datasetId}` };
  }

  const content = async (path: string): Promise<string> =>
    await (await local.platform.fetch((await local.client.get(`${path}/download`)).body.downloadUrl)).text();

  it('of files take no other size and no other content than was declared, and then the declared one', async () => {
    const { client } = local;
    const { uploadUrl, path, sums } = await file();
    expect(await code(await client.upload(uploadUrl, 'hell', 'text/plain'))).to.deep.equal([400, 'EntityTooSmall']);
    expect(await code(await client.upload(uploadUrl, 'hello!', 'text/plain'))).to.deep.equal([400, 'EntityTooLarge']);
    expect(await code(await client.upload(uploadUrl, 'jello', 'text/plain'))).to.deep.equal([400, 'BadDigest']);
    expect((await client.post(`${path}/complete`, sums)).body.message).to.contain('Nothing was uploaded');
    expect((await client.upload(uploadUrl, 'hello', 'text/plain')).status).to.equal(200);
    expect((await client.post(`${path}/complete`, sums)).body.uploadStatus).to.equal('completed');
  });

  it('take the same content again until the upload is completed, as after a lost response', async () => {
    const { client } = local;
    const { uploadUrl, path, sums } = await file();
    const etags: (string | null)[] = [];
    for (let time = 0; time < 3; time++) etags.push((await client.upload(uploadUrl, 'hello', 'text/plain')).headers.get('etag'));
    expect(new Set(etags)).to.deep.equal(new Set([`"${sha256('hello')}"`]));
    expect((await client.post(`${path}/complete`, sums)).status).to.equal(200);
    for (const body of ['hello', 'jello']) {
      expect(await code(await client.upload(uploadUrl, body, 'text/plain'))).to.deep.equal([403, 'AccessDenied']);
    }
    expect(await content(path)).to.equal('hello');
  });

  it('of data versions work once, and change nothing after completion', async () => {
    const { client } = local;
    const { uploadUrl, path } = await dataVersion();
    expect((await client.upload(uploadUrl, 'a\n1\n', 'text/csv')).status).to.equal(200);
    expect((await client.upload(uploadUrl, 'a\n1\n', 'text/csv')).status).to.equal(200);
    expect((await client.upload(uploadUrl, 'a\n2\n', 'text/csv')).status).to.equal(409);
    expect((await client.post(`${path}/complete`, { fileHash: sha256('a\n1\n'), fileSizeBytes: 4, rowCount: 1 })).status).to.equal(200);
    expect(await code(await client.upload(uploadUrl, 'a\n1\n', 'text/csv'))).to.deep.equal([403, 'AccessDenied']);
    expect(await content(path)).to.equal('a\n1\n');
  });

  it('of temporary files work once', async () => {
    const { client, platform } = local;
    const { body } = await client.post('/sdk/file/upload-url', { contentType: 'text/plain', originalName: 'a.txt' });
    for (const status of [200, 200]) expect((await client.upload(body.uploadUrl, 'one', 'text/plain')).status).to.equal(status);
    expect((await client.upload(body.uploadUrl, 'two', 'text/plain')).status).to.equal(409);
    expect(await (await platform.fetch(body.downloadUrl)).text()).to.equal('one');
  });

  it('bring nothing back that was deleted, not even when it is deleted while they are used', async () => {
    const { client, platform } = local;
    const one = await file();
    await client.delete(one.path);
    expect(await code(await client.upload(one.uploadUrl, 'hello', 'text/plain'))).to.deep.equal([403, 'AccessDenied']);
    const two = await dataVersion('xlsx');
    await client.delete(two.datasetPath);
    expect(await code(await client.upload(two.uploadUrl, 'x', xlsx))).to.deep.equal([403, 'AccessDenied']);

    const three = await file();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await client.delete(three.path);
        controller.enqueue(new TextEncoder().encode('hello'));
        controller.close();
      },
    });
    const headers = { 'content-type': 'text/plain', 'content-length': '5' };
    const init = { method: 'PUT', headers, body, duplex: 'half' } as RequestInit;
    expect(await code(await platform.fetch(three.uploadUrl, init))).to.deep.equal([403, 'AccessDenied']);
  });

  it('change nothing when the upload is completed while they are used', async () => {
    const { client, platform } = local;
    const { uploadUrl, path } = await dataVersion();
    await client.upload(uploadUrl, 'a\n1\n', 'text/csv');
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await client.post(`${path}/complete`, {});
        controller.enqueue(new TextEncoder().encode('a\n2\n'));
        controller.close();
      },
    });
    const headers = { 'content-type': 'text/csv', 'content-length': '4' };
    expect(await code(await platform.fetch(uploadUrl, { method: 'PUT', headers, body, duplex: 'half' } as RequestInit))).to.deep.equal([
      403,
      'AccessDenied',
    ]);
    expect(await content(path)).to.equal('a\n1\n');
  });

  it('keep what was uploaded when a later body breaks off or is longer than it says', async () => {
    const { client, platform } = local;
    const { uploadUrl, path } = await dataVersion();
    await client.upload(uploadUrl, 'a\n1\n', 'text/csv');
    for (const length of ['3', '9']) {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('a\n1\n'));
          controller.close();
        },
      });
      const headers = { 'content-type': 'text/csv', 'content-length': length };
      const response = await platform.fetch(uploadUrl, { method: 'PUT', headers, body, duplex: 'half' } as RequestInit);
      expect(await code(response)).to.deep.equal([400, 'IncompleteBody']);
    }
    expect((await client.post(`${path}/complete`, {})).status).to.equal(200);
    expect(await content(path)).to.equal('a\n1\n');
  });

  it('are closed by a completion that fails', async () => {
    const { client } = local;
    const { uploadUrl, path } = await file();
    await client.upload(uploadUrl, 'hello', 'text/plain');
    const wrong: Json = await client.post(`${path}/complete`, { fileSize: 6, fileHash: sha256('other') });
    expect(wrong.status).to.equal(400);
    expect(await code(await client.upload(uploadUrl, 'hello', 'text/plain'))).to.deep.equal([403, 'AccessDenied']);
  });
});
