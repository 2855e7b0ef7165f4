import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { Moderately } from '../../src/moderately/index.js';

describe('A create whose response is lost', () => {
  it('is repeated under an idempotency key, and made once', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      const { apiKey, teamId, url, fetch } = platform;
      const mai = new Moderately({ apiKey, teamId, baseUrl: url, fetch, idempotency: true, retry: { baseDelay: 0.001 } });
      platform.faults({ method: 'POST', path: '/datasets', reset: 'after' }, { method: 'POST', path: '/datasets', status: 503 });
      const dataset = await new mai.Dataset({ name: 'once' }).save();
      const posts = platform.requests.filter(({ method }) => method === 'POST');
      expect(posts).to.have.length(3);
      expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).to.equal(1);
      const all = await mai.Dataset.search().toArray();
      expect(all.map(({ id, name }) => [id, name])).to.deep.equal([[dataset.id, 'once']]);
    } finally {
      await platform.close();
    }
  });
});
