import { expect } from 'chai';
import { itWithDocument } from '../../support/vendor-document.js';
import { contract } from '../support/contract.js';
import { usePlatform } from '../support/platform.js';

describe('The local platform and the OpenAPI document', () => {
  const local = usePlatform();

  itWithDocument('have the same operations', async () => {
    const operations = contract()?.operations ?? [];
    expect(operations).to.have.length(81);
    for (const operation of operations) {
      const [method = '', template = ''] = operation.split(' ');
      const { text } = await local.client.send(method, template.replace(/\{[^}]+\}/g, 'unknown'), method === 'GET' ? undefined : {});
      expect(text, operation).to.not.contain('There is no operation');
    }
  });

  itWithDocument('answer requests without a key alike, but for health and login', async () => {
    const operations = contract()?.operations ?? [];
    const open = [
      'GET /health',
      'POST /authentication/login',
      'POST /authentication/email/initialize',
      'POST /authentication/email/verify',
    ];
    for (const operation of operations.filter((name) => !open.includes(name))) {
      const [method = '', template = ''] = operation.split(' ');
      const { status } = await local.client.send(method, template.replace(/\{[^}]+\}/g, 'unknown'), undefined, { authorization: null });
      expect(status, operation).to.equal(401);
    }
  });
});
