import { expect } from 'chai';
import { itWithOwnStorage } from '../../support/services/only.js';
import { sha256, usePlatform } from '../support/platform.js';

const app = 'https://app.example.test';

for (const port of [0, false] as const) {
  describe(`Pages of other origins, ${port === false ? 'in-process' : 'over HTTP'}`, () => {
    const local = usePlatform({ port, cors: [app], limits: { bodyBytes: 1000 } });
    const send = (path: string, init: RequestInit = {}): Promise<Response> =>
      local.platform.fetch(path.startsWith('http') ? path : `${local.platform.url}${path}`, init);
    const key = () => ({ authorization: `Bearer ${local.platform.apiKey}` });
    const preflight = (path: string, origin: string, method = 'GET', headers: Record<string, string> = {}) =>
      send(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method, ...headers } });

    it('of this machine and of the given origins may ask first, without a key', async () => {
      for (const origin of [app, 'http://localhost:5173', 'https://localhost', 'http://127.0.0.1:3000', 'http://[::1]:8080']) {
        for (const path of ['/datasets', '/v2/agents', '/health', '/_storage/remote-record/files/x', '/nothing/here']) {
          const response = await preflight(path, origin, 'PUT', {
            'access-control-request-headers': 'authorization,x-api-key,content-type',
          });
          expect(response.status, `${path} from ${origin}`).to.equal(204);
          expect(response.headers.get('access-control-allow-origin')).to.equal(origin);
          expect(response.headers.get('access-control-allow-methods')).to.contain('PUT').and.contain('PATCH').and.contain('DELETE');
          expect(response.headers.get('access-control-allow-headers')).to.equal('authorization,x-api-key,content-type');
          expect(response.headers.get('vary')).to.contain('Origin');
        }
      }
    });

    it('of any other origin may not', async () => {
      for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'http://app.example.test', `${app}:444`, 'null']) {
        for (const response of [await preflight('/datasets', origin), await send('/datasets', { headers: { origin, ...key() } })]) {
          expect(response.headers.get('access-control-allow-origin'), origin).to.equal(null);
          expect(response.headers.get('vary')).to.contain('Origin');
        }
      }
    });

    it('may read responses of every status', async () => {
      local.platform.faults({ path: '/faulty', status: 500 });
      const headers = { origin: app, ...key() };
      for (const [path, init, status] of [
        ['/health', {}, 200],
        ['/datasets', { headers: key() }, 200],
        ['/datasets', {}, 401],
        ['/datasets/unknown', { headers: key() }, 404],
        ['/v2/agents/unknown', { headers: key() }, 404],
        ['/datasets', { method: 'POST', headers: key(), body: JSON.stringify({ name: 'x'.repeat(1000) }) }, 413],
        ['/faulty', { headers: key() }, 500],
        ['/_storage/remote-record/files/x', {}, 403],
      ] as [string, RequestInit, number][]) {
        const response = await send(path, { ...init, headers: { ...init.headers, origin: app } });
        expect(response.status, path).to.equal(status);
        expect(response.headers.get('access-control-allow-origin'), path).to.equal(app);
        const exposed = response.headers.get('access-control-expose-headers')?.split(', ');
        expect(exposed, path).to.include.members(['ETag', 'Link', 'Retry-After', 'X-Request-Id']);
      }
      expect((await send('/datasets', { headers })).headers.get('x-request-id')).to.be.a('string');
      expect((await send('/datasets', { headers: { ...headers, 'x-request-id': 'mine' } })).headers.get('x-request-id')).to.equal('mine');
    });

    itWithOwnStorage('may upload and download through presigned URLs', async () => {
      const { client, platform } = local;
      const sums = { fileSize: 5, fileHash: sha256('hello') };
      const { body } = await client.post('/files/upload-url', { fileName: 'a', mimeType: 'text/plain', teamId: platform.teamId, ...sums });
      expect((await preflight(body.uploadUrl, app, 'PUT', { 'access-control-request-headers': 'content-type' })).status).to.equal(204);
      const put = await send(body.uploadUrl, { method: 'PUT', headers: { origin: app, 'content-type': 'text/plain' }, body: 'hello' });
      expect([put.status, put.headers.get('access-control-allow-origin')]).to.deep.equal([200, app]);
      await client.post(`/files/${body.file.fileId}/complete`, sums);
      const { downloadUrl } = (await client.get(`/files/${body.file.fileId}/download`)).body;
      const got = await send(downloadUrl, { headers: { origin: app } });
      expect([await got.text(), got.headers.get('access-control-allow-origin')]).to.deep.equal(['hello', app]);
    });

    it('do not use up faults by asking first', async () => {
      local.platform.faults({ path: '/datasets', status: 503, times: 1 });
      expect((await preflight('/datasets', app)).status).to.equal(204);
      expect((await send('/datasets', { headers: key() })).status).to.equal(503);
    });
  });
}

describe('A local platform that takes pages of every origin', () => {
  const local = usePlatform({ cors: ['*'] });

  it('lets them read', async () => {
    const response = await local.platform.fetch(`${local.platform.url}/health`, { headers: { origin: 'https://any.example' } });
    expect(response.headers.get('access-control-allow-origin')).to.equal('https://any.example');
  });
});
