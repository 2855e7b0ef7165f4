import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { ConfigurationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';

describe('The HTTP server of the local platform', () => {
  it('says which port is in use and what to do', async () => {
    const first = await LocalPlatform.start();
    try {
      const port = Number(new URL(first.url).port);
      const error = await failure(LocalPlatform.start({ port }));
      expect(error).to.be.instanceOf(ConfigurationError);
      expect(error.message).to.contain(`Port ${port} is in use`).and.contain('another port');
    } finally {
      await first.close();
    }
  });
});
