import { ApiKeyCache } from './accounts/api-key-cache.js';
import { createInitialRecords } from './accounts/initial-records.js';
import { App } from './app.js';
import type { BlobStore } from './blobs/blob-store.js';
import { openTemporaryFolder } from './blobs/folder.js';
import { openBlobs } from './blobs/open.js';
import { Presigner } from './blobs/presign.js';
import { Upkeep } from './blobs/upkeep.js';
import { createClock } from './clock.js';
import type { Address, Platform } from './context.js';
import { type Coordinator, type Release, SingleServer } from './coordination/coordinator.js';
import type { BlockHandler } from './engine/types.js';
import { registerModule } from './executions/handlers.js';
import { agentJob, assetJob, datasetJob, pipelineJob } from './executions/job-kinds.js';
import { ProcessPool } from './isolation/pool.js';
import type { Observation } from './observation/index.js';
import { observedRunner } from './observation/jobs.js';
import type { Observer } from './observation/observer.js';
import { Readiness } from './observation/readiness.js';
import { type LocalPlatformLimits, type LocalPlatformOptions, limitsOf } from './options.js';
import { defaultConcurrency } from './queue/concurrency.js';
import type { JobQueue, JobRunner } from './queue/queue.js';
import { SqliteJobQueue } from './queue/sqlite-queue.js';
import { applySeed } from './seed.js';
import { RequestGateway } from './server/gateway.js';
import { inProcessFetch } from './server/in-process.js';
import { checkNoStoredFiles, openDataFolder, openFiles, openSharedFiles } from './store/data-folder.js';
import type { Store } from './store/database.js';
import { type CreationContext, createIdGenerator } from './store/ids.js';
import {
  beginInitialization,
  checkApiKey,
  loadPlatformSettings,
  newPlatformSettings,
  type PlatformSettings,
  savePlatformSettings,
} from './store/settings.js';
import { checkSharedFolder } from './store/shared-folder.js';
import { inMemory, openSqlite } from './store/sqlite/database.js';
import { TriggerScheduler } from './triggers/scheduler.js';

/** The origin of a platform without a server; its presigned URLs work through `platform.fetch`. */
const inProcessOrigin = 'http://remote-record.localhost';

/** A started platform. */
export interface RunningPlatform {
  platform: Platform;
  gateway: RequestGateway;
  url: string;
  fetch: typeof globalThis.fetch;
  drain(): void;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** The lock of those who write the first records. */
export const initialization = 'initialization';

/** Where a platform keeps its data. */
export interface Storage {
  store: Store;
  coordinator: Coordinator;
  /**
   * Opens the folder for files.
   * @param existing What the database had when it was opened.
   */
  openFolder(existing: PlatformSettings | 'new' | 'unfinished', settings: PlatformSettings): Promise<BlobStore>;
  connections?: Platform['connections'];
  openQueue(creation: CreationContext, limits: Required<LocalPlatformLimits>, onFailure?: Observer['failed']): Promise<JobQueue>;
}

/** Opens what keeps a platform's data. */
export async function openStorage({
  databaseUrl,
  dataDir,
  worker,
  concurrency = defaultConcurrency,
}: LocalPlatformOptions): Promise<Storage> {
  if (databaseUrl !== undefined) {
    const { openPostgres } = await import('./store/postgres/database.js');
    const jobs = worker === false ? 0 : concurrency;
    const { store, connections } = await openPostgres(databaseUrl, jobs);
    const { PostgresCoordinator } = await import('./coordination/postgres.js');
    const coordinator = await PostgresCoordinator.open(databaseUrl).catch(async (error: unknown) => {
      await store.destroy().catch(() => {});
      throw error;
    });
    return {
      store,
      connections,
      coordinator,
      async openFolder(existing, settings) {
        const path = dataDir as string;
        const blobs = await openSharedFiles(path);
        await checkSharedFolder(path, settings, typeof existing === 'string');
        return blobs;
      },
      async openQueue({ newId }, { teamExecutions }, onFailure) {
        const { openPostgresQueue } = await import('./queue/postgres/postgres-queue.js');
        return await openPostgresQueue(databaseUrl, store, connections, { newId, concurrency: jobs, teamExecutions, onFailure });
      },
    };
  }
  const folder = dataDir === undefined ? undefined : await openDataFolder(dataDir);
  const store = await openSqlite(folder?.database ?? inMemory);
  return {
    store,
    coordinator: new SingleServer(),
    async openFolder(existing) {
      if (!folder) return await openTemporaryFolder();
      if (existing === 'new') await checkNoStoredFiles(folder);
      return await openFiles(folder);
    },
    openQueue: async (creation) => new SqliteJobQueue(store, { ...creation, concurrency }),
  };
}

interface OpenServices {
  platform: Platform;
  /** Whether the database has no records yet. */
  isNew: boolean;
  /** Whether it has nothing at all, because it has just been made. */
  isEmpty: boolean;
  /** Lets other servers begin, once there are records. */
  initialized: Release;
  metrics: Observation['metrics'];
}

/** Opens the services of a platform: its database, its files and its job queue. */
async function openServices(options: LocalPlatformOptions, address: Address): Promise<OpenServices> {
  const clock = createClock(options.clock ?? Date.now);
  const creation = { clock, newId: createIdGenerator(clock.now) };
  const { store, coordinator, connections, openFolder, openQueue } = await openStorage(options);
  let release: Release | undefined;
  try {
    // Several servers may find a new database at the same time: one of them writes the first records.
    release = await coordinator.acquire(initialization);
    const existing = await loadPlatformSettings(store);
    const isNew = typeof existing === 'string';
    const settings = isNew ? newPlatformSettings(creation, options.apiKey) : existing;
    checkApiKey(settings, options.apiKey);
    const { observer, metrics } = await observation(options, settings);
    const limits = limitsOf(options);
    const queue = await openQueue(creation, limits, (what, error) => observer?.failed(what, error));
    const platform: Platform = {
      ...creation,
      store,
      connections,
      coordinator,
      settings,
      address,
      limits,
      queue,
      runsExecutions: options.worker !== false,
      triggers: new TriggerScheduler({ ...creation, store, queue, coordinator }),
      processes: new ProcessPool(limits),
      blobs: await openBlobs(options, { store, settings }, () => openFolder(existing, settings)),
      presigner: new Presigner(settings.signingSecret, clock, address),
      apiKeys: new ApiKeyCache(store, clock, coordinator),
      handlers: new Map<string, BlockHandler>(),
      llm: options.llm,
      observer,
    };
    const register = (kind: string, load: () => Promise<JobRunner>): void =>
      queue.register(kind, observer ? async () => observedRunner(kind, await load(), observer) : load);
    register(pipelineJob, async () => (await import('./executions/pipeline-runner.js')).pipelineRunner(platform));
    register(datasetJob, async () => (await import('./executions/dataset-runner.js')).datasetRunner(platform));
    register(agentJob, async () => (await import('./executions/agent-runner.js')).agentRunner(platform));
    register(assetJob, async () => (await import('./executions/asset-runner.js')).assetRunner(platform));
    return { platform, isNew, isEmpty: existing === 'new', metrics, initialized: release };
  } catch (error) {
    await release?.();
    await coordinator.close();
    await store.destroy().catch(() => {});
    throw error;
  }
}

/** What observes a platform, loaded where it is asked for. */
async function observation(options: LocalPlatformOptions, settings: PlatformSettings): Promise<Partial<Observation>> {
  if (!options.metrics && !options.log) return {};
  return await (await import('./observation/index.js')).openObservation(options, settings);
}

/** Starts a platform: opens its services, applies the seed to a new one, and starts the workers and the server. */
export async function startPlatform(options: LocalPlatformOptions): Promise<RunningPlatform> {
  const publicUrl = options.publicUrl && new URL(options.publicUrl).href.replace(/\/+$/, '');
  const address: Address = { url: publicUrl ?? inProcessOrigin };
  const { platform, isNew, isEmpty, metrics, initialized } = await openServices(options, address);
  const { store, coordinator, queue, triggers, blobs, apiKeys, settings, processes, observer } = platform;
  // Other servers may use a PostgreSQL database.
  const exclusive = options.databaseUrl === undefined;
  const readiness = new Readiness(platform, (what, error) => observer?.failed(what, error));
  const app = new App(platform, { readiness, metrics });
  const isWorker = options.worker === 'only';
  const servesState = isWorker && typeof options.port === 'number';
  const gateway = new RequestGateway(servesState ? app.handleState : app.handle, platform, options);

  /** Replaces all data with the initial records. The settings are saved last: an interrupted start begins again. */
  async function initialize(isEmpty = false): Promise<void> {
    const begun = await beginInitialization(store, queue.removals(), isEmpty);
    await blobs.clear();
    apiKeys.invalidate();
    // Not in a transaction: without the settings, an interrupted start begins again.
    await createInitialRecords(store, settings, platform);
    await applySeed(app.handle, platform, inProcessOrigin, options.seed ?? {});
    await savePlatformSettings(store, settings, begun);
  }
  const upkeep = new Upkeep(platform);
  const closeServices = async (): Promise<void> => {
    await triggers.stop();
    await queue.stop();
    await processes.close();
    await upkeep.stop();
    await coordinator.close();
    await store.destroy();
    await blobs.close();
    observer?.close();
  };

  try {
    if (options.blocks !== undefined) await registerModule(platform, options.blocks);
    if (isNew) await initialize(isEmpty);
    await initialized();
    const server =
      options.port === false || (isWorker && !servesState)
        ? undefined
        : await (await import('./server/http-server.js')).serve(gateway, { host: options.host, port: options.port }, platform.limits);
    // Servers fire triggers, workers do not.
    if (!isWorker) await triggers.start();
    await queue.start({ exclusive });
    if (!isWorker) setImmediate(() => void app.load());
    upkeep.start();
    const url = server?.url ?? inProcessOrigin;
    // A worker serves no files.
    address.url = publicUrl ?? (isWorker ? inProcessOrigin : url);
    return {
      platform,
      gateway,
      url,
      fetch: inProcessFetch(url, gateway, { publicUrl, storage: blobs.direct?.origin }),
      drain() {
        readiness.draining = true;
      },
      reset: () =>
        gateway.runExclusively(async () => {
          await triggers.stop();
          await queue.stop();
          platform.clock.reset();
          gateway.faults.clear();
          const release = await coordinator.acquire(initialization);
          try {
            await initialize();
          } finally {
            await release();
          }
          gateway.log.clear();
          if (!isWorker) await triggers.start();
          await queue.start({ exclusive });
        }),
      async close() {
        readiness.draining = true;
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
