import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('a file larger than the memory it may take', () => {
  it('goes up and down within 150 MiB', async function () {
    this.timeout(120_000);
    const { stdout } = await promisify(execFile)(process.execPath, ['bench/transfers.mjs', '256', '--json']);
    const { results } = JSON.parse(stdout) as { results: Record<string, { peakMiB: number }> };
    for (const name of ['File.upload(path)', 'File.upload(stream of unknown size)', 'file.download(path)', 'file.download(stream)'])
      expect(results[name]?.peakMiB, name).to.be.within(0, 150);
    expect(results['peer: node-fetch, whole file in memory, up']?.peakMiB).to.be.greaterThan(200);
  });
});
