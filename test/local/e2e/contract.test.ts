import { expect } from 'chai';
import { contract, whyUnavailable } from '../support/contract.js';
import { usePlatform } from '../support/platform.js';

/** Skips a test, and says why in its place. */
function skipped(context: Mocha.Context): never {
  if (context.test) context.test.title += ` (skipped: ${whyUnavailable})`;
  return context.skip();
}

describe('The local platform and the OpenAPI document', () => {
  const local = usePlatform();

  it('have the same operations', async function () {
    const document = contract();
    if (!document) return skipped(this);
    expect(document.operations).to.have.length(81);
    for (const operation of document.operations) {
      const [method = '', template = ''] = operation.split(' ');
      const { text } = await local.client.send(method, template.replace(/\{[^}]+\}/g, 'unknown'), method === 'GET' ? undefined : {});
      expect(text, operation).to.not.contain('There is no operation');
    }
  });

  it('answer requests without a key alike, but for health and login', async function () {
    const document = contract();
    if (!document) return skipped(this);
    const open = [
      'GET /health',
      'POST /authentication/login',
      'POST /authentication/email/initialize',
      'POST /authentication/email/verify',
    ];
    for (const operation of document.operations.filter((name) => !open.includes(name))) {
      const [method = '', template = ''] = operation.split(' ');
      const { status } = await local.client.send(method, template.replace(/\{[^}]+\}/g, 'unknown'), undefined, { authorization: null });
      expect(status, operation).to.equal(401);
    }
  });
});
