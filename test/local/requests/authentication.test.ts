import { expect } from 'chai';
import { echo, usePlatform } from '../support/platform.js';

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

describe('A key of the local platform that may only read', () => {
  const local = usePlatform();

  it('may use every operation that changes nothing, whatever its method, and no other', async () => {
    const { client, platform } = local;
    const { token } = (await client.post('/api-tokens', { teamId: platform.teamId, name: 't', role: 'readonly' })).body;
    const { versionId } = await client.pipeline('Echo');
    const { id } = (await client.post('/v2/models', { name: 'm' })).body;
    const options = { authorization: `Bearer ${token}` };
    for (const path of [
      '/pipeline-configuration-versions/validate',
      '/authentication/logout',
      '/v2/models/paginate',
      '/v1/agents/paginate',
      '/sdk/pipelines/paginate',
    ]) {
      const { status } = await client.post(path, path.includes('validate') ? { configuration: echo } : {}, options);
      expect(status, path).to.equal(200);
    }
    for (const path of ['/datasets', `/v2/models/${id}`, `/pipeline-configuration-versions/${versionId}`]) {
      expect((await client.get(path, options)).status, path).to.equal(200);
    }
    for (const [method, path] of [
      ['POST', '/v2/models'],
      ['POST', '/sdk/pipelines'],
      ['POST', `/sdk/models/${id}/run`],
      ['POST', '/sdk/file/upload-url'],
      ['POST', `/pipeline-configuration-versions/${versionId}/clone`],
      ['POST', '/datasets'],
      ['PUT', `/v2/models/${id}`],
      ['DELETE', `/v2/models/${id}`],
      ['PATCH', `/pipeline-configuration-versions/${versionId}`],
    ] as const) {
      expect((await client.send(method, path, {}, options)).status, `${method} ${path}`).to.equal(403);
    }
  });
});
