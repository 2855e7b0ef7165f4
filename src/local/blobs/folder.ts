import { createHash, randomUUID } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from './blob-store.js';
import { makeTemporaryFolder } from './temporary-folder.js';

const chunkSize = 1024 * 1024;

/**
 * Opens a store in a temporary folder, which `close` removes.
 * @throws ConfigurationError when the folder for temporary files cannot be used.
 */
export async function openTemporaryFolder(): Promise<BlobStore> {
  const { path, remove } = await makeTemporaryFolder();
  return { ...(await openBlobFolder(path)), close: remove };
}

/** Milliseconds after which an unfinished file of another server is taken for left behind. */
const abandonedAfter = 24 * 3600 * 1000;

export interface BlobFolderOptions {
  /** Whether other servers use the folder at the same time, so that what is unfinished may be theirs. Default: false. */
  isShared?: boolean;
}

/** Opens a store that keeps objects as files in a folder, each by its key. */
export async function openBlobFolder(root: string, { isShared = false }: BlobFolderOptions = {}): Promise<BlobStore> {
  const objects = join(root, 'objects');
  const unfinished = join(root, 'unfinished');

  async function empty(...folders: string[]): Promise<void> {
    for (const each of folders) await rm(each, { recursive: true, force: true });
    await mkdir(objects, { recursive: true });
    await mkdir(unfinished, { recursive: true });
  }
  // Uploads that were interrupted when the process ended were never acknowledged.
  if (isShared) {
    await empty();
    await removeAbandoned(unfinished);
  } else await empty(unfinished);

  function pathOf(key: string): string {
    const path = join(objects, key);
    if (!path.startsWith(objects + sep)) throw new RangeError(`The key '${key}' is outside the store.`);
    return path;
  }

  const temporaryFile = (): string => join(unfinished, randomUUID());

  return {
    temporaryFile,
    lend: () => ({ path: async ({ location }) => pathOf(location), release: async () => {} }),

    async stage({ key }, source) {
      const temporary = temporaryFile();
      const hash = createHash('sha256');
      let size = 0;
      let isKept = false;
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
        async keep() {
          // A transaction may be run again.
          if (isKept) return key;
          const target = pathOf(key);
          await mkdir(dirname(target), { recursive: true });
          await rename(temporary, target);
          isKept = true;
          return key;
        },
        discard,
      };
    },

    async read({ location }, range) {
      const handle = await open(pathOf(location)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        throw new Error(`The content of the object '${location}' is missing in ${objects}.`, { cause: error });
      });
      return handle.createReadStream({ highWaterMark: chunkSize, ...range });
    },

    delete: (location) => rm(pathOf(location), { force: true }),
    check: () => access(objects, constants.W_OK),
    clear: () => empty(objects, ...(isShared ? [] : [unfinished])),
    close: async () => {},
  };
}

/** Removes files that nobody has written to for long. Those that vanish meanwhile are somebody else's to remove. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (Date.now() - mtimeMs > abandonedAfter) await rm(path, { recursive: true, force: true });
  }
}
