import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ApiKeyCache } from './accounts/api-key-cache.js';
import { createInitialRecords } from './accounts/initial-records.js';
import { App } from './app.js';
import { openBlobFolder } from './blobs/folder.js';
import { Presigner } from './blobs/presign.js';
import { createClock } from './clock.js';
import type { Platform } from './context.js';
import type { BlockHandler } from './engine/types.js';
import { agentJob, agentRunner } from './executions/agent-runner.js';
import { assetJob, assetRunner } from './executions/asset-runner.js';
import { datasetJob, datasetRunner } from './executions/dataset-runner.js';
import { registerModule } from './executions/handlers.js';
import { pipelineJob, pipelineRunner } from './executions/pipeline-runner.js';
import { checkLimits } from './isolation/limits.js';
import { ProcessPool } from './isolation/pool.js';
import type { LocalPlatformOptions } from './options.js';
import { JobQueue } from './queue/queue.js';
import { applySeed } from './seed.js';
import { RequestGateway } from './server/gateway.js';
import { inProcessFetch } from './server/in-process.js';
import { inMemory, openDatabase } from './store/database.js';
import { createIdGenerator } from './store/ids.js';
import { clearTables } from './store/reset.js';
import { loadPlatformSettings, newPlatformSettings, savePlatformSettings } from './store/settings.js';

/** The origin of a platform without a server; its presigned URLs work through `platform.fetch`. */
const inProcessOrigin = 'http://remote-record.localhost';

/** A started platform. */
export interface RunningPlatform {
  platform: Platform;
  gateway: RequestGateway;
  url: string;
  fetch: typeof globalThis.fetch;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the services of a platform: its database, its files and its job queue. */
async function openServices(options: LocalPlatformOptions): Promise<{ platform: Platform; isNew: boolean }> {
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  if (dataDir) await mkdir(dataDir, { recursive: true });
  const clock = createClock(options.clock ?? Date.now);
  const creation = { clock, newId: createIdGenerator(clock.now) };
  const store = await openDatabase(dataDir ? join(dataDir, 'platform.db') : inMemory);
  const existing = await loadPlatformSettings(store);
  const limits = checkLimits(options.limits);
  const settings = existing ?? newPlatformSettings(creation);
  const platform: Platform = {
    ...creation,
    store,
    settings,
    blobs: await openBlobFolder(dataDir && join(dataDir, 'files')),
    presigner: new Presigner(settings.signingSecret, clock),
    apiKeys: new ApiKeyCache(store, clock),
    queue: new JobQueue(store, creation),
    handlers: new Map<string, BlockHandler>(),
    llm: options.llm,
    limits,
    processes: new ProcessPool(limits),
  };
  platform.queue.register(pipelineJob, pipelineRunner(platform));
  platform.queue.register(datasetJob, datasetRunner(platform));
  platform.queue.register(agentJob, agentRunner(platform));
  platform.queue.register(assetJob, assetRunner(platform));
  return { platform, isNew: existing === undefined };
}

/** Starts a platform: opens its services, applies the seed to a new one, and starts the workers and the server. */
export async function startPlatform(options: LocalPlatformOptions): Promise<RunningPlatform> {
  const { platform, isNew } = await openServices(options);
  const { store, queue, blobs, apiKeys, settings, processes } = platform;
  const app = new App(platform);
  const gateway = new RequestGateway(app.handle, platform, options.latency);

  /** Replaces all data with the initial records. The settings are saved last, so that an interrupted start begins again. */
  async function initialize(): Promise<void> {
    await clearTables(store);
    await blobs.clear();
    apiKeys.invalidate();
    await store.transaction().execute((trx) => createInitialRecords(trx, settings, platform));
    await applySeed(app.handle, platform, inProcessOrigin, options.seed ?? {});
    await savePlatformSettings(store, settings);
  }
  const closeServices = async (): Promise<void> => {
    await queue.stop();
    await processes.close();
    await store.destroy();
    await blobs.close();
  };

  try {
    if (options.blocks !== undefined) await registerModule(platform, options.blocks);
    if (isNew) await initialize();
    const server = options.port === false ? undefined : await (await import('./server/http-server.js')).serve(gateway, options.port ?? 0);
    await queue.start({ exclusive: true });
    setImmediate(() => void app.load());
    const url = server?.url ?? inProcessOrigin;
    return {
      platform,
      gateway,
      url,
      fetch: inProcessFetch(url, gateway),
      reset: () =>
        gateway.runExclusively(async () => {
          await queue.stop();
          platform.clock.reset();
          gateway.faults.clear();
          await initialize();
          gateway.log.clear();
          await queue.start({ exclusive: true });
        }),
      async close() {
        await server?.close();
        await gateway.close(closeServices);
      },
    };
  } catch (error) {
    await closeServices();
    throw error;
  }
}
