import { request } from 'node:http';
import { expect } from 'chai';
import { LocalPlatform, type LocalPlatformOptions } from '../../../src/local/index.js';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';
import { itWithOwnStorage } from '../../support/services/only.js';
import { Client, echo, sha256, usePlatform } from '../support/platform.js';

/** JSON with this many levels of lists, around a value. */
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

for (const port of [0, false] as const) {
  describe(`The limits of the local platform, ${port === false ? 'in-process' : 'over HTTP'}`, () => {
    const limits = { bodyBytes: 100_000, uploadBytes: 5000, urlLength: 5000, requestLogBytes: 300_000 };
    const local = usePlatform({ port, limits });

    /** Sends a request the way a client does that does not know the length beforehand. */
    async function chunked(path: string, text: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
      if (port === false) {
        const body = new Blob([text]).stream();
        const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body, duplex: 'half' } as RequestInit;
        const response = await local.platform.fetch(`${local.platform.url}${path}`, init);
        return { status: response.status, text: await response.text() };
      }
      return await new Promise((resolve, reject) => {
        const sent = request(`${local.platform.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
        });
        sent.on('error', reject);
        sent.on('response', async (response) => {
          let received = '';
          for await (const chunk of response) received += String(chunk);
          resolve({ status: response.statusCode ?? 0, text: received });
        });
        for (let at = 0; at < text.length; at += 10_000) sent.write(text.slice(at, at + 10_000));
        sent.end();
      });
    }

    const key = () => ({ authorization: `Bearer ${local.platform.apiKey}` });
    const long = JSON.stringify({ name: 'x'.repeat(100_000) });

    it('refuse a longer body on both wires, of declared length or not', async () => {
      for (const path of [
        '/datasets',
        '/v2/models',
        '/sdk/pipelines',
        '/pipeline-configuration-versions/validate',
        '/v2/models/paginate',
      ]) {
        for (const { status, text } of [await local.client.post(path, undefined, { raw: long }), await chunked(path, long, key())]) {
          expect(status, path).to.equal(413);
          expect(text).to.contain('100000 bytes').and.contain('limits.bodyBytes');
        }
      }
      const form = { raw: `originalName=${'x'.repeat(100_000)}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
      expect((await local.client.post('/sdk/file/upload-url', undefined, form)).status).to.equal(413);
      const script = new FormData();
      script.set('file', new File(['x'.repeat(100_000)], 'a.py'));
      const url = `${local.platform.url}/sdk/pipelines/script`;
      expect((await local.platform.fetch(url, { method: 'POST', headers: key(), body: script })).status).to.equal(413);
    });

    it('take a body just within them', async () => {
      const body = { teamId: local.platform.teamId, name: 'a', metadata: 'x'.repeat(99_000) };
      expect((await local.client.post('/datasets', body)).status).to.equal(201);
      expect((await chunked('/v2/models', JSON.stringify(body), key())).status).to.equal(201);
    });

    it('read nothing without a key', async () => {
      for (const path of ['/datasets', '/v2/models', '/nothing/here']) {
        expect((await local.client.post(path, undefined, { raw: long, authorization: null })).status, path).to.equal(401);
        expect((await chunked(path, long)).status, path).to.equal(401);
      }
    });

    it('refuse JSON nested too deeply wherever JSON is kept, naming the limit', async () => {
      const { client, platform } = local;
      const { versionId } = await client.pipeline('Echo');
      const { datasetId } = (await client.post('/datasets', { teamId: platform.teamId, name: 'n' })).body;
      const { agentId } = (await client.post('/agents', { teamId: platform.teamId, name: 'n' })).body;
      const { id } = (await client.post('/v2/models', { name: 'n' })).body;
      const of = (body: object) => JSON.stringify({ ...body, deep: 'DEEP' }).replace('"DEEP"', nested(600));
      const sums = { fileName: 'a', fileSize: 1, fileHash: 'x', mimeType: 'a/b', teamId: platform.teamId };
      for (const [method, path, raw] of [
        ['POST', '/files/upload-url', of({ ...sums, metadata: {} })],
        ['POST', '/datasets', of({ teamId: platform.teamId, name: 'm' })],
        ['POST', '/dataset-schema-versions', of({ datasetId, columns: [] })],
        ['POST', '/pipeline-configuration-versions', of({ configuration: echo })],
        ['POST', '/pipeline-configuration-versions/validate', of({ configuration: echo })],
        ['PATCH', `/pipeline-configuration-versions/${versionId}`, of({})],
        ['POST', '/pipeline-executions', of({ pipelineConfigurationVersionId: versionId, pipelineInput: {} })],
        ['POST', '/agent-configuration-versions', of({ agentId })],
        ['POST', '/agent-executions', of({})],
        ['POST', '/v2/models', of({ name: 'n' })],
        ['POST', '/sdk/pipelines', of({ name: 'n' })],
        ['PUT', `/v2/models/${id}`, of({})],
        ['POST', `/sdk/models/${id}/run`, of({})],
        ['POST', '/v2/models/paginate', of({})],
      ] as const) {
        const { status, text } = await client.send(method, path, undefined, { raw, headers: { 'content-type': 'application/json' } });
        expect(status, `${method} ${path}`).to.equal(400);
        expect(text).to.contain('500 levels').and.contain('limits.nesting');
      }
    });

    it('keep JSON nested up to the limit, and do not count what is in strings', async () => {
      const { client } = local;
      const raw = `{"name":"n","text":"${'['.repeat(1000)}\\"[","deep":${nested(499)}}`;
      const { body, status } = await client.post('/v2/models', undefined, { raw });
      expect(status).to.equal(201);
      expect(JSON.stringify((await client.get(`/v2/models/${body.id}`)).body.deep)).to.equal(nested(499));
      const { versionId } = await client.pipeline('Echo', { ...echo, extra: JSON.parse(nested(490)) });
      const done = await client.finished(await client.execute(versionId, { user_input: 'a', extra: JSON.parse(nested(490)) }));
      expect(done.status).to.equal('completed');
    });

    it('refuse longer URLs and lists, and say so', async () => {
      const { client } = local;
      for (const path of [`/datasets?nameLike=${'x'.repeat(5000)}`, `/v2/models/${'x'.repeat(5000)}`]) {
        const { status, text } = await client.get(path);
        expect(status).to.equal(414);
        expect(text).to.contain('5000 characters').and.contain('limits.urlLength');
      }
      const ids = Array.from({ length: 1001 }, (_, index) => index).join(',');
      for (const path of [`/datasets?datasetIds=${ids}`, `/pipeline-executions?pipelineExecutionIds=${ids}`]) {
        const { status, body } = await client.get(path);
        expect(status).to.equal(400);
        expect(body.message).to.contain('1001 values').and.contain('1000');
      }
    });

    itWithOwnStorage('refuse longer uploads before they are sent', async () => {
      const { client, platform } = local;
      const sums = { fileSize: 6000, fileHash: sha256('x'.repeat(6000)) };
      const { uploadUrl } = (await client.post('/files/upload-url', { fileName: 'a', mimeType: 'a/b', ...sums, teamId: platform.teamId }))
        .body;
      const response = await client.upload(uploadUrl, 'x'.repeat(6000), 'a/b');
      expect(response.status).to.equal(413);
      expect(await response.text())
        .to.contain('<Code>EntityTooLarge</Code>')
        .and.contain('limits.uploadBytes');
    });

    it('bound the bytes of the request log, and cut its long bodies', async () => {
      for (let index = 0; index < 20; index++) await local.client.post('/v2/models', { name: String(index), text: 'x'.repeat(90_000) });
      const { requests } = local.platform;
      expect(requests.length).to.be.within(2, 5);
      expect(requests.at(-1)).to.include({ status: 201, bodyCutFrom: JSON.stringify({ name: '19', text: 'x'.repeat(90_000) }).length });
      expect(requests.at(-1)?.body)
        .to.be.a('string')
        .with.length(65_536)
        .and.satisfy((text: string) => text.startsWith('{"name":"19"'));
      await local.client.get(`/datasets?nameLike=${'y'.repeat(1000)}`);
      expect(requests.at(-1)).to.have.nested.property('query.nameLike').with.length(1000);
    });
  });
}

describe('Limits of the local platform', () => {
  const starting = (limits: object) => failure(LocalPlatform.start({ port: false, limits } as LocalPlatformOptions));

  it('are refused when they are unknown or out of range, with what would do', async () => {
    for (const [limits, part] of [
      [{ bodyBites: 1 }, 'bodyBytes'],
      [{ bodyBytes: 0 }, 'limits.bodyBytes must be a whole number'],
      [{ nesting: 5000 }, 'from 1 to 1000'],
      [{ uploadBytes: 1.5 }, 'limits.uploadBytes'],
    ] as const) {
      const error = await failure(starting(limits).then((inner) => Promise.reject(inner)));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(part);
    }
  });

  it('allow the deepest nesting that can be set', async () => {
    const platform = await LocalPlatform.start({ port: false, limits: { nesting: 1000 } });
    try {
      const client = new Client(platform);
      const { status } = await client.post('/v2/models', undefined, { raw: `{"name":"n","deep":${nested(999)}}` });
      expect(status).to.equal(201);
      expect((await client.pipeline('Deep', { ...echo, extra: JSON.parse(nested(990)) })).versionId).to.be.a('string');
    } finally {
      await platform.close();
    }
  });
});
