import { ApiKeyCache } from './accounts/api-key-cache.js';
import { createInitialRecords } from './accounts/initial-records.js';
import { App } from './app.js';
import { openTemporaryFolder } from './blobs/folder.js';
import { Presigner } from './blobs/presign.js';
import { createClock } from './clock.js';
import type { Address, Platform } from './context.js';
import type { BlockHandler } from './engine/types.js';
import { registerModule } from './executions/handlers.js';
import { agentJob, assetJob, datasetJob, pipelineJob } from './executions/job-kinds.js';
import { ProcessPool } from './isolation/pool.js';
import { type LocalPlatformOptions, limitsOf } from './options.js';
import { JobQueue } from './queue/queue.js';
import { applySeed } from './seed.js';
import { RequestGateway } from './server/gateway.js';
import { inProcessFetch } from './server/in-process.js';
import { checkNoStoredFiles, openDataFolder, openFiles } from './store/data-folder.js';
import { inMemory, openDatabase } from './store/database.js';
import { createIdGenerator } from './store/ids.js';
import { beginInitialization, loadPlatformSettings, newPlatformSettings, savePlatformSettings } from './store/settings.js';
import { TriggerScheduler } from './triggers/scheduler.js';

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
async function openServices(
  options: LocalPlatformOptions,
  address: Address,
): Promise<{ platform: Platform; isNew: boolean; isEmpty: boolean }> {
  const folder = options.dataDir === undefined ? undefined : await openDataFolder(options.dataDir);
  const clock = createClock(options.clock ?? Date.now);
  const creation = { clock, newId: createIdGenerator(clock.now) };
  const store = await openDatabase(folder?.database ?? inMemory);
  try {
    const existing = await loadPlatformSettings(store);
    if (folder && existing === 'new') await checkNoStoredFiles(folder);
    const isNew = typeof existing === 'string';
    const settings = isNew ? newPlatformSettings(creation) : existing;
    const limits = limitsOf(options);
    const queue = new JobQueue(store, creation);
    const platform: Platform = {
      ...creation,
      store,
      settings,
      address,
      limits,
      queue,
      triggers: new TriggerScheduler({ ...creation, store, queue }),
      processes: new ProcessPool(limits),
      blobs: await (folder ? openFiles(folder) : openTemporaryFolder()),
      presigner: new Presigner(settings.signingSecret, clock, address),
      apiKeys: new ApiKeyCache(store, clock),
      handlers: new Map<string, BlockHandler>(),
      llm: options.llm,
    };
    queue.register(pipelineJob, async () => (await import('./executions/pipeline-runner.js')).pipelineRunner(platform));
    queue.register(datasetJob, async () => (await import('./executions/dataset-runner.js')).datasetRunner(platform));
    queue.register(agentJob, async () => (await import('./executions/agent-runner.js')).agentRunner(platform));
    queue.register(assetJob, async () => (await import('./executions/asset-runner.js')).assetRunner(platform));
    return { platform, isNew, isEmpty: existing === 'new' };
  } catch (error) {
    await store.destroy().catch(() => {});
    throw error;
  }
}

/** Starts a platform: opens its services, applies the seed to a new one, and starts the workers and the server. */
export async function startPlatform(options: LocalPlatformOptions): Promise<RunningPlatform> {
  const publicUrl = options.publicUrl && new URL(options.publicUrl).href.replace(/\/+$/, '');
  const address: Address = { url: publicUrl ?? inProcessOrigin };
  const { platform, isNew, isEmpty } = await openServices(options, address);
  const { store, queue, triggers, blobs, apiKeys, settings, processes } = platform;
  const app = new App(platform);
  const gateway = new RequestGateway(app.handle, platform, options);

  /** Replaces all data with the initial records. The settings are saved last: an interrupted start begins again. */
  async function initialize(isEmpty = false): Promise<void> {
    await beginInitialization(store, isEmpty);
    await blobs.clear();
    apiKeys.invalidate();
    // Not in a transaction: without the settings, an interrupted start begins again.
    await createInitialRecords(store, settings, platform);
    await applySeed(app.handle, platform, inProcessOrigin, options.seed ?? {});
    await savePlatformSettings(store, settings);
  }
  const closeServices = async (): Promise<void> => {
    await triggers.stop();
    await queue.stop();
    await processes.close();
    await store.destroy();
    await blobs.close();
  };

  try {
    if (options.blocks !== undefined) await registerModule(platform, options.blocks);
    if (isNew) await initialize(isEmpty);
    const server =
      options.port === false
        ? undefined
        : await (await import('./server/http-server.js')).serve(gateway, options.port ?? 0, platform.limits);
    await queue.start({ exclusive: true });
    await triggers.start();
    setImmediate(() => void app.load());
    const url = server?.url ?? inProcessOrigin;
    address.url = publicUrl ?? url;
    return {
      platform,
      gateway,
      url,
      fetch: inProcessFetch(url, gateway, publicUrl),
      reset: () =>
        gateway.runExclusively(async () => {
          await triggers.stop();
          await queue.stop();
          platform.clock.reset();
          gateway.faults.clear();
          await initialize();
          gateway.log.clear();
          await queue.start({ exclusive: true });
          await triggers.start();
        }),
      async close() {
        await server?.close();
        await gateway.close(closeServices);
      },
    };
  } catch (error) {
    // What goes wrong while closing must not hide why.
    await closeServices().catch(() => {});
    throw error;
  }
}
