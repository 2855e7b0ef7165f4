import { expect } from 'chai';
import nock from 'nock';
import { ResourceError, UnprocessableEntityError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, body, connect, fetching, fieldsOf } from '../support/platform.js';

const limits = { tpm: 1, tpd: 2, rpm: 3, rpd: 4, tokenType: 'output' };
const stored = {
  id: 'k1',
  name: 'n',
  budget: 10,
  accessKey: 'abcd****wxyz',
  isAdmin: false,
  expiresAt: '2027-01-01T00:00:00.000Z',
  globalLimits: limits,
  assetsLimits: [{ ...limits, assetId: 'm1' }],
};

const loaded = fetching('APIKey', '/sdk/api-keys/k1', stored);

describe('an API key', () => {
  withoutNetwork();

  it('has its limits by their names', async () => {
    const key = await loaded();
    const own = { tokenPerMinute: 1, tokenPerDay: 2, requestPerMinute: 3, requestPerDay: 4, tokenType: 'output' };
    expect([key.globalLimits, key.assetLimits, key.key, key.isModified]).to.deep.equal([
      own,
      [{ ...own, model: 'm1' }],
      'abcd****wxyz',
      false,
    ]);
    expect((await loaded({ globalLimits: {}, assetsLimits: null })).globalLimits).to.deep.equal({
      tokenPerMinute: 0,
      tokenPerDay: 0,
      requestPerMinute: 0,
      requestPerDay: 0,
      tokenType: null,
    });
  });

  it('is created with what the platform takes, and shows its text once', async () => {
    const sent = {
      name: 'n',
      budget: 5,
      expiresAt: '2027-01-01T00:00:00.000Z',
      globalLimits: { tpm: 7, tpd: 0, rpm: 0, rpd: 0, tokenType: null },
      assetsLimits: [{ tpm: 0, tpd: 0, rpm: 60, rpd: 0, tokenType: 'input', assetId: 'm1' }],
    };
    nock(backend)
      .post('/sdk/api-keys', sent as nock.DataMatcherMap)
      .reply(201, { ...sent, id: 'k1', accessKey: 'the whole text' });
    const key = await connect().APIKey.create({
      name: 'n',
      budget: 5,
      expiresAt: new Date('2027-01-01'),
      globalLimits: { tokenPerMinute: 7 },
      assetLimits: [{ model: 'm1', requestPerMinute: 60, tokenType: 'input' }],
    });
    expect([key.id, key.key, key.isModified]).to.deep.equal(['k1', 'the whole text', false]);
  });

  it('names models by their paths, which are looked up', async () => {
    const aix = connect();
    const model = aix.Model.fromDict({ id: 'm1', path: 'acme/chat/acme' });
    nock(backend).get('/v2/models/acme%2Fchat%2Facme').reply(200, { id: 'm1', path: 'acme/chat/acme' });
    nock(backend)
      .post('/sdk/api-keys', ({ assetsLimits }) => assetsLimits[0].assetId === 'm1')
      .reply(201, { ...stored });
    const key = await aix.APIKey.create({ name: 'n', assetLimits: [{ model }] });
    expect([key.assetLimits?.[0]?.model, key.isModified]).to.deep.equal(['acme/chat/acme', false]);
    nock(backend).get('/v2/models/no%2Fsuch').reply(404, {});
    expect(await failure(aix.APIKey.create({ name: 'n', assetLimits: [{ model: 'no/such' }] }))).to.be.instanceOf(ValidationError);
  });

  it('is refused with everything that is wrong with it', async () => {
    const error = await failure(
      connect().APIKey.create({
        name: 'n',
        budget: -1,
        globalLimits: { tokenPerMinute: -1, tokenPerDay: -1, requestPerMinute: -1, requestPerDay: -1, tokenType: 'odd' as never },
        assetLimits: [{ requestPerDay: -1 } as never],
      }),
    );
    expect(fieldsOf(error)).to.deep.equal([
      'budget',
      'globalLimits.tokenPerMinute',
      'globalLimits.tokenPerDay',
      'globalLimits.requestPerMinute',
      'globalLimits.requestPerDay',
      'globalLimits.tokenType',
      'assetLimits.0.requestPerDay',
      'assetLimits.0.model',
    ]);
  });

  it('is changed with the whole of it, and takes the response over', async () => {
    const key = await loaded();
    nock(backend)
      .put('/sdk/api-keys/k1', ({ id, budget, accessKey }) => id === 'k1' && budget === 9 && accessKey === undefined)
      .reply(200, { ...stored, budget: 5 });
    await key.save({ budget: 9 });
    expect(key.budget).to.equal(5);
  });

  it('of a name that is taken is an error, unless it takes the other one over', async () => {
    const Keys = connect().APIKey;
    nock(backend).post('/sdk/api-keys').times(2).reply(422, { message: 'name_already_exists' });
    expect(await failure(Keys.create({ name: 'n' }))).to.be.instanceOf(UnprocessableEntityError);
    nock(backend)
      .get('/sdk/api-keys')
      .reply(200, [{ ...stored, id: 'k0', name: 'other' }, stored]);
    nock(backend)
      .put('/sdk/api-keys/k1', ({ id, budget }) => id === 'k1' && budget === 3)
      .reply(200, { ...stored, budget: 3 });
    const key = await Keys.create({ name: 'n', budget: 3 }, { takeOver: true });
    expect([key.id, key.budget]).to.deep.equal(['k1', 3]);
  });

  it('has limits that are set one by one', async () => {
    const key = await loaded({ globalLimits: null });
    key.setLimit('tokenPerDay', 5);
    key.setLimit('requestPerMinute', 6, 'm1');
    key.setLimit('requestPerDay', 7, connect().Model.fromDict({ id: 'm1', path: 'p' }));
    expect([key.globalLimits, key.assetLimits?.[0]?.requestPerMinute, key.assetLimits?.[0]?.requestPerDay]).to.deep.equal([
      { tokenPerDay: 5 },
      6,
      7,
    ]);
    expect(() => key.setLimit('tokenPerDay', 1, 'none')).to.throw(ValidationError, 'none');
  });

  it('is listed, found by its text, and deleted', async () => {
    const Keys = connect().APIKey;
    nock(backend)
      .get('/sdk/api-keys')
      .times(3)
      .reply(200, [stored, { ...stored, id: 'k2', accessKey: 'aaaa****zzzz' }]);
    const page = await Keys.search();
    expect([page.total, page.pageTotal]).to.deep.equal([2, 1]);
    expect((await Keys.getByAccessKey('aaaa-what-is-in-between-zzzz')).id).to.equal('k2');
    expect(await failure(Keys.getByAccessKey('bbbb-zzzz'))).to.be.instanceOf(ResourceError);
    expect(await failure(Keys.getByAccessKey('short'))).to.be.instanceOf(ValidationError);
    nock(backend).delete('/sdk/api-keys/k1').reply(200, {});
    const [key] = page.results;
    await key?.delete();
    expect([key?.id, key?.isDeleted]).to.deep.equal([null, true]);
  });

  it('says what was used, of all models or of one', async () => {
    const usage = [
      { requestCount: 1, requestCountLimit: 100, tokenCount: 2, tokenCountLimit: 1000, assetId: null },
      { requestCount: 3, requestCountLimit: null, assetId: 'm1' },
    ];
    const key = await loaded();
    nock(backend).get('/sdk/api-keys/k1/usage-limits').times(2).reply(200, usage);
    nock(backend).get('/sdk/api-keys/usage-limits').reply(200, usage);
    expect(await key.usage()).to.deep.equal([
      { dailyRequestCount: 1, dailyRequestLimit: 100, dailyTokenCount: 2, dailyTokenLimit: 1000, model: null },
      { dailyRequestCount: 3, dailyRequestLimit: null, dailyTokenCount: null, dailyTokenLimit: null, model: 'm1' },
    ]);
    expect((await key.usage({ model: connect().Model.fromDict({ id: 'm1' }) as never })).length).to.equal(1);
    expect((await connect().APIKey.usage()).length).to.equal(2);
    nock(backend).get('/sdk/api-keys/k1/usage-limits').reply(200, body({}));
    expect((await failure(key.usage())).message).to.contain('expected a list');
  });
});
