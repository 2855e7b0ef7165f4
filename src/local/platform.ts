import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createApp } from './app.js';
import { openFolder } from './blobs/folder.js';
import { Presigner } from './blobs/presign.js';
import { clockFrom } from './clock.js';
import type { Platform } from './context.js';
import type { BlockHandler } from './engine/types.js';
import { agentJob, agentRunner } from './executions/agent-runner.js';
import { assetJob, assetRunner } from './executions/asset-runner.js';
import { datasetJob, datasetRunner } from './executions/dataset-runner.js';
import { pipelineJob, pipelineRunner } from './executions/pipeline-runner.js';
import type { LocalPlatformOptions } from './options.js';
import { JobQueue } from './queue/queue.js';
import { serve } from './server.js';
import { openDatabase } from './store/database.js';
import { idMaker } from './store/ids.js';
import { createFirstRecords, loadSettings, newSettings } from './store/settings.js';
import { Accounts } from './wire/auth.js';

/** The origin of a platform that serves in-process only; its presigned URLs work through `platform.fetch`. */
const inProcessOrigin = 'http://remote-record.localhost';

/** A platform that is up. */
export interface RunningPlatform {
  platform: Platform;
  url: string;
  fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

/** Opens the database and the files, starts the workers and the server. */
export async function startPlatform(options: LocalPlatformOptions): Promise<RunningPlatform> {
  const dataDir = options.dataDir === undefined ? undefined : resolve(options.dataDir);
  if (dataDir) await mkdir(dataDir, { recursive: true });
  const clock = clockFrom(options.clock ?? Date.now);
  const newId = idMaker(clock.now);
  const store = await openDatabase(dataDir ? join(dataDir, 'platform.db') : ':memory:');
  const blobs = await openFolder(dataDir && join(dataDir, 'files'));
  let settings = await loadSettings(store);
  if (!settings) {
    const made = newSettings({ clock, newId });
    await store.transaction().execute((trx) => createFirstRecords(trx, made, { clock, newId }));
    settings = made;
  }
  const queue = new JobQueue(store, clock, newId);
  const platform: Platform = {
    store,
    blobs,
    presigner: new Presigner(settings.signingSecret, clock),
    clock,
    settings,
    accounts: new Accounts(store, clock),
    queue,
    handlers: new Map<string, BlockHandler>(),
    llm: options.llm,
    newId,
  };
  queue.register(pipelineJob, pipelineRunner(platform));
  queue.register(datasetJob, datasetRunner(platform));
  queue.register(agentJob, agentRunner(platform));
  queue.register(assetJob, assetRunner(platform));

  const app = createApp(platform);
  const closeStores = async (): Promise<void> => {
    await queue.stop();
    await store.destroy();
    await blobs.close();
  };
  try {
    const server = options.port === false ? undefined : await serve(app.fetch, options.port ?? 0);
    await queue.start(true);
    const url = server?.url ?? inProcessOrigin;
    return {
      platform,
      url,
      fetch: inProcessFetch(url, (request) => app.fetch(request)),
      close: async () => {
        await server?.close();
        await closeStores();
      },
    };
  } catch (error) {
    await closeStores();
    throw error;
  }
}

/** A `fetch` that reaches the platform without a network, and nothing else. */
function inProcessFetch(url: string, handle: (request: Request) => Response | Promise<Response>): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    if (new URL(request.url).origin !== url) {
      throw new TypeError(`This fetch only reaches the local platform at ${url}, not ${new URL(request.url).origin}.`);
    }
    request.signal.throwIfAborted();
    // The network layer would add it; a body given as a stream has no known length there either.
    const length = lengthOf(init?.body);
    if (length !== undefined) request.headers.set('content-length', String(length));
    return await handle(request);
  };
}

function lengthOf(body: unknown): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (body instanceof Blob) return body.size;
  if (body instanceof URLSearchParams) return Buffer.byteLength(body.toString());
  return undefined;
}
