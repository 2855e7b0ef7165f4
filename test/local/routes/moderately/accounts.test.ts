import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

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
