import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { ConfigurationError, Connection, ValidationError } from '../../src/index.js';
import { Dataset, File, Moderately, Pipeline } from '../../src/moderately/index.js';
import { withEnvironment } from '../support/environment.js';
import { failure } from '../support/failure.js';
import { connect, json, key, onTheWire, origin, page, teamId } from './support/connect.js';

describe('a connection to Moderately', () => {
  onTheWire();

  describe('with everything in the environment', () => {
    withEnvironment({ MODERATELY_API_KEY: 'env-key', MODERATELY_TEAM_ID: 'env-team', MODERATELY_BASE_URL: `${origin}/env` });

    it('takes key, team and address from there', async () => {
      nock(origin, { reqheaders: { authorization: 'Bearer env-key' } })
        .get('/env/datasets')
        .query({ teamIds: 'env-team', page: 1, pageSize: 10, orderBy: 'createdAt', orderDirection: 'desc' })
        .reply(200, page([]));
      await new Moderately().Dataset.search();
    });

    it('lets options win', async () => {
      nock(origin, { reqheaders: { authorization: 'Bearer mine' } })
        .get('/datasets')
        .query({ teamIds: 'my-team', page: 1, pageSize: 10, orderBy: 'createdAt', orderDirection: 'desc' })
        .reply(200, page([]));
      await new Moderately({ apiKey: 'mine', teamId: 'my-team', baseUrl: origin }).Dataset.search();
    });

    it('does not take the key from there when credentials are given', async () => {
      nock(origin, { reqheaders: { 'x-key': 'other' }, badheaders: ['authorization'] })
        .get('/env/health')
        .reply(200, { status: 'ok', version: '1' });
      await new Moderately({ credentials: { header: 'x-key', value: 'other' } }).health();
    });
  });

  describe('with nothing in the environment', () => {
    withEnvironment({ MODERATELY_API_KEY: undefined, MODERATELY_TEAM_ID: undefined, MODERATELY_BASE_URL: undefined });

    it('says that the key is missing and names the variable, before it misses the team', () => {
      expect(() => new Moderately()).to.throw(ConfigurationError, /apiKey.*MODERATELY_API_KEY/);
    });

    it('says that the team is missing and names the variable', () => {
      expect(() => new Moderately({ apiKey: key })).to.throw(ConfigurationError, /teamId.*MODERATELY_TEAM_ID/);
    });

    it('takes a blank key or team for a missing one', () => {
      expect(() => new Moderately({ apiKey: ' ', teamId })).to.throw(ConfigurationError, 'MODERATELY_API_KEY');
      expect(() => new Moderately({ apiKey: key, teamId: '' })).to.throw(ConfigurationError, 'MODERATELY_TEAM_ID');
    });

    it('goes to the vendor', async () => {
      nock('https://api.moderately.ai').get('/health').reply(200, { status: 'ok', version: '1' });
      expect(await new Moderately({ apiKey: key, teamId }).health()).to.deep.equal({ status: 'ok', version: '1' });
    });
  });

  describe('with blanks in the environment', () => {
    withEnvironment({ MODERATELY_API_KEY: '', MODERATELY_TEAM_ID: ' ' });

    it('takes them for missing', () => {
      expect(() => new Moderately()).to.throw(ConfigurationError, 'MODERATELY_API_KEY');
      expect(() => new Moderately({ apiKey: key })).to.throw(ConfigurationError, 'MODERATELY_TEAM_ID');
    });
  });

  it('joins a base address with a path and trailing slashes by exactly one slash', async () => {
    nock(origin).get('/api/v1/files').query(true).reply(200, page([]));
    await connect({ baseUrl: `${origin}/api/v1//` }).File.search();
  });

  it('proves who it is and asks for JSON, and names no type of a body it does not send', async () => {
    nock(origin, { reqheaders: { authorization: `Bearer ${key}`, accept: /application\/json/ }, badheaders: ['content-type'] })
      .get('/datasets/d1')
      .reply(200, json.dataset());
    const mai = connect();
    const dataset = await mai.Dataset.get('d1');
    nock(origin, { reqheaders: { 'content-type': /application\/json/ } })
      .patch('/datasets/d1')
      .reply(200, json.dataset());
    await dataset.save({ name: 'Other' });
  });

  it('lets headers of the user win over its own', async () => {
    nock(origin, { reqheaders: { authorization: 'Custom', 'x-extra': '1' } })
      .get('/health')
      .reply(200, { status: 'ok', version: '1' });
    await connect({ headers: { Authorization: 'Custom', 'X-Extra': '1' } }).health();
  });

  it('proves who it is through a fetch of the user, too', async () => {
    const seen: Headers[] = [];
    const mai = connect({
      fetch: async (input, init) => {
        seen.push(new Request(input, init).headers);
        return Response.json({ userId: 'u1' });
      },
    });
    expect(await mai.whoami()).to.deep.equal({ userId: 'u1' });
    expect(seen[0]?.get('authorization')).to.equal(`Bearer ${key}`);
  });

  it('keeps searches within its team only where the platform declares that', async () => {
    const mai = connect();
    nock(origin).get('/pipelines').query({ teamIds: teamId, page: 1, pageSize: 10 }).reply(200, page([]));
    await mai.Pipeline.search();
    nock(origin).get('/dataset-data-versions').query({ page: 1, pageSize: 10 }).reply(200, page([]));
    await mai.DatasetDataVersion.search();
    nock(origin).get('/api-tokens').query({ teamId, page: 1, pageSize: 10 }).reply(200, page([]));
    await mai.ApiToken.search();
    nock(origin).get('/teams').query({ page: 1, pageSize: 10, orderBy: 'createdAt', orderDirection: 'desc' }).reply(200, page([]));
    await mai.Team.search({ teamIds: null });
  });

  it('puts an id into a path as one segment, or refuses it', async () => {
    nock(origin)
      .get('/files/a%2Fb%3Fc%23d')
      .reply(200, json.file({ fileId: 'a/b?c#d' }));
    await connect().File.get('a/b?c#d');
    for (const id of ['..', '.', '', 'a\nb']) {
      expect(await failure(connect().File.get(id))).to.be.instanceOf(ValidationError);
    }
  });

  it('refuses a count of repetitions that makes no sense', () => {
    for (const maxRetries of [-1, Number.NaN, 1.5]) expect(() => connect({ maxRetries })).to.throw(ValidationError, 'maxRetries');
  });

  it('says so when it is closed', async () => {
    const mai = connect();
    await mai.close();
    expect((await failure(mai.health())).message).to.contain('closed');
  });

  it('has one class of each kind of its own, and lives beside another', async () => {
    const one = connect({ apiKey: 'one', teamId: 'team-1' });
    const other = connect({ apiKey: 'other', teamId: 'team-2' });
    expect(one.Dataset).to.equal(one.Dataset);
    expect(one.Dataset).to.not.equal(other.Dataset);
    expect(new one.Dataset()).to.be.instanceOf(Dataset);
    nock(origin, { reqheaders: { authorization: 'Bearer one' } })
      .post('/datasets', { teamId: 'team-1', name: 'a' })
      .reply(201, json.dataset({ name: 'a' }));
    nock(origin, { reqheaders: { authorization: 'Bearer other' } })
      .post('/datasets', { teamId: 'team-2', name: 'b' })
      .reply(201, json.dataset({ name: 'b' }));
    await new one.Dataset({ name: 'a' }).save();
    await new other.Dataset({ name: 'b' }).save();
  });

  it('can be the default for the exported classes', async () => {
    expect((await failure(Dataset.get('d1'))).message).to.contain('connection');
    const mai = Moderately.connect({ apiKey: key, teamId, baseUrl: origin });
    try {
      nock(origin).get('/datasets/d1').reply(200, json.dataset());
      const dataset = await Dataset.get('d1');
      expect(dataset.context).to.equal(mai);
    } finally {
      Moderately.disconnect();
    }
    expect((await failure(File.search())).message).to.contain('connection');
  });

  it('is what its classes need', async () => {
    const plain = new Connection({ baseUrl: origin, apiKey: key });
    const error = await failure(plain.bind(Pipeline).create({ name: 'x' }));
    expect(error).to.be.instanceOf(ConfigurationError);
    expect(error.message).to.contain('Moderately');
  });

  it('shows its key to nobody', () => {
    const mai = connect();
    expect(inspect(mai, { depth: 10 }) + JSON.stringify(mai) + inspect(new mai.Dataset({ name: 'x' }), { depth: 10 })).to.not.contain(key);
  });
});
