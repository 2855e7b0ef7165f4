import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ConfigurationError } from '../../model/errors/index.js';
import { whyUnusable } from '../store/system-errors.js';
import type { BlobStore } from './blob-store.js';

const chunkSize = 1024 * 1024;

/** Temporary folders of platforms that are not closed yet, removed when the process exits. */
const temporaryFolders = new Set<string>();

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'remote-record-'));
  if (temporaryFolders.size === 0) process.once('exit', removeTemporaryFolders);
  temporaryFolders.add(folder);
  return folder;
}

function removeTemporaryFolders(): void {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
}

/**
 * Opens a store in a temporary folder, which `close` removes.
 * @throws ConfigurationError when the folder for temporary files cannot be used.
 */
export async function openTemporaryFolder(): Promise<BlobStore> {
  let root: string;
  try {
    root = await temporaryFolder();
  } catch (error) {
    const why = whyUnusable(tmpdir(), error);
    throw new ConfigurationError(`The folder for temporary files ${tmpdir()} cannot be used: ${why}. Set TMPDIR to another one.`, {
      cause: error,
    });
  }
  return {
    ...(await openBlobFolder(root, { isNew: true })),
    async close() {
      await rm(root, { recursive: true, force: true });
      temporaryFolders.delete(root);
      if (temporaryFolders.size === 0) process.off('exit', removeTemporaryFolders);
    },
  };
}

/**
 * Opens a store that keeps objects as files in a folder.
 * @param options.isNew Whether the folder has just been made. Default: false.
 */
export async function openBlobFolder(root: string, { isNew = false }: { isNew?: boolean } = {}): Promise<BlobStore> {
  const objects = join(root, 'objects');
  const unfinished = join(root, 'unfinished');

  /** Whether there may be files. All of them begin as temporary ones. */
  let mayHaveFiles = !isNew;

  async function empty(...folders: string[]): Promise<void> {
    if (mayHaveFiles) for (const each of folders) await rm(each, { recursive: true, force: true });
    await Promise.all([objects, unfinished].map((each) => mkdir(each, { recursive: true })));
  }
  // Uploads that were interrupted when the process ended were never acknowledged.
  await empty(unfinished);

  function pathOf(key: string): string {
    const path = join(objects, key);
    if (!path.startsWith(objects + sep)) throw new RangeError(`The key '${key}' is outside the store.`);
    return path;
  }

  const temporaryFile = (): string => {
    mayHaveFiles = true;
    return join(unfinished, randomUUID());
  };

  return {
    temporaryFile,
    file: async (key) => pathOf(key),

    async stage(source) {
      const temporary = temporaryFile();
      const hash = createHash('sha256');
      let size = 0;
      const meter = new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          size += chunk.length;
          hash.update(chunk);
          done(null, chunk);
        },
      });
      // What cannot be deleted now is deleted at the next start; it must not hide why it was to be deleted.
      const discard = (): Promise<void> => rm(temporary, { force: true }).catch(() => {});
      try {
        await pipeline(Readable.from(source), meter, createWriteStream(temporary, { highWaterMark: chunkSize }));
      } catch (error) {
        await discard();
        throw error;
      }
      return {
        size,
        sha256: hash.digest('hex'),
        async keep(key) {
          const target = pathOf(key);
          await mkdir(dirname(target), { recursive: true });
          await rename(temporary, target);
        },
        discard,
      };
    },

    async read(key, range) {
      const handle = await open(pathOf(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        throw new Error(`The content of the object '${key}' is missing in ${objects}.`, { cause: error });
      });
      return handle.createReadStream({ highWaterMark: chunkSize, ...range });
    },

    delete: (key) => rm(pathOf(key), { force: true }),
    clear: async () => {
      if (mayHaveFiles) await empty(objects, unfinished);
    },
    close: async () => {},
  };
}
