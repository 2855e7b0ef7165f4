import { expect } from 'chai';
import { usePlatform } from '../support/platform.js';

describe('Authentication of the local platform', () => {
  const local = usePlatform();

  it('requires a key on every route but health', async () => {
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

  it('rejects an unknown key in any header', async () => {
    for (const header of ['x-api-key', 'x-aixplain-key']) {
      expect((await local.client.get('/v2/agents', { authorization: null, headers: { [header]: 'wrong' } })).status).to.equal(401);
    }
    expect((await local.client.get('/files', { authorization: 'Bearer wrong' })).status).to.equal(401);
  });

  it('accepts the key in any header', async () => {
    const key = local.platform.apiKey;
    for (const authorization of [`Bearer ${key}`, `bearer ${key}`, `Token ${key}`, `token ${key}`]) {
      expect((await local.client.get('/files', { authorization })).status, authorization).to.equal(200);
    }
    for (const header of ['x-api-key', 'x-aixplain-key']) {
      expect((await local.client.get('/sdk/pipelines', { authorization: null, headers: { [header]: key } })).status, header).to.equal(200);
    }
  });
});
