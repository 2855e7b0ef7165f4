import { expect } from 'chai';
import { usePlatform } from '../../support/platform.js';

describe('Authentication routes of the local platform', () => {
  const local = usePlatform();

  it('have no login', async () => {
    for (const path of ['login', 'email/initialize', 'email/verify']) {
      const { status, body } = await local.client.post(`/authentication/${path}`, {}, { authorization: null });
      expect([status, body.error.code]).to.deep.equal([501, 'NOT_IMPLEMENTED']);
    }
    expect((await local.client.post('/authentication/logout')).status).to.equal(200);
  });
});
