import { Readable } from 'node:stream';
import type { ByteRange } from '../blob-store.js';
import type { S3Api } from './api.js';
import { StorageError, storageError } from './errors.js';

/** How often in a row the rest of an object is asked for without a byte of it arriving. */
const maxAttempts = 3;

/**
 * The bytes of a range, exactly as many as it has: the rest is asked for again when the connection is lost.
 * @param etag What must lie at the location. Default: anything.
 * @throws StorageError when the storage does not send them. UploadChanged when something else lies there.
 */
async function* chunks(api: S3Api, location: string, { start, end }: ByteRange, etag?: string): AsyncGenerator<Uint8Array> {
  let next = start;
  for (let attempt = 1; next <= end; attempt++) {
    // The SDK repeats what fails before the first byte.
    const body = await getOrSay(api, location, { start: next, end }, etag);
    try {
      for await (const chunk of body) {
        const bytes = (chunk as Uint8Array).subarray(0, end + 1 - next);
        next += bytes.length;
        attempt = 1;
        yield bytes;
        if (next > end) return;
      }
      if (attempt >= maxAttempts)
        throw new StorageError(`The file storage ${api.place} sends too little of an object.`, 'TooShort', undefined);
    } catch (error) {
      if (attempt >= maxAttempts) throw storageError(api.place, error);
    }
  }
}

async function getOrSay(api: S3Api, location: string, range: ByteRange, etag: string | undefined): Promise<Readable> {
  try {
    return await api.get(location, range, etag);
  } catch (error) {
    if (!(error instanceof StorageError) || ![404, 416].includes(error.status ?? 0)) throw error;
    throw new Error(`The content of the object '${location}' is missing in ${api.place}.`, { cause: error });
  }
}

/** A stream of the bytes of a range. */
export function readRange(api: S3Api, location: string, range: ByteRange, etag?: string): Readable {
  return Readable.from(chunks(api, location, range, etag), { objectMode: false });
}
