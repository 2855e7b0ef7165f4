import { expect } from 'chai';
import { Durable } from '../../src/durable/index.js';
import { LocalPlatform } from '../../src/local/index.js';
import { Moderately, type PipelineConfigurationVersion, type PipelineExecution } from '../../src/moderately/index.js';
import { heldPipeline } from '../e2e/support/held.js';

describe('durable runs on the local platform', () => {
  let platform: LocalPlatform;
  let mai: Moderately;
  let version: PipelineConfigurationVersion;
  before(async () => {
    platform = await LocalPlatform.start({ port: false });
    const { url: baseUrl, apiKey, teamId, fetch } = platform;
    mai = new Moderately({ baseUrl, apiKey, teamId, fetch });
    version = await heldPipeline(platform, mai, async (n) => {
      if (n < 0) throw new Error('negative');
    });
  });
  after(async () => {
    await mai.close();
    await platform.close();
  });

  it('hands each end to its handler', async () => {
    const durable = await Durable.open({ dataDir: ':memory:', lease: 1 });
    try {
      const seen: unknown[] = [];
      durable.on<PipelineExecution, { n: number }>(
        'report',
        async ({ record, data, attempt }) => {
          seen.push([data.n, await record.output(), attempt]);
        },
        { onFailure: ({ error, data }) => seen.push([data, error.message]) },
      );
      for (const n of [1, 2, -1]) {
        const { isNew } = await durable.run(version, { in: n }, { handler: 'report', data: { n }, key: `report-${n}` });
        expect(isNew).to.equal(true);
      }
      const again = await durable.run(version, { in: 1 }, { handler: 'report', key: 'report-1' });
      expect(again.isNew).to.equal(false);
      await durable.start({ connections: [mai] });
      for (const { token } of await durable.list()) await durable.poke(JSON.parse(token!).id);
      await durable.idle();
      expect(seen).to.have.deep.members([
        [1, { out: 1 }, 1],
        [2, { out: 2 }, 1],
        [{ n: -1 }, seen.flat().find((each) => String(each).includes("Block 'held' (hold): negative"))],
      ]);
      expect(await durable.stats()).to.include({ ended: 3, failed: 0 });
    } finally {
      await durable.close();
    }
  });
});
