import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { ResourceError, ValidationError } from '../../../src/index.js';
import { type Moderately, Team, User } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, json, onTheWire, origin, page, teamId } from '../support/connect.js';

describe('the accounts of Moderately', () => {
  onTheWire();
  let mai: Moderately;
  beforeEach(() => {
    mai = connect();
  });

  describe('a user', () => {
    it('is shown by the nickname, or by the full name where there is none', () => {
      for (const [nickname, shown, has] of [
        ['Jo', 'Jo', true],
        [undefined, 'Joan Clarke', false],
        ['  ', 'Joan Clarke', false],
      ] as const) {
        const user = User.fromDict(json.user(nickname === undefined ? {} : { nickname }));
        expect([user.displayName, user.hasNickname]).to.deep.equal([shown, has]);
      }
    });

    it('is recent for as many days as one says, whatever the time zone', () => {
      const created = (days: number): User =>
        User.fromDict(json.user({ createdAt: new Date(Date.now() - days * 86_400_000).toISOString() }));
      expect([created(6).isRecent(), created(8).isRecent(), created(8).isRecent(9)]).to.deep.equal([true, false, true]);
      for (const createdAt of [null, 'long ago']) expect(User.fromDict(json.user({ createdAt })).isRecent()).to.equal(false);
    });

    it('says when it was created, without moving it to another time zone', () => {
      expect(User.fromDict(json.user()).formattedCreatedAt).to.equal('2024-01-15 10:00:00');
      expect(User.fromDict(json.user({ createdAt: null })).formattedCreatedAt).to.equal('');
    });

    it('is renamed by a response with or without a body', async () => {
      for (const body of [undefined, json.user({ fullName: 'Joan Murray' })]) {
        const user = mai.User.fromDict(json.user());
        nock(origin).patch('/users/u1', { fullName: 'Joan Murray' }).reply(200, body);
        expect(await user.updateProfile({ fullName: 'Joan Murray' })).to.include({ fullName: 'Joan Murray', isModified: false });
      }
    });

    it('lets nothing but the full name be changed, and says so without a request', async () => {
      const user = mai.User.fromDict(json.user());
      const error = await failure<ValidationError>(user.updateProfile({ nickname: 'Jo' } as never));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('only fullName');
      expect((await failure(user.save({ nickname: 'Jo' } as never))).message).to.contain('nickname is read-only');
      expect(await failure(user.save({ fullName: '' }))).to.be.instanceOf(ValidationError);
      user.revert();
      expect(await failure(user.updateProfile({} as never))).to.be.instanceOf(ValidationError);
      expect(user).to.include({ fullName: 'Joan Clarke', isModified: false });
    });

    it('cannot be created', async () => {
      expect((await failure(mai.User.create({ fullName: 'New' }))).message).to.contain('no way to create a User');
    });

    it('has teams, found through its memberships', async () => {
      nock(origin)
        .get('/team-users')
        .query({ page: 1, pageSize: 1000, userIds: 'u1' })
        .reply(200, page([json.teamUser({ teamId: 't1' }), json.teamUser({ teamId: 't2' })], { size: 1000 }));
      nock(origin)
        .get('/teams')
        .query({ page: 1, pageSize: 100, teamIds: 't1,t2', orderBy: 'createdAt', orderDirection: 'desc' })
        .reply(200, page([json.team({ teamId: 't1' }), json.team({ teamId: 't2' })], { size: 100 }));
      const teams = await mai.User.fromDict(json.user()).teams().toArray();
      expect(teams.map(({ id }) => id)).to.deep.equal(['t1', 't2']);
      expect(teams[0]).to.be.instanceOf(Team);
    });

    it('does not hide why its teams cannot be found', async () => {
      nock(origin).get('/team-users').query(true).reply(403);
      expect((await failure(mai.User.fromDict(json.user()).teams())).name).to.equal('PermissionDeniedError');
    });
  });

  describe('a team', () => {
    it('is created by a response of 200', async () => {
      nock(origin).post('/teams', { name: 'Hut 8' }).reply(200, json.team());
      expect((await mai.Team.create({ name: 'Hut 8' })).isNew).to.equal(false);
    });

    it('cannot be deleted, and says so without a request', async () => {
      const error = await failure(mai.Team.fromDict(json.team()).delete());
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('does not support');
    });

    it('has users and members', async () => {
      const team = mai.Team.fromDict(json.team());
      nock(origin)
        .get('/users')
        .query({ page: 1, pageSize: 10, teamIds: teamId, fullNameLike: 'joan', orderBy: 'createdAt', orderDirection: 'desc' })
        .reply(200, page([json.user()]));
      expect((await team.users({ fullNameLike: 'joan' })).results[0]?.fullName).to.equal('Joan Clarke');
      nock(origin)
        .get('/team-users')
        .query({ page: 1, pageSize: 10, teamIds: teamId, roles: 'admin' })
        .reply(200, page([json.teamUser()]));
      const [member] = (await team.members({ roles: ['admin'] })).results;
      nock(origin).get('/users/u1').reply(200, json.user());
      nock(origin).get(`/teams/${teamId}`).reply(200, json.team());
      expect([(await member!.user()).id, (await member!.team()).id]).to.deep.equal(['u1', teamId]);
    });
  });

  describe('a membership', () => {
    it('changes its role and whether it is the default, and is ended by deleting it', async () => {
      const member = mai.TeamUser.fromDict(json.teamUser());
      nock(origin)
        .patch('/team-users/tu1', { role: 'admin', isDefault: false })
        .reply(200, json.teamUser({ role: 'admin', isDefault: false }));
      await member.save({ role: 'admin', isDefault: false });
      nock(origin)
        .delete('/team-users/tu1')
        .reply(400, { error: { message: 'The last admin.' } });
      expect((await failure(member.delete())).name).to.equal('BadRequestError');
      nock(origin).delete('/team-users/tu1').reply(200, { message: 'Removed.' });
      await member.delete();
      expect((await failure(mai.TeamUser.create({ role: 'admin' }))).message).to.contain('no way to create');
      expect((await failure(mai.TeamUser.fromDict(json.teamUser()).save({ role: 'boss' as 'admin' }))).message).to.contain('admin, member');
    });
  });

  describe('an API token', () => {
    const secret = 'mai_sk_0123456789';
    const made = { token: secret, tokenId: 'k1', name: 'ci', role: 'member', teamId, expiresAt: null, createdAt: null };

    it('shows its secret to the record that made it, and to nothing that prints or stores it', async () => {
      nock(origin).post('/api-tokens', { teamId, name: 'ci', expiresAt: '2100-01-01T00:00:00.000Z' }).reply(201, made);
      const token = await mai.ApiToken.create({ name: 'ci', expiresAt: new Date('2100-01-01') });
      expect(token.token).to.equal(secret);
      const shown = inspect(token, { depth: 9, showHidden: true }) + JSON.stringify(token) + JSON.stringify({ ...token }) + String(token);
      expect(shown).to.not.contain(secret);
      expect((await token.clone()).token).to.equal(null);
    });

    it('never shows it again', async () => {
      nock(origin)
        .get('/api-tokens/k1')
        .reply(200, { tokenId: 'k1', teamId, name: 'ci', usageStats: { totalRequests: 3 } });
      const token = await mai.ApiToken.get('k1');
      expect([token.token, token.usageStats?.totalRequests]).to.deep.equal([null, 3]);
    });

    it('is switched off, and deleted by a response without a body', async () => {
      const token = mai.ApiToken.fromDict({ tokenId: 'k1', name: 'ci', isActive: true });
      nock(origin).patch('/api-tokens/k1', { isActive: false }).reply(200, { tokenId: 'k1', isActive: false });
      await token.save({ isActive: false });
      nock(origin).delete('/api-tokens/k1').reply(204);
      await token.delete();
    });

    it('tells how much it was used', async () => {
      const usage = {
        totalRequests: 2,
        requestsByEndpoint: { '/files': 2 },
        requestsByMethod: { GET: 2 },
        averageResponseTime: 5,
        errorRate: 0,
      };
      nock(origin).get('/api-tokens/k1/usage').query({ startDate: '2024-01-01T00:00:00.000Z', method: 'GET' }).reply(200, usage);
      const token = mai.ApiToken.fromDict({ tokenId: 'k1', name: 'ci' });
      expect(await token.usage({ startDate: new Date('2024-01-01'), method: 'GET' })).to.deep.equal(usage);
    });
  });

  describe('an audit log', () => {
    const entry = {
      auditLogId: 'l1',
      teamId,
      userId: 'u1',
      eventType: 'dataset.updated',
      resourceType: 'dataset',
      resourceId: 'd1',
      action: 'update',
      changes: { name: ['a', 'b'] },
      metadata: null,
    };

    it('has what was changed beside what has changed of itself', async () => {
      nock(origin).get('/audit-logs/l1').reply(200, entry);
      const log = await mai.AuditLog.get('l1');
      expect(log.recordedChanges).to.deep.equal({ name: ['a', 'b'] });
      expect(log.changes).to.deep.equal({});
      expect(log.toDict()).to.deep.equal(entry);
    });

    it('is found by what was done to one thing, or by one user', async () => {
      const query = { teamId, page: 1, pageSize: 10 };
      nock(origin)
        .get('/audit-logs/entity/dataset/d1')
        .query({ ...query, action: 'update' })
        .reply(200, page([entry]));
      expect((await mai.AuditLog.ofEntity('dataset', 'd1', { action: 'update' })).length).to.equal(1);
      nock(origin)
        .get('/audit-logs/user/u1')
        .query(query)
        .reply(200, page([entry]));
      expect((await mai.AuditLog.ofUser('u1')).results[0]?.action).to.equal('update');
      expect(() => mai.AuditLog.ofEntity('x'.repeat(51), 'd1')).to.throw(ValidationError, 'entityType');
      expect(() => mai.AuditLog.ofUser('..')).to.throw(ValidationError);
    });

    it('is written by nobody but the platform', async () => {
      const log = mai.AuditLog.fromDict(entry);
      (log as { action: string }).action = 'read';
      expect((await failure(log.save())).message).to.contain('read-only');
      expect(await failure(new mai.AuditLog().save())).to.be.instanceOf(ResourceError);
    });
  });
});
