import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { Moderately } from '../../../src/moderately/index.js';

describe('lists of the local platform', () => {
  it('are in the order of the vendor’s client: the newest dataset first, the oldest pipeline first', async () => {
    const platform = await LocalPlatform.start({ port: false });
    try {
      const mai = new Moderately({ apiKey: platform.apiKey, teamId: platform.teamId, baseUrl: platform.url, fetch: platform.fetch });
      for (const name of ['older', 'newer']) {
        await mai.Dataset.create({ name });
        await mai.Agent.create({ name });
        await mai.Pipeline.create({ name });
        platform.clock.advance(1);
      }
      const first = async (found: PromiseLike<{ results: readonly { name: string }[] }>): Promise<string | undefined> =>
        (await found).results[0]?.name;
      expect(await first(mai.Dataset.list())).to.equal('newer');
      expect(await first(mai.Agent.list())).to.equal('newer');
      expect(await first(mai.Pipeline.list())).to.equal('older');
      expect(await first(mai.Dataset.list({ orderDirection: 'asc' }))).to.equal('older');
      const key = await mai.ApiToken.create({ name: 'robot' });
      expect((await mai.ApiToken.byIds([key.id!])).results.map(({ id }) => id)).to.deep.equal([key.id]);
    } finally {
      await platform.close();
    }
  });
});
