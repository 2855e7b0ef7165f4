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

  it('sends text of any characters whole, and says how many bytes it has', async () => {
    const platform = await LocalPlatform.start();
    try {
      const headers = { authorization: `Bearer ${platform.apiKey}`, 'content-type': 'application/json' };
      for (const name of ['Zurich', 'Zürich', 'Zürich 😀']) {
        const body = JSON.stringify({ teamId: platform.teamId, name });
        const response = await fetch(`${platform.url}/pipelines`, { method: 'POST', headers, body });
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(response.headers.get('content-length')).to.equal(String(bytes.length));
        expect(JSON.parse(bytes.toString()).name).to.equal(name);
      }
    } finally {
      await platform.close();
    }
  });
});
