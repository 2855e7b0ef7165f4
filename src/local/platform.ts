import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { App } from './app.js';
import { openFolder } from './blobs/folder.js';
import { Presigner } from './blobs/presign.js';
import { clockFrom } from './clock.js';
import type { Platform } from './context.js';
import type { BlockHandler } from './engine/types.js';
import { agentJob, agentRunner } from './executions/agent-runner.js';
import { assetJob, assetRunner } from './executions/asset-runner.js';
import { datasetJob, datasetRunner } from './executions/dataset-runner.js';
import { pipelineJob, pipelineRunner } from './executions/pipeline-runner.js';
import { FrontGate } from './gate.js';
import { inProcessFetch } from './in-process.js';
import type { LocalPlatformOptions } from './options.js';
import { JobQueue } from './queue/queue.js';
import { plant } from './seed.js';
import { memory, openDatabase } from './store/database.js';
import { idMaker } from './store/ids.js';
import { clearTables } from './store/reset.js';
import { createFirstRecords, loadPlatformSettings, newPlatformSettings, savePlatformSettings } from './store/settings.js';
import { Accounts } from './wire/auth.js';

/** The origin of a platform that serves in-process only; its presigned URLs work through `platform.fetch`. */
const inProcessOrigin = 'http://remote-record.localhost';

/** A platform that is up. */
export interface RunningPlatform {
  platform: Platform;
  gate: FrontGate;
  url: string;
  fetch: typeof globalThis.fetch;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Opens what a platform is made of: its database, its files, its workers. */
async function open(options: LocalPlatformOptions): Promise<{ platform: Platform; isNew: boolean }> {
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  if (dataDir) await mkdir(dataDir, { recursive: true });
  const clock = clockFrom(options.clock ?? Date.now);
  const maker = { clock, newId: idMaker(clock.now) };
  const store = await openDatabase(dataDir ? join(dataDir, 'platform.db') : memory);
  const known = await loadPlatformSettings(store);
  const settings = known ?? newPlatformSettings(maker);
  const platform: Platform = {
    ...maker,
    store,
    settings,
    blobs: await openFolder(dataDir && join(dataDir, 'files')),
    presigner: new Presigner(settings.signingSecret, clock),
    accounts: new Accounts(store, clock),
    queue: new JobQueue(store, maker),
    handlers: new Map<string, BlockHandler>(),
    llm: options.llm,
  };
  platform.queue.register(pipelineJob, pipelineRunner(platform));
  platform.queue.register(datasetJob, datasetRunner(platform));
  platform.queue.register(agentJob, agentRunner(platform));
  platform.queue.register(assetJob, assetRunner(platform));
  return { platform, isNew: known === undefined };
}

/** Starts a platform: what it is made of, the seed where it is new, the workers and the server. */
export async function startPlatform(options: LocalPlatformOptions): Promise<RunningPlatform> {
  const { platform, isNew } = await open(options);
  const { store, queue, blobs, accounts, settings } = platform;
  const app = new App(platform);
  const gate = new FrontGate(app.handle, platform, options.latency);

  /** Removes what is there, and makes what a platform starts with. The settings come last: a start that was interrupted begins again. */
  async function begin(): Promise<void> {
    await clearTables(store);
    await blobs.clear();
    accounts.forget();
    await store.transaction().execute((trx) => createFirstRecords(trx, settings, platform));
    await plant(app.handle, platform, inProcessOrigin, options.seed ?? {});
    await savePlatformSettings(store, settings);
  }
  const closeStores = async (): Promise<void> => {
    await queue.stop();
    await store.destroy();
    await blobs.close();
  };

  try {
    if (isNew) await begin();
    const server = options.port === false ? undefined : await (await import('./server.js')).serve(gate, options.port ?? 0);
    await queue.start({ alone: true });
    setImmediate(() => void app.load());
    const url = server?.url ?? inProcessOrigin;
    return {
      platform,
      gate,
      url,
      fetch: inProcessFetch(url, gate),
      reset: () =>
        gate.alone(async () => {
          await queue.stop();
          platform.clock.reset();
          gate.faults.clear();
          await begin();
          gate.log.clear();
          await queue.start({ alone: true });
        }),
      async close() {
        await server?.close();
        await gate.close(closeStores);
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}
