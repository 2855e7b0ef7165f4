import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';

describe('The latency of the local platform', () => {
  it('is had by every request', async () => {
    const asked: string[] = [];
    const latency = ({ path }: { path: string }): number => {
      asked.push(path);
      return 0.03;
    };
    const platform = await LocalPlatform.start({ port: false, latency });
    try {
      const began = performance.now();
      await platform.fetch(`${platform.url}/health`);
      expect(performance.now() - began).to.be.at.least(28);
      expect(asked).to.deep.equal(['/health']);
    } finally {
      await platform.close();
    }
  });
});
