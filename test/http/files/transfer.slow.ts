import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

describe('a file larger than the memory it may take', () => {
  it('goes up and down within 150 MiB', async function () {
    this.timeout(120_000);
    const script = `
      const { default: transfers } = await import(${JSON.stringify(new URL('../../../../bench/transfers.mjs', import.meta.url).href)});
      console.log(JSON.stringify(await transfers.run({ rounds: 1, warmUp: 0, mebibytes: 256 })));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    const rows = JSON.parse(stdout) as { contender: string; figures: Record<string, number[]> }[];
    const peakOf = (name: string): number | undefined => rows.find(({ contender }) => contender === name)?.figures['peak MiB']?.[0];
    for (const name of ['File.upload(path)', 'File.upload(stream of unknown size)', 'file.download(path)', 'file.download(stream)'])
      expect(peakOf(name), name).to.be.within(0, 150);
    expect(peakOf('node-fetch, whole file in memory, up')).to.be.greaterThan(200);
  });
});
