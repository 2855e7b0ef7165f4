import { join } from 'node:path';
import { expect } from 'chai';
import { LocalPlatform } from '../../../src/local/index.js';
import { openSqlite } from '../../../src/local/store/sqlite/database.js';
import { useFolder } from '../../support/folder.js';
import { itOnSqlite } from '../../support/services/only.js';
import { deferred } from '../support/deferred.js';
import { Client, throughBlock } from '../support/platform.js';

describe('Work of the local platform over a restart', () => {
  const folder = useFolder();

  /** Starts an execution that does not end, and stops the platform while it runs. */
  async function interrupted(): Promise<string> {
    const platform = await LocalPlatform.start({ port: false, dataDir: folder.path });
    const running = deferred();
    platform.block('identity', ({ signal }) => {
      running.resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const client = new Client(platform);
    const id = await client.execute((await client.pipeline('Slow', throughBlock('identity'))).versionId, { given: 1 });
    await running.promise;
    await platform.close();
    return id;
  }

  it('is taken up again and finished', async () => {
    const id = await interrupted();
    const platform = await LocalPlatform.start({ port: false, dataDir: folder.path });
    try {
      platform.block('identity', () => 'done');
      const done = await new Client(platform).finished(id);
      expect(done).to.deep.include({ status: 'completed', pipelineOutput: { output: 'done' } });
    } finally {
      await platform.close();
    }
  });

  itOnSqlite('is given up when it was interrupted again and again', async () => {
    const id = await interrupted();
    const store = await openSqlite(join(folder.path, 'platform.db'));
    await store.updateTable('jobs').set({ attempts: 10 }).execute();
    await store.destroy();
    const platform = await LocalPlatform.start({ port: false, dataDir: folder.path });
    try {
      const failed = await new Client(platform).finished(id);
      expect(failed.status).to.equal('failed');
      expect(failed.progressData.error).to.contain('interrupted 10 times');
    } finally {
      await platform.close();
    }
  });

  itOnSqlite('is not done twice for an execution that was cancelled meanwhile', async () => {
    const id = await interrupted();
    const store = await openSqlite(join(folder.path, 'platform.db'));
    await store.updateTable('pipelineExecutions').set({ status: 'cancelled' }).execute();
    await store.destroy();
    const platform = await LocalPlatform.start({ port: false, dataDir: folder.path });
    let runs = 0;
    try {
      const client = new Client(platform);
      platform.block('identity', () => runs++);
      const { versionId } = await client.pipeline('Other', throughBlock('identity'));
      await client.finished(await client.execute(versionId, { given: 1 }));
      expect((await client.get(`/pipeline-executions/${id}`)).body.status).to.equal('cancelled');
      expect(runs).to.equal(1);
    } finally {
      await platform.close();
    }
  });
});
