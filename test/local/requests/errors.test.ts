import { expect } from 'chai';
import { usePlatform } from '../support/platform.js';

describe('Errors of the local platform', () => {
  const local = usePlatform();

  it('are nested for Moderately, with the message at the top too', async () => {
    const { status, body, headers } = await local.client.get('/datasets/unknown');
    expect(status).to.equal(404);
    expect(body.error).to.include({ code: 'NOT_FOUND', path: '/datasets/unknown', requestId: headers.get('x-request-id') });
    expect(body.error.message).to.contain("'unknown'");
    expect(Date.parse(body.error.timestamp)).to.be.a('number').and.not.NaN;
    expect(body.message).to.equal(body.error.message);
  });

  it('are flat for aiXplain', async () => {
    const { status, body } = await local.client.get('/sdk/pipelines/unknown');
    expect(status).to.equal(404);
    expect(body).to.include({ statusCode: 404, error: 'Not Found' });
    expect(body.message).to.contain("'unknown'");
  });
});
