import { join } from 'node:path';
import { expect } from 'chai';
import { Hono } from 'hono';
import type { Principal } from '../../../src/local/accounts/api-key-cache.js';
import type { AppEnv } from '../../../src/local/context.js';
import { LocalPlatform } from '../../../src/local/index.js';
import { startPlatform } from '../../../src/local/platform.js';
import { errorResponse } from '../../../src/local/requests/errors.js';
import { idempotent } from '../../../src/local/requests/idempotency.js';
import { useFolder } from '../../support/folder.js';
import { Client, echo, type Json, usePlatform } from '../support/platform.js';

describe('Idempotency keys on the local platform', () => {
  const local = usePlatform();
  const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

  /** What every create and run is sent, and the path that lists what it made. */
  async function operations(): Promise<[path: string, body: object, list?: string][]> {
    const { client, platform } = local;
    const { teamId } = platform;
    const { pipelineId, versionId } = await client.pipeline('Base');
    const { datasetId } = await client.dataset('base', 'a\n1\n');
    const { agentId } = (await client.post('/agents', { teamId, name: 'base' })).body;
    const settings = { instructions: 'i', inputSchema: {}, outputSchema: {}, llmConfig: {}, toolConfig: [], executionConfig: {} };
    const agentVersion = { agentId, ...settings, systemPrompt: null, versionNumber: 1, isCurrent: true };
    const { agentConfigurationVersionId } = (await client.post('/agent-configuration-versions', agentVersion)).body;
    const { id } = (await client.post('/v2/models', { name: 'base' })).body;
    const pipeline = (await client.post('/sdk/pipelines', { name: 'base', architecture: { nodes: [], links: [] } })).body.id;
    const file = { fileName: 'a', fileSize: 1, fileHash: 'x', mimeType: 'a/b', teamId };
    return [
      ['/files/upload-url', file, '/files'],
      ['/datasets', { teamId, name: 'new' }, '/datasets'],
      ['/dataset-data-versions', { datasetId, fileType: 'csv', fileName: 'x' }, '/dataset-data-versions'],
      ['/dataset-schema-versions', { datasetId, columns: [{ name: 'a', type: 'string', nullable: true }] }, '/dataset-schema-versions'],
      ['/pipelines', { teamId, name: 'new' }, '/pipelines'],
      ['/pipeline-configuration-versions', { pipelineId, configuration: echo }, '/pipeline-configuration-versions'],
      [`/pipeline-configuration-versions/${versionId}/clone`, {}, '/pipeline-configuration-versions'],
      [
        '/pipeline-executions',
        { pipelineConfigurationVersionId: versionId, pipelineInput: { user_input: 'x' }, pipelineInputSummary: '' },
        '/pipeline-executions',
      ],
      ['/agents', { teamId, name: 'new' }, '/agents'],
      ['/agent-configuration-versions', { ...agentVersion, versionNumber: 2 }],
      ['/agent-executions', { agentConfigurationVersionId, agentInput: {}, agentInputSummary: 'x' }, '/agent-executions'],
      ['/teams', { name: 'new' }, '/teams'],
      ['/api-tokens', { teamId, name: 'new' }, `/api-tokens?teamId=${teamId}`],
      ['/v2/agents', { name: 'new' }],
      ['/v2/models', { name: 'new' }],
      ['/sdk/pipelines', { name: 'new', architecture: { nodes: [], links: [] } }],
      [`/sdk/models/${id}/run`, { data: 'x' }],
      [`/api/v2/execute/${id}`, { data: 'x' }],
      [`/assets/pipeline/execution/run/${pipeline}`, { data: 'x' }],
    ];
  }

  it('give the first response again for every create and run of both APIs, and make nothing twice', async function () {
    this.timeout(30_000);
    const { client } = local;
    for (const [path, body, list] of await operations()) {
      const count = async (): Promise<number> => (list ? (await client.get(list)).body.pagination.totalItems : 0);
      const before = await count();
      const first = await client.post(path, body, keyed('one'));
      expect(first.status, path).to.be.within(200, 201);
      expect(first.headers.get('idempotency-replayed')).to.equal(null);
      const second = await client.post(path, body, keyed('one'));
      expect([second.status, second.text], path).to.deep.equal([first.status, first.text]);
      expect(second.headers.get('idempotency-replayed')).to.equal('true');
      expect(second.headers.get('content-type')).to.equal(first.headers.get('content-type'));
      if (list) expect((await count()) - before, path).to.equal(1);
    }
  });

  it('refuse another body under the same key with 409, and know another path, key or API key apart', async () => {
    const { client, platform } = local;
    const create = (name: string, key: string, path = '/v2/agents', authorization = `Bearer ${platform.apiKey}`) =>
      client.post(path, { name }, { authorization, headers: { 'idempotency-key': key } });
    expect((await create('a', 'k')).status).to.equal(201);
    const other = await create('b', 'k');
    expect([other.status, other.body.message]).to.satisfy(
      ([status, message]: [number, string]) => status === 409 && message.includes('another body'),
    );
    expect((await create('b', 'k2')).status).to.equal(201);
    expect((await create('b', 'k', '/v2/models')).status).to.equal(201);
    const { token } = (await client.post('/api-tokens', { teamId: platform.teamId, name: 't', role: 'member' })).body;
    expect((await create('c', 'k', '/v2/agents', `Bearer ${token}`)).status).to.equal(201);
  });

  it('refuse a second request while the first is handled, and say when to try again', async () => {
    const { client } = local;
    const responses = await Promise.all(Array.from({ length: 10 }, () => client.post('/v2/agents', { name: 'a' }, keyed('k'))));
    const refused = responses.filter(({ status }) => status === 409);
    expect(refused).to.not.be.empty;
    for (const { headers } of refused) expect(headers.get('retry-after')).to.equal('1');
    const ids = new Set(responses.flatMap(({ status, body }) => (status === 201 ? [body.id] : [])));
    expect(ids.size).to.equal(1);
    expect((await client.post('/v2/agents', { name: 'a' }, keyed('k'))).body.id).to.equal([...ids][0]);
    expect((await client.post('/v2/agents/paginate', {})).body.total).to.equal(1);
  });

  it('are free again after a request that failed', async () => {
    const { client, platform } = local;
    const { teamId } = platform;
    expect((await client.post('/datasets', { teamId }, keyed('k'))).status).to.equal(400);
    expect((await client.post('/datasets', { teamId, name: 'a' }, keyed('k'))).status).to.equal(201);
    platform.faults({ path: '/pipelines', reset: 'after' }, { path: '/pipelines', status: 500 });
    for (let time = 0; time < 2; time++) await client.post('/pipelines', { teamId, name: 'a' }, keyed('p')).catch(() => {});
    expect((await client.post('/pipelines', { teamId, name: 'a' }, keyed('p'))).status).to.equal(201);
    expect((await client.get('/pipelines')).body.pagination.totalItems).to.equal(1);
  });

  it('are forgotten after 24 hours', async () => {
    const { client, platform } = local;
    const create = async () => (await client.post('/v2/agents', { name: `a${Math.random()}`.slice(0, 1) }, keyed('k'))).body.id;
    const id = await create();
    platform.clock.advance(24 * 3600 - 1);
    expect(await create()).to.equal(id);
    platform.clock.advance(2);
    await client.put(`/v2/agents/${id}`, { name: 'renamed' });
    expect(await create())
      .to.be.a('string')
      .and.not.equal(id);
  });

  it('must have 1 to 255 characters', async () => {
    for (const key of [' ', 'x'.repeat(256)]) {
      const { status, text } = await local.client.post('/v2/agents', { name: 'a' }, keyed(key));
      expect(status).to.equal(400);
      expect(text).to.contain('Idempotency-Key').and.contain('255');
    }
  });

  it('take forms whose boundary is drawn anew', async () => {
    const { platform } = local;
    const ids = new Set<string>();
    for (let time = 0; time < 2; time++) {
      const body = new FormData();
      body.set('file', new File(['print(1)'], 'a.py', { type: 'text/x-python' }));
      const headers = { authorization: `Bearer ${platform.apiKey}`, 'idempotency-key': 'k' };
      const response = await platform.fetch(`${platform.url}/sdk/pipelines/script`, { method: 'POST', headers, body });
      ids.add(((await response.json()) as Json).fileId);
    }
    expect(ids.size).to.equal(1);
  });
});

describe('Idempotency keys of requests whose response is a stream', () => {
  it('give the whole stream again, and are free after one that was broken off', async () => {
    const running = await startPlatform({ port: false });
    try {
      let runs = 0;
      const app = new Hono<AppEnv>()
        .use(async (c, next) => {
          c.set('platform', running.platform);
          c.set('requestId', 'r');
          c.set('principal', { userId: 'u', tokenId: null } as Principal);
          await next();
        })
        .use(idempotent)
        .post('/run', () => {
          runs++;
          const parts = ['data: a\n\n', 'data: b\n\n', 'data: [DONE]\n\n'].map((part) => new TextEncoder().encode(part));
          const body = new ReadableStream<Uint8Array>({
            pull: (controller) => {
              const part = parts.shift();
              if (part) controller.enqueue(part);
              else controller.close();
            },
          });
          return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
        })
        .onError(errorResponse);
      const post = (key: string) => app.request('/run', { method: 'POST', headers: { 'idempotency-key': key } });
      const broken = await post('k');
      const reader = broken.body!.getReader();
      await reader.read();
      expect((await post('k')).status).to.equal(409);
      await reader.cancel();
      const text = await (await post('k')).text();
      expect([text, runs]).to.deep.equal(['data: a\n\ndata: b\n\ndata: [DONE]\n\n', 2]);
      const again = await post('k');
      expect([await again.text(), again.headers.get('content-type'), runs]).to.deep.equal([text, 'text/event-stream', 2]);
    } finally {
      await running.close();
    }
  });
});

describe('Idempotency keys on a local platform with little space for responses', () => {
  const local = usePlatform({ limits: { idempotencyBytes: 3000 } });

  it('forget the oldest first', async () => {
    const create = async (key: string) =>
      (await local.client.post('/v2/models', { name: key, text: 'x'.repeat(1000) }, { headers: { 'idempotency-key': key } })).headers.get(
        'idempotency-replayed',
      );
    for (const key of ['a', 'b', 'c', 'd']) {
      await create(key);
      local.platform.clock.advance(1);
    }
    expect(await create('d')).to.equal('true');
    expect(await create('c')).to.equal('true');
    expect(await create('a')).to.equal(null);
  });
});

describe('Idempotency keys on a local platform in a folder', () => {
  const folder = useFolder();

  it('outlive a restart, together with the API key they belong to', async () => {
    const ids = new Set<string>();
    for (let time = 0; time < 2; time++) {
      const platform = await LocalPlatform.start({ port: false, dataDir: join(folder.path, 'data') });
      const { body } = await new Client(platform).post('/v2/agents', { name: 'a' }, { headers: { 'idempotency-key': 'k' } });
      ids.add(body.id);
      await platform.close();
    }
    expect(ids.size).to.equal(1);
  });
});
