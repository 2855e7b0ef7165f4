import { expect } from 'chai';
import { usePlatform } from './support/platform.js';

describe('Errors of the local platform', () => {
  const local = usePlatform();

  it('are nested for Moderately, with the message at the top too', async () => {
    const { status, body, headers } = await local.client.get('/datasets/unknown');
    expect(status).to.equal(404);
    expect(body.error).to.include({ code: 'NOT_FOUND', path: '/datasets/unknown', requestId: headers.get('x-request-id') });
    expect(body.error.message).to.contain("'unknown'");
    expect(Date.parse(body.error.timestamp)).to.be.a('number').and.not.NaN;
    expect(body.message).to.equal(body.error.message);
  });

  it('are flat for aiXplain', async () => {
    const { status, body } = await local.client.get('/sdk/pipelines/unknown');
    expect(status).to.equal(404);
    expect(body).to.include({ statusCode: 404, error: 'Not Found' });
    expect(body.message).to.contain("'unknown'");
  });

  it('come for a missing key on every route but health', async () => {
    const paths = [
      '/datasets',
      '/datasets/x',
      '/files',
      '/users',
      '/authentication/whoami',
      '/v2/agents',
      '/sdk/pipelines/x',
      '/nothing/here',
    ];
    for (const path of paths) expect((await local.client.get(path, { authorization: null })).status, path).to.equal(401);
    expect((await local.client.get('/health', { authorization: null })).status).to.equal(200);
    const { body } = await local.client.get('/datasets', { authorization: null });
    expect(body.error.code).to.equal('UNAUTHORIZED');
    expect((await local.client.get('/v2/agents', { authorization: null })).body.statusCode).to.equal(401);
  });

  it('come for a wrong key, in whatever header it is', async () => {
    for (const header of ['x-api-key', 'x-aixplain-key']) {
      expect((await local.client.get('/v2/agents', { authorization: null, headers: { [header]: 'wrong' } })).status).to.equal(401);
    }
    expect((await local.client.get('/files', { authorization: 'Bearer wrong' })).status).to.equal(401);
  });

  it('never come for the right key, in whatever header it is', async () => {
    const key = local.platform.apiKey;
    for (const authorization of [`Bearer ${key}`, `bearer ${key}`, `Token ${key}`, `token ${key}`]) {
      expect((await local.client.get('/files', { authorization })).status, authorization).to.equal(200);
    }
    for (const header of ['x-api-key', 'x-aixplain-key']) {
      expect((await local.client.get('/sdk/pipelines', { authorization: null, headers: { [header]: key } })).status, header).to.equal(200);
    }
  });

  it('name what cannot be an id or a time', async () => {
    const { teamId } = local.platform;
    const id = 'a\0b';
    for (const [path, body, field] of [
      ['/pipelines', { teamId: id, name: 'x' }, 'teamId'],
      [
        '/pipeline-executions',
        { pipelineConfigurationVersionId: id, pipelineInput: {}, pipelineInputSummary: '' },
        'pipelineConfigurationVersionId',
      ],
      ['/agent-executions', { agentConfigurationVersionId: id, agentInput: {}, agentInputSummary: 'x' }, 'agentConfigurationVersionId'],
      ['/dataset-data-versions', { datasetId: id, fileType: 'csv', fileName: 'x' }, 'datasetId'],
      ['/api-tokens', { teamId, name: 'x', expiresAt: 'Jan 1' }, 'expiresAt'],
      ['/api-tokens', { teamId, name: 'x', expiresAt: '2026-02-30' }, 'expiresAt'],
    ] as const) {
      const answer = await local.client.post(path, body);
      expect(answer.status, path).to.equal(400);
      expect(
        answer.body.details.map((problem: { field: string }) => problem.field),
        path,
      ).to.deep.equal([field]);
    }
    expect((await local.client.get('/audit-logs?startDate=5')).body.details[0].field).to.equal('startDate');
    expect((await local.client.get('/agent-configuration-versions?versionNumbers=1,abc')).body.details[0].field).to.equal('versionNumbers');
    expect((await local.client.post('/api/v1/execute/%E0%A4%A', { data: 1 })).status).to.equal(400);
  });

  it('say where JSON is broken', async () => {
    const { status, body } = await local.client.post('/datasets', undefined, {
      raw: '{"name": ',
      headers: { 'content-type': 'application/json' },
    });
    expect(status).to.equal(400);
    expect(body.error).to.include({ code: 'BAD_REQUEST' });
    expect(body.error.message).to.contain('not valid JSON');
  });

  it('name every field with a wrong type, and what is missing from an empty body', async () => {
    const wrong = await local.client.post('/datasets', { teamId: local.platform.teamId, name: 5, description: ['x'] });
    expect(wrong.status).to.equal(400);
    expect(wrong.body.error.code).to.equal('VALIDATION_ERROR');
    expect(wrong.body.error.details.map(({ field }: { field: string }) => field)).to.deep.equal(['name', 'description']);
    expect(wrong.body.details).to.deep.equal(wrong.body.error.details);
    const empty = await local.client.post('/datasets', undefined, { headers: { 'content-type': 'application/json' } });
    expect(empty.body.details.map(({ field }: { field: string }) => field)).to.deep.equal(['teamId', 'name']);
    const list = await local.client.post('/datasets', []);
    expect([list.status, list.body.details[0].field]).to.deep.equal([400, 'body']);
  });

  it('refuse text no database can hold', async () => {
    const { status, body } = await local.client.post('/datasets', { teamId: local.platform.teamId, name: 'a\u0000b' });
    expect([status, body.details[0].field]).to.deep.equal([400, 'name']);
    expect((await local.client.get('/datasets/a%00b')).status).to.equal(400);
    expect((await local.client.get('/v2/agents/a%00b')).status).to.equal(400);
    expect((await local.client.get('/datasets?name=a%00b')).status).to.equal(400);
  });

  it('do not come for unknown keys, in bodies or in queries', async () => {
    const body = { teamId: local.platform.teamId, name: 'Airports', colour: 'blue' };
    const created = await local.client.post(`/datasets?teamIds=${local.platform.teamId}&unknown=1`, body);
    expect(created.status).to.equal(201);
    expect(created.body).to.not.have.property('colour');
  });

  it('tell that login is not there', async () => {
    for (const path of ['login', 'email/initialize', 'email/verify']) {
      const { status, body } = await local.client.post(`/authentication/${path}`, {}, { authorization: null });
      expect([status, body.error.code]).to.deep.equal([501, 'NOT_IMPLEMENTED']);
    }
    expect((await local.client.post('/authentication/logout')).status).to.equal(200);
  });
});
