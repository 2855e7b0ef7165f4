import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe('API tokens of the local platform', () => {
  const local = usePlatform({ clock: () => Date.parse('2026-01-10T12:30:00.000Z') });

  async function token(extra: object = {}): Promise<Json> {
    const { status, body } = await local.client.post('/api-tokens', { teamId: local.platform.teamId, name: 'CI', ...extra });
    expect(status).to.equal(201);
    return body;
  }
  const as = (key: string) => ({ authorization: `Bearer ${key}` });

  it('expire at a time that is kept as the wire writes times', async () => {
    for (const given of ['2026-02-01', '2026-02-01T00:00:00.000000', '2026-02-01T02:00:00+02:00']) {
      expect((await token({ expiresAt: given })).expiresAt, given).to.equal('2026-02-01T00:00:00.000Z');
    }
  });

  it('are shown once, and recognised by their ends afterwards', async () => {
    const made = await token();
    expect(made).to.include({ name: 'CI', role: 'member', teamId: local.platform.teamId, expiresAt: null });
    const { items } = (await local.client.get(`/api-tokens?teamId=${local.platform.teamId}&tokenIds=${made.tokenId}`)).body;
    expect(items).to.have.length(1);
    expect(items[0]).to.include({ last4: made.token.slice(-4), isActive: true, createdByUserId: local.platform.userId, usage7Days: 0 });
    expect(made.token.startsWith(items[0].tokenPrefix)).to.equal(true);
    expect(JSON.stringify(items)).to.not.contain(made.token);
    const alone = (await local.client.get(`/api-tokens/${made.tokenId}`)).body;
    expect(alone.createdBy).to.deep.equal({ userId: local.platform.userId, fullName: 'Local User', nickname: 'local' });
    expect(alone).to.not.have.property('createdByUserId');
  });

  it('count requests that are refused before they reach a route as well', async () => {
    const made = await token();
    const named = (name: string) => ({ teamId: local.platform.teamId, name });
    const send = async (key: string, name: string) => {
      const options = { ...as(made.token), headers: { 'idempotency-key': key } };
      return (await local.client.post('/datasets', named(name), options)).status;
    };
    expect([await send('k', 'a'), await send('k', 'b'), await send(' ', 'c')]).to.deep.equal([201, 409, 400]);
    expect((await local.client.get(`/api-tokens/${made.tokenId}`)).body.usageStats.totalRequests).to.equal(3);
  });

  it('are listed for a team that has to be given', async () => {
    const { status, body } = await local.client.get('/api-tokens');
    expect([status, body.details[0].field]).to.deep.equal([400, 'teamId']);
    expect((await local.client.get('/api-tokens?teamId=another')).status).to.equal(403);
    expect((await local.client.get(`/api-tokens?teamId=${local.platform.teamId}`)).body.items).to.deep.equal([]);
  });

  it('see their own team and nothing else', async () => {
    const second = (await local.client.post('/teams', { name: 'Second' })).body.teamId;
    const made = await token({ teamId: second, role: 'admin' });
    const { datasetId } = await local.client.dataset('In the first team', 'a\n1\n');
    const mine = (await local.client.post('/datasets', { teamId: second, name: 'In the second' }, as(made.token))).body;
    expect((await local.client.get(`/datasets/${datasetId}`, as(made.token))).status).to.equal(403);
    expect((await local.client.get('/datasets', as(made.token))).body.items.map((item: Json) => item.datasetId)).to.deep.equal([
      mine.datasetId,
    ]);
    expect((await local.client.get('/teams', as(made.token))).body.items.map((item: Json) => item.teamId)).to.deep.equal([second]);
    expect((await local.client.post('/datasets', { teamId: local.platform.teamId, name: 'x' }, as(made.token))).status).to.equal(403);
    const third = (await local.client.post('/teams', { name: 'Third' }, as(made.token))).body.teamId;
    expect((await local.client.get(`/teams/${third}`, as(made.token))).status).to.equal(200);
  });

  it('do what their role allows', async () => {
    const reader = (await token({ role: 'readonly' })).token;
    const member = (await token()).token;
    const name = { teamId: local.platform.teamId, name: 'x' };
    expect((await local.client.get('/datasets', as(reader))).status).to.equal(200);
    const asked = await local.platform.fetch(`${local.platform.url}/datasets`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${reader}` },
    });
    expect(asked.status).to.equal(200);
    expect((await local.client.post('/v2/models/paginate', {}, as(reader))).status).to.equal(200);
    expect((await local.client.post('/datasets', name, as(reader))).status).to.equal(403);
    expect((await local.client.post('/datasets', name, as(member))).status).to.equal(201);
    expect((await local.client.post('/api-tokens', name, as(member))).status).to.equal(403);
    expect((await local.client.post('/api-tokens', { ...name, role: 'owner' })).status).to.equal(400);
  });

  it('end when they expire, are switched off or are deleted', async () => {
    const short = await token({ expiresAt: '2026-01-10T13:00:00.000Z' });
    const works = async (key: string) => (await local.client.get('/datasets', as(key))).status;
    expect(await works(short.token)).to.equal(200);
    local.platform.clock.advance(1801);
    expect(await works(short.token)).to.equal(401);
    const other = await token();
    expect((await local.client.patch(`/api-tokens/${other.tokenId}`, { isActive: false, name: 'Off' })).body).to.include({
      isActive: false,
      name: 'Off',
    });
    expect(await works(other.token)).to.equal(401);
    await local.client.patch(`/api-tokens/${other.tokenId}`, { isActive: true });
    expect(await works(other.token)).to.equal(200);
    expect((await local.client.delete(`/api-tokens/${other.tokenId}`)).status).to.equal(204);
    expect(await works(other.token)).to.equal(401);
    expect((await local.client.get(`/api-tokens/${other.tokenId}`)).status).to.equal(404);
    expect((await local.client.patch(`/api-tokens/${short.tokenId}`, { expiresAt: 'soon' })).body.details[0].field).to.equal('expiresAt');
  });

  it('count what they are used for', async () => {
    const made = await token();
    await local.client.get('/datasets', as(made.token));
    await local.client.get('/datasets?page=0', as(made.token));
    await local.client.get('/datasets/unknown', as(made.token));
    local.platform.clock.advance(3 * 24 * 3600);
    await local.client.post('/pipelines', { teamId: local.platform.teamId, name: 'x' }, as(made.token));
    const { usageStats, lastUsedAt } = (await local.client.get(`/api-tokens/${made.tokenId}`)).body;
    expect(usageStats).to.deep.equal({ totalRequests: 4, requestsLast24Hours: 1, requestsLast7Days: 4, requestsLast30Days: 4 });
    expect(lastUsedAt).to.equal('2026-01-13T12:30:00.000Z');
    const usage = async (query = '') => (await local.client.get(`/api-tokens/${made.tokenId}/usage${query}`)).body;
    expect(await usage()).to.deep.include({
      totalRequests: 4,
      requestsByEndpoint: { '/datasets': 2, '/datasets/:id': 1, '/pipelines': 1 },
      requestsByMethod: { GET: 3, POST: 1 },
      errorRate: 0.5,
    });
    expect((await usage('?method=post')).totalRequests).to.equal(1);
    expect((await usage('?startDate=2026-01-12T00:00:00Z')).totalRequests).to.equal(1);
    expect((await usage('?endDate=2026-01-12T00:00:00Z')).totalRequests).to.equal(3);
  });
});
