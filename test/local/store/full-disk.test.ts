import { expect } from 'chai';
import { sql } from 'kysely';
import type { Platform } from '../../../src/local/context.js';
import { startPlatform } from '../../../src/local/platform.js';
import { sha256 } from '../support/platform.js';

describe('A local platform whose disk is full', () => {
  let running: Awaited<ReturnType<typeof startPlatform>>;
  let platform: Platform;

  beforeEach(async () => {
    running = await startPlatform({ port: false });
    platform = running.platform;
  });
  afterEach(() => running.close());

  async function send(method: string, path: string, body?: object | string, headers: Record<string, string> = {}) {
    const authorization = `Bearer ${platform.settings.apiKey}`;
    const raw = typeof body === 'string';
    const init = {
      method,
      headers: raw ? headers : { authorization, ...headers },
      ...(body && { body: raw ? body : JSON.stringify(body) }),
    };
    const response = await running.fetch(path.startsWith('http') ? path : `${running.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : text };
  }

  /** The database takes no page more until it is given some. */
  async function fill(pages = 0): Promise<void> {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(platform.store);
    await sql`pragma max_page_count = ${sql.lit((rows[0]?.page_count ?? 0) + pages)}`.execute(platform.store);
  }
  const free = () => sql`pragma max_page_count = 100000`.execute(platform.store);

  async function upload(content = 'hello'): Promise<string> {
    const sums = { fileSize: content.length, fileHash: sha256(content) };
    const request = { fileName: 'a.txt', mimeType: 'text/plain', teamId: platform.settings.teamId, ...sums };
    const { body } = await send('POST', '/files/upload-url', request);
    await send('PUT', body.uploadUrl, content, { 'content-type': 'text/plain' });
    await send('POST', `/files/${body.file.fileId}/complete`, sums);
    return body.file.fileId;
  }

  it('says so with 507 for what it cannot store, on both wires, and goes on once there is space', async () => {
    await fill();
    const { teamId } = platform.settings;
    const long = 'x'.repeat(9000);
    for (const [path, body] of [
      ['/datasets', { teamId, name: 'a', description: long }],
      ['/pipelines', { teamId, name: 'a', description: long.slice(0, 1000) }],
      ['/v2/models', { name: 'a', text: long }],
      ['/files/upload-url', { fileName: 'a', fileSize: 1, fileHash: 'x', mimeType: 'a/b', teamId, metadata: { long } }],
    ] as [string, object][]) {
      let last = await send('POST', path, body);
      for (let time = 0; time < 200 && last.status !== 507; time++) {
        last = await send('POST', path, { ...body, name: `a${time}` });
      }
      expect(last.status, path).to.equal(507);
      expect(last.body.message).to.contain('disk is full').and.not.contain('rollback');
    }
    await free();
    expect((await send('POST', '/datasets', { teamId, name: 'later' })).status).to.equal(201);
  });

  it('deletes, or says that it is full, and never anything else', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 30; index++) ids.push(await upload(`hello ${index}`));
    await fill();
    for (const id of ids) {
      const { status, text } = await send('DELETE', `/files/${id}`);
      expect(status, text).to.be.oneOf([204, 507]);
      expect((await send('GET', `/files/${id}`)).status).to.equal(status === 204 ? 404 : 200);
    }
  });

  it('says so with 507 when there is no space for the bytes of an upload, which can be repeated', async () => {
    const { blobs } = platform;
    const stage = blobs.stage;
    const sums = { fileSize: 5, fileHash: sha256('hello') };
    const request = { fileName: 'a.txt', mimeType: 'text/plain', teamId: platform.settings.teamId, ...sums };
    const { uploadUrl, file } = (await send('POST', '/files/upload-url', request)).body;
    const put = () => send('PUT', uploadUrl, 'hello', { 'content-type': 'text/plain' });
    const noSpace = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

    blobs.stage = async () => {
      throw noSpace();
    };
    const first = await put();
    expect([first.status, first.text]).to.satisfy(([status, text]: [number, string]) => status === 507 && text.includes('disk is full'));

    // The bytes are there, but making them the object fails, and so does cleaning up.
    blobs.stage = async (object, source) => ({
      ...(await stage(object, source)),
      keep: async () => {
        throw noSpace();
      },
    });
    const second = await put();
    expect(second.status).to.equal(507);
    expect(second.text).to.contain('<Code>InsufficientStorage</Code>');

    blobs.stage = stage;
    expect((await put()).status).to.equal(200);
    expect((await send('POST', `/files/${file.fileId}/complete`, sums)).body.uploadStatus).to.equal('completed');
  });

  it('gives the bytes of an object that is missing as an error that says so', async () => {
    const id = await upload();
    const { downloadUrl } = (await send('GET', `/files/${id}/download`)).body;
    await platform.blobs.clear();
    const response = await running.fetch(downloadUrl);
    expect(response.status).to.equal(500);
    expect(await response.text())
      .to.contain('content')
      .and.contain('missing')
      .and.not.contain('ENOENT');
  });
});
