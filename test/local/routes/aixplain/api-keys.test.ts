import { expect } from 'chai';
import { type Json, usePlatform } from '../../support/platform.js';

describe("API keys of aiXplain's wire on the local platform", () => {
  let now = Date.parse('2024-05-01T10:00:00.000Z');
  const local = usePlatform({ clock: () => now });
  const post = async (path: string, body: object, options?: object): Promise<Json> => (await local.client.post(path, body, options)).body;
  const withKey = (key: string) => ({ authorization: `Token ${key}` });

  it('are made by the platform and shown once', async () => {
    const { status, body: made } = await local.client.post('/sdk/api-keys', { name: 'k', budget: 1, accessKey: 'mine', isAdmin: true });
    expect(status).to.equal(201);
    expect(made).to.include({ name: 'k', budget: 1, isAdmin: false });
    expect(made.accessKey).to.be.a('string').with.length.greaterThan(20);
    const masked = `${made.accessKey.slice(0, 4)}****${made.accessKey.slice(-4)}`;
    const { accessKey: _accessKey, ...rest } = made;
    expect((await local.client.get(`/sdk/api-keys/${made.id}`)).body).to.deep.equal({ ...rest, accessKey: masked });
    expect((await local.client.get('/sdk/api-keys')).body).to.deep.equal([{ ...rest, accessKey: masked }]);
    const put = (await local.client.put(`/sdk/api-keys/${made.id}`, { name: 'k', budget: 2, accessKey: 'mine' })).body;
    expect(put).to.include({ accessKey: masked, budget: 2 });
    expect((await post('/sdk/api-keys', { name: 'other' })).accessKey).to.not.equal(made.accessKey);
  });

  it('open the team until they are deleted or expire', async () => {
    const { id, accessKey } = await post('/sdk/api-keys', { name: 'k', budget: 1 });
    const agent = await post('/v2/agents', { name: 'A' }, withKey(accessKey));
    expect((await local.client.get(`/v2/agents/${agent.id}`)).body.name).to.equal('A');
    expect((await local.client.get('/sdk/api-keys', withKey(accessKey))).status, 'it is no admin').to.equal(403);
    await local.client.put(`/sdk/api-keys/${id}`, { expiresAt: '2024-05-02T00:00:00.000000Z' });
    expect((await local.client.get('/v2/agents', withKey(accessKey))).status).to.equal(200);
    now += 24 * 3600 * 1000;
    expect((await local.client.get('/v2/agents', withKey(accessKey))).status).to.equal(401);
    await local.client.put(`/sdk/api-keys/${id}`, { expiresAt: null });
    expect((await local.client.get('/v2/agents', withKey(accessKey))).status).to.equal(200);
    expect((await local.client.delete(`/sdk/api-keys/${id}`)).status).to.equal(200);
    expect((await local.client.get('/v2/agents', withKey(accessKey))).status).to.equal(401);
  });

  it('have names of their own, and numbers that make sense', async () => {
    await post('/sdk/api-keys', { name: 'k' });
    const taken = await local.client.post('/sdk/api-keys', { name: 'k' });
    expect([taken.status, taken.body.message]).to.deep.equal([422, 'name_already_exists']);
    for (const [body, field] of [
      [{}, 'name'],
      [{ name: 'x', budget: -1 }, 'budget'],
      [{ name: 'x', globalLimits: { tpm: -1 } }, 'globalLimits.tpm'],
      [{ name: 'x', globalLimits: { tokenType: 'all' } }, 'globalLimits.tokenType'],
      [{ name: 'x', assetsLimits: [{ rpm: 1 }] }, 'assetsLimits.0.assetId'],
      [{ name: 'x', expiresAt: 'soon' }, 'expiresAt'],
    ] as const) {
      const { status, body: refused } = await local.client.post('/sdk/api-keys', body);
      expect([status, refused.details?.[0].field], JSON.stringify(body)).to.deep.equal([400, field]);
    }
  });

  it('count what is run with them, and stop at their limits', async () => {
    local.platform.block('m', () => 'abcd');
    local.platform.block('other', () => 'abcd');
    const limits = { globalLimits: { tpm: 0, tpd: 0, rpm: 3, rpd: 4 }, assetsLimits: [{ assetId: 'm', tpd: 5, tokenType: 'total' }] };
    const { id, accessKey } = await post('/sdk/api-keys', { name: 'k', budget: 1, ...limits });
    const run = async (model: string): Promise<number> => {
      const { status, body } = await local.client.post(`/api/v2/execute/${model}`, { text: 'abcd' }, withKey(accessKey));
      if (status < 400) await local.client.until(body.url, ({ completed }) => completed);
      return status;
    };
    expect(await run('m')).to.equal(201);
    expect((await local.client.get(`/sdk/api-keys/${id}/usage-limits`)).body).to.deep.equal([
      { requestCount: 1, requestCountLimit: 4, tokenCount: 4, tokenCountLimit: 0, assetId: null },
      { requestCount: 1, requestCountLimit: null, tokenCount: 4, tokenCountLimit: 5, assetId: 'm' },
    ]);
    expect(await run('m')).to.equal(201);
    expect(await run('m'), 'the tokens of the model are used up').to.equal(429);
    expect(await run('other')).to.equal(201);
    expect(await run('other'), 'the requests of this minute are used up').to.equal(497);
    now += 61_000;
    expect(await run('other')).to.equal(201);
    now += 61_000;
    expect(await run('other'), 'the requests of this day are used up').to.equal(429);
    const own = (await local.client.get('/sdk/api-keys/usage-limits', withKey(accessKey))).body;
    expect(own[0]).to.include({ requestCount: 4, requestCountLimit: 4, tokenCount: 16 });
    now += 24 * 3600 * 1000;
    expect(await run('m')).to.equal(201);
    const everyone = (await local.client.get('/sdk/api-keys/usage-limits')).body;
    expect(everyone, "the platform's own key").to.deep.equal([
      { requestCount: 0, requestCountLimit: null, tokenCount: 0, tokenCountLimit: null, assetId: null },
    ]);
  });
});
