import { expect } from 'chai';
import { LocalPlatform, type LocalPlatformOptions } from '../../../../src/local/index.js';
import { openPostgres } from '../../../../src/local/store/postgres/database.js';
import { useFolder } from '../../../support/folder.js';
import { createDatabase } from '../../../support/services/postgres.js';
import { Client, type Json, throughBlock } from '../../support/platform.js';
import { ServerProcess } from '../processes.js';

let count = 0;

describe('The servers and workers of one PostgreSQL database', () => {
  const folder = useFolder();
  let databaseUrl: string;
  const platforms: LocalPlatform[] = [];
  beforeEach(async () => {
    databaseUrl = await createDatabase(process.env.POSTGRES_URL ?? '', `workers_${process.pid}_${count++}`);
  });
  afterEach(async () => {
    for (const platform of platforms.splice(0)) await platform.close();
  });

  async function start(options: LocalPlatformOptions): Promise<LocalPlatform> {
    const platform = await LocalPlatform.start({ databaseUrl, dataDir: folder.path, ...options });
    platforms.push(platform);
    return platform;
  }

  it('a worker serves its state at its port, and nothing else', async () => {
    const worker = await start({ worker: 'only', port: 0, metrics: true });
    const get = async (path: string, init: RequestInit = {}) => await fetch(worker.url + path, init);
    expect((await get('/health')).status).to.equal(200);
    expect(await (await get('/ready')).json()).to.deep.equal({ status: 'ready', database: 'ok', storage: 'ok' });
    expect(await (await get('/metrics')).text()).to.contain('remote_record_jobs_waiting 0');
    expect((await get('/ready', { method: 'HEAD' })).status).to.equal(200);
    const headers = { authorization: `Bearer ${worker.apiKey}` };
    for (const path of ['/pipelines', '/', '/_storage/remote-record/x', '/v2/agents']) {
      const response = await get(path, { headers });
      expect([response.status, await response.text()], path).to.deep.equal([
        404,
        '{"message":"A worker serves /health, /ready, /metrics, and no other requests."}',
      ]);
    }
    expect((await get('/ready', { method: 'POST', headers })).status).to.equal(404);
    worker.drain();
    expect((await get('/ready')).status).to.equal(503);
    expect((await worker.fetch(`${worker.url}/pipelines`, { headers })).status, 'in-process').to.equal(404);
  });

  it('a worker without a port serves nothing, and one of the command line says where it serves', async () => {
    const worker = await start({ worker: 'only' });
    expect(worker.url).to.match(/\.localhost$/);
    const args = ['--worker', '--data-dir', folder.path, '--concurrency', '3'];
    const listening = await ServerProcess.start([...args, '--port', '0'], { REMOTE_RECORD_LOCAL_DATABASE_URL: databaseUrl });
    try {
      expect((await fetch(`${listening.url}/ready`)).status).to.equal(200);
      expect((await fetch(`${listening.url}/metrics`)).status, 'without --metrics').to.equal(404);
    } finally {
      expect(await listening.end('SIGTERM')).to.equal(0);
    }
  });

  it('a team that has as many executions as it may is told to try again later', async () => {
    const server = await start({ port: false, worker: false, limits: { teamExecutions: 2 } });
    const client = new Client(server);
    const { versionId } = await client.pipeline('p', throughBlock('identity'));
    const request = { pipelineConfigurationVersionId: versionId, pipelineInput: { given: 1 }, pipelineInputSummary: 'x' };
    // The OpenAPI document has no 429, which the client of other tests looks for.
    const send = async (path: string, body: object): Promise<{ status: number; retryAfter: string | null; body: Json }> => {
      const headers = { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' };
      const response = await server.fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
    };
    const begin = () => send('/pipeline-executions', request);
    expect([(await begin()).status, (await begin()).status]).to.deep.equal([201, 201]);
    const refused = await begin();
    expect([refused.status, refused.retryAfter, refused.body.error.code]).to.deep.equal([429, '5', 'RATE_LIMITED']);
    expect(refused.body.message).to.contain('limits.teamExecutions');
    expect((await client.get('/pipeline-executions')).body.pagination.totalItems).to.equal(2);
    const { id } = (await client.post('/v2/agents', { name: 'Desk' })).body;
    const run = await send(`/v2/agents/${id}/run`, { id, query: 'hi' });
    expect([run.status, run.retryAfter, run.body.statusCode]).to.deep.equal([429, '5', 429]);
    // There is room again once one of them has ended.
    await start({ port: false, worker: 'only' });
    for (;;) {
      const { status } = await begin();
      if (status === 201) break;
      expect(status).to.equal(429);
    }
  });

  it('a reset forgets the executions of all, and every server takes the keys of the new state only', async () => {
    const one = await start({ port: false, worker: false });
    const other = await start({ port: false, worker: false });
    const client = new Client(one);
    const { versionId } = await client.pipeline('p', throughBlock('identity'));
    await client.execute(versionId, { given: 1 });
    const { body } = await client.post('/api-tokens', { name: 'old', teamId: one.teamId });
    const status = async () => (await other.fetch(`${other.url}/pipelines`, { headers: { authorization: `Bearer ${body.token}` } })).status;
    expect(await status()).to.equal(200);
    await one.reset();
    while ((await status()) !== 401) await new Promise((resolve) => setTimeout(resolve, 10));
    expect((await new Client(other).get('/pipelines')).body.pagination.totalItems).to.equal(0);
    const { connections } = await openPostgres(databaseUrl);
    try {
      const rows = async (table: string) => (await connections.query(`select * from ${table}`)).rows;
      expect([await rows('"workerJobs"'), await rows('graphile_worker.jobs')]).to.deep.equal([[], []]);
    } finally {
      await connections.end();
    }
    expect((await new Client(other).post('/pipelines', { name: 'after', teamId: other.teamId })).status).to.equal(201);
  });
});
