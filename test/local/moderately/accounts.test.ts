import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';

describe('Users, teams and members of the local platform', () => {
  const local = usePlatform({
    seed: {
      users: [
        { userId: 'user-zoe', fullName: 'Zoë Example', nickname: 'zoe', email: 'Zoe@Example.test' },
        { userId: 'user-adam', fullName: 'Adam Example', email: 'adam@example.test', role: 'admin' },
      ],
    },
  });
  const membership = async (userId: string): Promise<Json> => (await local.client.get(`/team-users?userIds=${userId}`)).body.items[0];

  it('find users by id, address, team and part of a name', async () => {
    const found = async (query: string) =>
      (await local.client.get(`/users?orderBy=fullName&${query}`)).body.items.map((user: Json) => user.fullName);
    expect(await found('')).to.deep.equal(['Adam Example', 'Local User', 'Zoë Example']);
    expect(await found('userIds=user-zoe')).to.deep.equal(['Zoë Example']);
    expect(await found('userEmails=ZOE@example.test,adam@example.test')).to.deep.equal(['Adam Example', 'Zoë Example']);
    expect(await found(`fullNameLike=${encodeURIComponent('ZOË')}`)).to.deep.equal(['Zoë Example']);
    expect(await found('nicknameLike=zo')).to.deep.equal(['Zoë Example']);
    expect(await found(`teamIds=${local.platform.teamId}`)).to.have.length(3);
    expect(await found('teamIds=unknown')).to.deep.equal([]);
  });

  it('leave out a nickname nobody has', async () => {
    expect((await local.client.get('/users/user-zoe')).body).to.include({ nickname: 'zoe' });
    expect((await local.client.get('/users/user-adam')).body).to.not.have.property('nickname');
  });

  it('let a user change their own name, everywhere it is shown, and nobody else', async () => {
    const { userId } = local.platform;
    const { status, body } = await local.client.patch(`/users/${userId}`, { fullName: 'Renamed' });
    expect([status, body.fullName]).to.deep.equal([200, 'Renamed']);
    expect((await local.client.get('/team-users?nameLike=renamed')).body.items[0].userId).to.equal(userId);
    expect((await local.client.patch(`/users/${userId}`, { nickname: 'x' })).body.details[0].field).to.equal('fullName');
    expect((await local.client.patch('/users/user-zoe', { fullName: 'x' })).status).to.equal(403);
    expect((await local.client.patch('/users/unknown', { fullName: 'x' })).status).to.equal(404);
  });

  it('let whoever makes a team read, rename and use it with the same key', async () => {
    const { client } = local;
    const made = await client.post('/teams', { name: 'Second' });
    expect(made.status).to.equal(200);
    const { teamId } = made.body;
    expect((await client.patch(`/teams/${teamId}`, { name: 'Renamed' })).body.name).to.equal('Renamed');
    expect((await client.get(`/teams/${teamId}`)).body.name).to.equal('Renamed');
    expect((await client.get('/teams?name=Renamed')).body.items).to.have.length(1);
    expect((await client.post('/pipelines', { teamId, name: 'In the second team' })).status).to.equal(201);
    expect((await client.get(`/team-users?teamIds=${teamId}`)).body.items[0]).to.include({
      role: 'admin',
      isDefault: false,
      email: 'user@example.test',
    });
    expect((await client.delete(`/teams/${teamId}`)).status).to.equal(404);
  });

  it('order and filter members', async () => {
    const found = async (query: string) => (await local.client.get(`/team-users?${query}`)).body.items.map((member: Json) => member.email);
    expect(await found('orderBy=name')).to.deep.equal(['adam@example.test', 'user@example.test', 'zoe@example.test']);
    expect(await found('roles=member')).to.deep.equal(['zoe@example.test']);
    expect(await found('emailLike=ADAM')).to.deep.equal(['adam@example.test']);
    expect(await found('userIds=user-zoe,user-adam&orderBy=role&orderDirection=desc')).to.deep.equal([
      'zoe@example.test',
      'adam@example.test',
    ]);
  });

  it('change the role of a member, but never of the last admin', async () => {
    const { client } = local;
    const own = await membership(local.platform.userId);
    const adam = await membership('user-adam');
    expect((await client.get(`/team-users/${adam.teamUserId}`)).body).to.deep.equal(adam);
    expect((await client.patch(`/team-users/${adam.teamUserId}`, { role: 'member' })).body.role).to.equal('member');
    const last = await client.patch(`/team-users/${own.teamUserId}`, { role: 'member' });
    expect([last.status, last.body.message]).to.deep.equal([400, 'This is the last admin of the team: make somebody else an admin first.']);
    expect((await client.patch(`/team-users/${own.teamUserId}`, { role: 'owner' })).status).to.equal(400);
  });

  it('have one default team for a user', async () => {
    const { teamId } = (await local.client.post('/teams', { name: 'Second' })).body;
    const second = (await local.client.get(`/team-users?teamIds=${teamId}`)).body.items[0];
    expect((await local.client.patch(`/team-users/${second.teamUserId}`, { isDefault: true })).body.isDefault).to.equal(true);
    const { items } = (await local.client.get(`/team-users?userIds=${local.platform.userId}`)).body;
    expect(items.map((member: Json) => member.isDefault)).to.deep.equal([false, true]);
  });

  it('remove members, but not oneself', async () => {
    const zoe = await membership('user-zoe');
    const own = await membership(local.platform.userId);
    const removed = await local.client.delete(`/team-users/${zoe.teamUserId}`);
    expect([removed.status, typeof removed.body.message]).to.deep.equal([200, 'string']);
    expect((await local.client.get(`/team-users/${zoe.teamUserId}`)).status).to.equal(404);
    expect((await local.client.get('/users/user-zoe')).status).to.equal(403);
    expect((await local.client.delete(`/team-users/${own.teamUserId}`)).status).to.equal(400);
  });
});

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

describe('Audit logs of the local platform', () => {
  const local = usePlatform();

  it('say who did what to what, with what it changed', async () => {
    const { client } = local;
    const { datasetId } = (await client.post('/datasets', { teamId: local.platform.teamId, name: 'Airports' })).body;
    await client.patch(`/datasets/${datasetId}`, { name: 'Airports of the world' }, { headers: { 'user-agent': 'tests' } });
    await client.delete(`/datasets/${datasetId}`);
    const { items } = (await client.get(`/audit-logs/entity/dataset/${datasetId}`)).body;
    expect(items.map((log: Json) => [log.eventType, log.action, log.userId])).to.deep.equal([
      ['dataset.create', 'create', local.platform.userId],
      ['dataset.update', 'update', local.platform.userId],
      ['dataset.delete', 'delete', local.platform.userId],
    ]);
    expect(items[1].changes).to.deep.equal({ name: 'Airports of the world' });
    expect(items[1].metadata).to.include({ userAgent: 'tests' });
    expect((await client.get(`/audit-logs/${items[0].auditLogId}`)).body).to.deep.equal(items[0]);
    expect((await client.get('/audit-logs/unknown')).status).to.equal(404);
  });

  it('are narrowed by action, kind, person and time', async () => {
    const { client } = local;
    const { versionId } = await client.pipeline('Echo');
    await client.finished(await client.execute(versionId));
    const count = async (query: string) => (await client.get(`/audit-logs?${query}`)).body.pagination.totalItems;
    expect(await count('action=execute&resourceType=pipeline-execution')).to.equal(1);
    expect(await count(`userIds=${local.platform.userId},x&resourceType=pipeline`)).to.equal(1);
    expect(await count('userId=somebody-else')).to.equal(0);
    expect(await count('endDate=2001-01-01T00:00:00Z')).to.equal(0);
    expect(await count('startDate=2001-01-01T00:00:00Z&action=create')).to.equal(2);
    expect((await client.get(`/audit-logs/user/${local.platform.userId}?pageSize=1&orderBy=action`)).body.items[0].action).to.equal(
      'create',
    );
    expect((await client.get('/audit-logs?action=wish')).status).to.equal(400);
    expect((await client.get('/audit-logs?startDate=yesterday')).status).to.equal(400);
  });
});
