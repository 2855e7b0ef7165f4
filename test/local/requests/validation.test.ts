import { expect } from 'chai';
import { schema } from '../../../src/local/requests/validation.js';
import { usePlatform } from '../support/platform.js';

describe('Validation of requests to the local platform', () => {
  const local = usePlatform();

  it('names invalid ids and times', async () => {
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

  it('reports malformed JSON', async () => {
    const { status, body } = await local.client.post('/datasets', undefined, {
      raw: '{"name": ',
      headers: { 'content-type': 'application/json' },
    });
    expect(status).to.equal(400);
    expect(body.error).to.include({ code: 'BAD_REQUEST' });
    expect(body.error.message).to.contain('not valid JSON');
  });

  it('names every field of the wrong type, and those missing from an empty body', async () => {
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

  it('rejects NUL characters', async () => {
    const { status, body } = await local.client.post('/datasets', { teamId: local.platform.teamId, name: 'a\u0000b' });
    expect([status, body.details[0].field]).to.deep.equal([400, 'name']);
    expect((await local.client.get('/datasets/a%00b')).status).to.equal(400);
    expect((await local.client.get('/v2/agents/a%00b')).status).to.equal(400);
    expect((await local.client.get('/datasets?name=a%00b')).status).to.equal(400);
  });

  it('ignores unknown keys in bodies and queries', async () => {
    const body = { teamId: local.platform.teamId, name: 'Airports', colour: 'blue' };
    const created = await local.client.post(`/datasets?teamIds=${local.platform.teamId}&unknown=1`, body);
    expect(created.status).to.equal(201);
    expect(created.body).to.not.have.property('colour');
  });
});

describe('The schema of a body', () => {
  it('is built when it is needed first, and once', async () => {
    let built = 0;
    const named = schema(async ({ name, z }) => {
      built++;
      return z.object({ name: name() });
    });
    expect(built).to.equal(0);
    const [one, other] = await Promise.all([named(), named()]);
    expect([built, other === one, one.safeParse({ name: '' }).success]).to.deep.equal([1, true, false]);
  });
});
