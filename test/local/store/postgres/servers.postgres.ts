import { expect } from 'chai';
import pg from 'pg';
import { LocalPlatform } from '../../../../src/local/index.js';
import { useFolder } from '../../../support/folder.js';
import { createDatabase } from '../../../support/services/postgres.js';
import { Client } from '../../support/platform.js';

let count = 0;

describe('Several servers of one PostgreSQL database', () => {
  const folder = useFolder();
  let databaseUrl = '';
  const servers: LocalPlatform[] = [];

  beforeEach(async () => {
    databaseUrl = await createDatabase(process.env.POSTGRES_URL ?? '', `servers_${process.pid}_${count++}`);
  });
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  async function start(): Promise<LocalPlatform> {
    const server = await LocalPlatform.start({ port: false, databaseUrl, dataDir: folder.path });
    servers.push(server);
    return server;
  }

  it('create its tables and first records once, when they start at the same time', async () => {
    const [first, second, third] = await Promise.all([start(), start(), start()]);
    expect(new Set([first?.apiKey, second?.apiKey, third?.apiKey])).to.have.property('size', 1);
    const { items } = (await new Client(third as LocalPlatform).get('/teams')).body;
    expect(items).to.have.length(1);
  });

  it('see what the others write, and count it', async () => {
    const [one, other] = [await start(), await start()];
    for (const name of ['a', 'b', 'c']) await new Client(one).post('/pipelines', { name, teamId: one.teamId });
    const page = (await new Client(other).get('/pipelines?pageSize=1')).body;
    expect(page.pagination).to.include({ totalItems: 3, totalPages: 3 });
    await new Client(other).delete(`/pipelines/${page.items[0].pipelineId}`);
    expect((await new Client(one).get('/pipelines?pageSize=1')).body.pagination).to.include({ totalItems: 2 });
  });

  it('give a name to one record only', async () => {
    const clients = [new Client(await start()), new Client(await start())];
    const { teamId } = servers[0] as LocalPlatform;
    const responses = await Promise.all([0, 1, 0, 1, 0, 1].map((at) => clients[at]?.post('/pipelines', { name: 'same', teamId })));
    expect(responses.map((response) => response?.status).sort()).to.deep.equal([201, 409, 409, 409, 409, 409]);
  });

  it('number the versions of a pipeline without a gap and without a double', async () => {
    const clients = [new Client(await start()), new Client(await start())];
    const [client] = clients as [Client];
    const { pipelineId } = (await client.post('/pipelines', { name: 'versions', teamId: servers[0]?.teamId })).body;
    const configuration = { id: 'c', name: 'c', blocks: {}, connections: [] };
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        clients[at % 2]?.post('/pipeline-configuration-versions', { pipelineId, configuration, status: 'draft' }),
      ),
    );
    expect(responses.map((response) => response?.status)).to.deep.equal(Array(20).fill(201));
    const versions = responses.map((response) => response?.body.version).sort((a, b) => a - b);
    expect(versions).to.deep.equal(Array.from({ length: 20 }, (_, at) => at + 1));
    // At most one of them is the current one.
    const ids = responses.map((response) => response?.body.pipelineConfigurationVersionId);
    const changes = await Promise.all(
      ids.map((id, at) => clients[at % 2]?.send('PATCH', `/pipeline-configuration-versions/${id}`, { status: 'current' })),
    );
    expect(changes.map((response) => response?.status).sort()).to.deep.equal([200, ...Array(19).fill(409)]);
  });

  it('run a request with an Idempotency-Key once', async () => {
    const [one, other] = [await start(), await start()];
    const send = async (server: LocalPlatform) => {
      const response = await server.fetch(`${server.url}/pipelines`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json', 'idempotency-key': 'once' },
        body: JSON.stringify({ name: 'idempotent', teamId: server.teamId }),
      });
      return { status: response.status, body: (await response.json()) as { pipelineId?: string } };
    };
    const sent = await Promise.all([send(one), send(other), send(one), send(other)]);
    expect(sent.filter(({ status }) => status === 201).length).to.be.greaterThan(0);
    expect(sent.every(({ status }) => status === 201 || status === 409)).to.equal(true);
    const later = [await send(one), await send(other)];
    expect(later.map(({ status }) => status)).to.deep.equal([201, 201]);
    expect(new Set([...sent, ...later].flatMap(({ body }) => body.pipelineId ?? [])).size).to.equal(1);
  });

  it('let one of two writes with the same precondition through', async () => {
    const [one, other] = [await start(), await start()];
    const { pipelineId } = (await new Client(one).post('/pipelines', { name: 'before', teamId: one.teamId })).body;
    const headers = { authorization: `Bearer ${one.apiKey}`, 'content-type': 'application/json' };
    const read = await one.fetch(`${one.url}/pipelines/${pipelineId}`, { headers });
    const etag = read.headers.get('etag') ?? '';
    const write = (server: LocalPlatform, name: string) =>
      server.fetch(`${server.url}/pipelines/${pipelineId}`, {
        method: 'PATCH',
        headers: { ...headers, 'if-match': etag },
        body: JSON.stringify({ name }),
      });
    const responses = await Promise.all([write(one, 'a'), write(other, 'b'), write(one, 'c'), write(other, 'd')]);
    expect(responses.map(({ status }) => status).sort()).to.deep.equal([200, 412, 412, 412]);
  });

  it('refuse a key that another one has revoked', async () => {
    const [one, other] = [await start(), await start()];
    const { body } = await new Client(one).post('/api-tokens', { name: 'key', teamId: one.teamId });
    const headers = { authorization: `Bearer ${body.token}` };
    const status = async () => (await other.fetch(`${other.url}/pipelines`, { headers })).status;
    expect(await status()).to.equal(200);
    const revoked = await new Client(one).delete(`/api-tokens/${body.apiToken?.tokenId ?? body.tokenId}`);
    expect(revoked.status).to.be.oneOf([200, 204]);
    for (let attempt = 0; (await status()) !== 401; attempt++) {
      expect(attempt, 'it is told').to.be.lessThan(500);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it('start what a trigger is due for once', async () => {
    let now = Date.parse('2026-03-02T08:00:00.000Z');
    const options = { port: false, databaseUrl, dataDir: folder.path, clock: () => now } as const;
    for (let each = 0; each < 2; each++) servers.push(await LocalPlatform.start(options));
    const [one, other] = servers as [LocalPlatform, LocalPlatform];
    const client = new Client(one);
    const { id: assetId } = (await client.post('/v2/agents', { name: 'Desk' })).body;
    const trigger = {
      name: 'Hourly',
      input: 'hi',
      assetId,
      triggerType: 'time',
      configuration: { type: 'recurring', repeat: { every: 1, unit: 'hour' } },
    };
    const { id } = (await client.post('/v1/triggers', trigger)).body;
    now += 3_600_000;
    one.clock.advance(1);
    other.clock.advance(1);
    await client.until(`/v1/triggers/${id}`, ({ lastRunAt, enqueued }) => lastRunAt !== null && !enqueued);
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    try {
      expect((await admin.query('select count(*)::int as runs from "assetRuns"')).rows[0].runs).to.equal(1);
    } finally {
      await admin.end();
    }
  });
});
