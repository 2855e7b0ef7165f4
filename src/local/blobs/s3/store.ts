import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BlobStore, DirectTransfers, LentFiles, StoredBytes } from '../blob-store.js';
import { makeTemporaryFolder } from '../temporary-folder.js';
import { S3Api } from './api.js';
import { commonPrefix, type S3Options } from './options.js';
import { readRange } from './reading.js';
import { type OnStage, receivedAt, stageSource } from './staging.js';

/** Milliseconds after which what was put, but not taken, is deleted, and an upload that its process left is ended. */
const patience = 24 * 60 * 60 * 1000;

/** What a platform is to the bucket. */
export interface Tenant {
  /** The id of the platform: its keys are below it, so that platforms share a bucket. */
  id: string;
  /** Whether the platform ends with its process, and its files with it. */
  isTemporary: boolean;
  /** Is told where bytes are about to be written, so that they are deleted should the process end before they belong to an object. */
  onStage: OnStage;
}

/**
 * Opens a store that keeps objects in a bucket. Clients transfer bytes to and from the bucket itself.
 * @throws ConfigurationError for a bucket that cannot be used, or a package that is missing.
 */
export async function openS3(options: S3Options, { id, isTemporary, onStage }: Tenant): Promise<BlobStore> {
  const api = await S3Api.open(options);
  const folder = await makeTemporaryFolder().catch((error: unknown) => {
    api.close();
    throw error;
  });
  const prefix = `${commonPrefix}${id}/`;
  /** What waits to be taken, and what no request ends. */
  const incoming = `${prefix}incoming/`;
  const lasting = `${prefix}shared/`;

  const temporaryFile = (): string => join(folder.path, randomUUID());

  const whole = ({ location, size }: StoredBytes) => readRange(api, location, { start: 0, end: size - 1 });

  function lend(): LentFiles {
    const files = new Map<string, { path: string; copied: Promise<void> }>();
    const released = new AbortController();
    return {
      async path(bytes) {
        let file = files.get(bytes.location);
        if (!file) {
          const path = temporaryFile();
          file = { path, copied: pipeline(whole(bytes), createWriteStream(path), { signal: released.signal }) };
          files.set(bytes.location, file);
        }
        try {
          await file.copied;
          return file.path;
        } catch (error) {
          files.delete(bytes.location);
          await rm(file.path, { force: true });
          throw error;
        }
      },
      async release() {
        released.abort();
        await Promise.allSettled([...files.values()].map(({ copied }) => copied));
        await Promise.all([...files.values()].map(({ path }) => rm(path, { force: true })));
      },
    };
  }

  async function clear(before?: Date): Promise<void> {
    await api.deleteBelow(before ? incoming : prefix, before);
    await api.abortBelow(prefix, before);
  }

  const direct: DirectTransfers = {
    origin: api.origin,
    locationOf: (key, lasts) => `${lasts ? lasting : incoming}${key}`,
    uploadUrl: (upload) => api.uploadUrl(upload),
    downloadUrl: (location) => api.downloadUrl(location),
    async received(location) {
      const head = await api.head(location);
      return head && receivedAt(api, prefix, location, head, onStage);
    },
    tidy: () => clear(new Date(Date.now() - patience)),
  };

  return {
    direct,
    stage: (object, source) => stageSource(api, prefix, object, source, onStage),
    read: async (bytes, range) => (range ? readRange(api, bytes.location, range) : whole(bytes)),
    lend,
    temporaryFile,
    delete: (location) => api.delete(location),
    check: () => api.check(),
    clear: () => clear(),
    async close() {
      // What the storage does not delete now, it keeps: nobody else knows of it.
      if (isTemporary) await clear().catch(() => {});
      api.close();
      await folder.remove();
    },
  };
}
