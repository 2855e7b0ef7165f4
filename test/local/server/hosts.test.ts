import { expect } from 'chai';
import { itWithOwnStorage } from '../../support/services/only.js';
import { type Json, usePlatform } from '../support/platform.js';
import { sendRaw } from '../support/raw.js';

/** Every URL in a response. */
function urlsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^https?:/.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(urlsIn) : [];
}

for (const publicUrl of [undefined, 'https://platform.example.test/base/']) {
  describe(`Addresses in responses of the local platform, ${publicUrl ? 'with a public URL' : 'without one'}`, () => {
    const local = usePlatform({ port: 0, ...(publicUrl && { publicUrl }) });

    itWithOwnStorage('are its own, whatever the headers of the request say', async () => {
      const { client, platform } = local;
      const expected = publicUrl ? 'https://platform.example.test/base/' : `${platform.url}/`;
      const file = await client.uploadFile('a.txt', 'hello');
      const { datasetId } = await client.dataset('d', 'a\n1\n');
      const { id } = (await client.post('/v2/models', { name: 'm' })).body;
      const { versionId } = await client.pipeline('Echo');
      const big = await client.execute(versionId, { user_input: 'x'.repeat(1_100_000) });
      await client.finished(big);
      const upload = { fileName: 'b', fileSize: 1, fileHash: 'x', mimeType: 'a/b', teamId: platform.teamId };
      const [version] = (await client.get(`/dataset-data-versions?datasetIds=${datasetId}`)).body.items;
      for (const [method, path, body] of [
        ['POST', '/files/upload-url', upload],
        ['GET', `/files/${file.fileId}/download`],
        ['POST', '/dataset-data-versions', { datasetId, fileType: 'csv', fileName: 'x' }],
        ['GET', `/dataset-data-versions/${version.datasetDataVersionId}/download`],
        ['GET', `/pipeline-executions/${big}/output`],
        ['POST', '/sdk/file/upload-url', { contentType: 'a/b', originalName: 'x' }],
        ['POST', '/sdk/file/upload/temp-url', { contentType: 'a/b', originalName: 'x' }],
        ['POST', `/sdk/models/${id}/run`, { data: 'x' }],
        ['POST', `/api/v1/execute/${id}`, { data: 'x' }],
      ] as [string, string, object?][]) {
        const headers = {
          host: 'evil.example',
          'x-forwarded-host': 'evil.example',
          'x-forwarded-proto': 'https',
          forwarded: 'host=evil.example',
          authorization: `Bearer ${platform.apiKey}`,
          'content-type': 'application/json',
        };
        const response = await sendRaw(method, `${platform.url}${path}`, headers, body && JSON.stringify(body));
        const urls = urlsIn(response.json());
        expect(urls, path).to.not.be.empty;
        for (const url of urls) expect(url.startsWith(expected), `${path}: ${url}`).to.equal(true);
      }
    });

    it('are reached by the fetch of the platform', async () => {
      const { client } = local;
      const { body }: Json = await client.post('/sdk/file/upload-url', { contentType: 'text/plain', originalName: 'x' });
      expect((await client.upload(body.uploadUrl, 'hello', 'text/plain')).status).to.equal(200);
      expect(await (await local.platform.fetch(body.downloadUrl)).text()).to.equal('hello');
    });
  });
}
