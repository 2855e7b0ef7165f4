import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../src/local/index.js';
import { openDatabase } from '../../src/local/store/database.js';
import { Client } from './support/platform.js';

const configuration = {
  id: 'c',
  name: 'c',
  blocks: {
    given: { id: 'given', type: 'constant', config: { config_value: 1 } },
    work: { id: 'work', type: 'identity', config: {} },
    result: { id: 'result', type: 'output', config: {} },
  },
  connections: [
    { source_block_id: 'given', source_port: 'data', target_block_id: 'work', target_port: 'data' },
    { source_block_id: 'work', source_port: 'data', target_block_id: 'result', target_port: 'data' },
  ],
};

describe('Work of the local platform over a restart', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'local-restart-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts an execution that does not end, and stops the platform while it runs. */
  async function interrupted(): Promise<string> {
    const platform = await LocalPlatform.start({ port: false, dataDir: folder });
    let began = (): void => {};
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    platform.block('identity', ({ signal }) => {
      began();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const client = new Client(platform);
    const id = await client.execute((await client.pipeline('Slow', configuration)).versionId, {});
    await running;
    await platform.close();
    return id;
  }

  it('is taken up again and finished', async () => {
    const id = await interrupted();
    const platform = await LocalPlatform.start({ port: false, dataDir: folder });
    try {
      platform.block('identity', () => 'done');
      const done = await new Client(platform).finished(id);
      expect(done).to.deep.include({ status: 'completed', pipelineOutput: { output: 'done' } });
    } finally {
      await platform.close();
    }
  });

  it('is given up when it was interrupted again and again', async () => {
    const id = await interrupted();
    const store = await openDatabase(join(folder, 'platform.db'));
    await store.updateTable('jobs').set({ attempts: 10 }).execute();
    await store.destroy();
    const platform = await LocalPlatform.start({ port: false, dataDir: folder });
    try {
      const failed = await new Client(platform).finished(id);
      expect(failed.status).to.equal('failed');
      expect(failed.progressData.error).to.contain('interrupted 10 times');
    } finally {
      await platform.close();
    }
  });

  it('is not done twice for an execution that was cancelled meanwhile', async () => {
    const id = await interrupted();
    const store = await openDatabase(join(folder, 'platform.db'));
    await store.updateTable('pipelineExecutions').set({ status: 'cancelled' }).execute();
    await store.destroy();
    const platform = await LocalPlatform.start({ port: false, dataDir: folder });
    let runs = 0;
    try {
      const client = new Client(platform);
      platform.block('identity', () => runs++);
      const { versionId } = await client.pipeline('Other', configuration);
      await client.finished(await client.execute(versionId, {}));
      expect((await client.get(`/pipeline-executions/${id}`)).body.status).to.equal('cancelled');
      expect(runs).to.equal(1);
    } finally {
      await platform.close();
    }
  });
});
