import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Client, sha256, usePlatform } from '../support/platform.js';

const start = Date.parse('2026-01-10T12:00:00.000Z');

describe('The storage of the local platform', () => {
  const local = usePlatform({ clock: () => start });

  async function urls(content = '0123456789'): Promise<{ uploadUrl: string; downloadUrl: string }> {
    const { client } = local;
    const sums = { fileSize: content.length, fileHash: sha256(content) };
    const { body } = await client.post('/files/upload-url', {
      fileName: 'a.txt',
      mimeType: 'text/plain',
      ...sums,
      teamId: local.platform.teamId,
    });
    await client.upload(body.uploadUrl, content, 'text/plain');
    await client.post(`/files/${body.file.fileId}/complete`, sums);
    return { uploadUrl: body.uploadUrl, downloadUrl: (await client.get(`/files/${body.file.fileId}/download`)).body.downloadUrl };
  }

  async function refused(url: string, init: RequestInit, status: number, code: string): Promise<void> {
    const response = await local.platform.fetch(url, init);
    expect(response.status).to.equal(status);
    expect(response.headers.get('content-type')).to.equal('application/xml');
    expect(await response.text())
      .to.match(/^<\?xml/)
      .and.contain(`<Code>${code}</Code>`);
  }

  it('serves what is signed, and only that', async () => {
    const { uploadUrl, downloadUrl } = await urls();
    const put = (type: string): RequestInit => ({ method: 'PUT', headers: { 'content-type': type }, body: 'x' });
    await refused(uploadUrl, {}, 403, 'AccessDenied');
    expect((await local.platform.fetch(downloadUrl, { method: 'HEAD' })).status).to.equal(403);
    await refused(uploadUrl, put('text/html'), 403, 'AccessDenied');
    await refused(downloadUrl, put('text/plain'), 403, 'AccessDenied');
    await refused(downloadUrl.replace('.txt', '.bin'), {}, 403, 'AccessDenied');
    await refused(downloadUrl.replace(/X-Expires=\d+/, 'X-Expires=9999999999'), {}, 403, 'AccessDenied');
    await refused(downloadUrl.replace(/X-Signature=.*/, ''), {}, 403, 'AccessDenied');
    expect((await local.platform.fetch(downloadUrl)).status).to.equal(200);
  });

  it('stops serving after an hour', async () => {
    const { uploadUrl, downloadUrl } = await urls();
    local.platform.clock.advance(3599);
    expect((await local.platform.fetch(downloadUrl)).status).to.equal(200);
    local.platform.clock.advance(2);
    await refused(downloadUrl, {}, 403, 'AccessDenied');
    await refused(uploadUrl, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: 'x' }, 403, 'AccessDenied');
  });

  it('takes no key beside the signature', async () => {
    const { downloadUrl } = await urls();
    await refused(downloadUrl, { headers: { authorization: `Bearer ${local.platform.apiKey}` } }, 400, 'InvalidArgument');
  });

  it('wants to know the length of what is put', async () => {
    const { uploadUrl } = await urls();
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('x'));
        controller.close();
      },
    });
    const init = { method: 'PUT', headers: { 'content-type': 'text/plain' }, body, duplex: 'half' } as RequestInit;
    await refused(uploadUrl, init, 411, 'MissingContentLength');
  });

  it('serves parts', async () => {
    const { downloadUrl } = await urls();
    const part = async (range: string) => {
      const response = await local.platform.fetch(downloadUrl, { headers: { range } });
      return [response.status, await response.text(), response.headers.get('content-range')];
    };
    expect(await part('bytes=2-4')).to.deep.equal([206, '234', 'bytes 2-4/10']);
    expect(await part('bytes=7-')).to.deep.equal([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=-3')).to.deep.equal([206, '789', 'bytes 7-9/10']);
    expect(await part('bytes=8-99')).to.deep.equal([206, '89', 'bytes 8-9/10']);
    expect(await part('bytes=0-1,4-5')).to.deep.equal([200, '0123456789', null]);
    for (const none of ['bytes=5-2', 'bytes=-', 'lines=1-2', 'bytes=a-b'])
      expect(await part(none), none).to.deep.equal([200, '0123456789', null]);
    for (const range of ['bytes=10-', 'bytes=-0']) await refused(downloadUrl, { headers: { range } }, 416, 'InvalidRange');
  });

  it('knows no object that was never put', async () => {
    const { body } = await local.client.post('/sdk/file/upload-url', { contentType: 'text/plain', originalName: 'a.txt' });
    await refused(body.downloadUrl, {}, 404, 'NoSuchKey');
  });

  it('serves nothing outside its bucket', async () => {
    expect((await local.platform.fetch(`${local.platform.url}/_storage/remote-record/../x`)).status).to.equal(401);
  });
});

describe('The storage of the local platform over HTTP', () => {
  it('streams large content both ways, and keeps nothing of an upload that breaks off', async () => {
    const platform = await LocalPlatform.start();
    try {
      const client = new Client(platform);
      const size = 8 * 1024 * 1024;
      const content = Buffer.alloc(size, 'abcdefgh');
      const sums = { fileSize: size, fileHash: sha256(content.toString()) };
      const { body } = await client.post('/files/upload-url', { fileName: 'big', mimeType: 'a/b', ...sums, teamId: platform.teamId });

      const broken = request(body.uploadUrl, { method: 'PUT', headers: { 'content-type': 'a/b', 'content-length': size } });
      broken.on('error', () => {});
      broken.write(content.subarray(0, 1024));
      const received = () => platform.requests.find(({ method }) => method === 'PUT');
      while (!received()) await delay(5);
      broken.destroy();
      while (received()?.status === undefined) await delay(5);
      expect((await client.post(`/files/${body.file.fileId}/complete`, sums)).body.message).to.contain('Nothing was uploaded');

      const put = await fetch(body.uploadUrl, { method: 'PUT', headers: { 'content-type': 'a/b' }, body: new Uint8Array(content) });
      expect(put.status).to.equal(200);
      expect((await client.post(`/files/${body.file.fileId}/complete`, sums)).body.uploadStatus).to.equal('completed');
      const { downloadUrl } = (await client.get(`/files/${body.file.fileId}/download`)).body;
      const got = await fetch(downloadUrl);
      expect(got.headers.get('content-length')).to.equal(String(size));
      expect(Buffer.from(await got.arrayBuffer()).equals(content)).to.equal(true);
    } finally {
      await platform.close();
    }
  });
});
