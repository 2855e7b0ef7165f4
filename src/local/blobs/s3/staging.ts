import { createHash, randomUUID } from 'node:crypto';
import type { ObjectName, ReceivedBytes, StagedBytes } from '../blob-store.js';
import { UploadChanged } from '../blob-store.js';
import type { Head, S3Api, StoredPart } from './api.js';
import { readRange } from './reading.js';

/** Bytes of one part of an upload, which are in memory. The API wants at least 5 MiB, and at most 10,000 parts. */
const partSize = 8 * 2 ** 20;

/** A location that nothing has been stored at. Nothing but what is staged there ever is, so that it need not be replaced. */
function newLocation(prefix: string, { key }: ObjectName): string {
  return `${prefix}objects/${randomUUID()}/${key}`;
}

function stagedAt(api: S3Api, location: string, size: number, sha256: string): StagedBytes {
  return {
    size,
    sha256,
    keep: async () => location,
    // What is not deleted now is deleted a day later; it must not hide why it was to be deleted.
    discard: () => api.delete(location).catch(() => {}),
  };
}

/** Is told where bytes are about to be written, before they are. */
export type OnStage = (staged: { location: string; key: string }) => Promise<void>;

/** Writes the bytes of a source: at once when they are few, otherwise in parts. */
export async function stageSource(
  api: S3Api,
  prefix: string,
  object: ObjectName,
  source: AsyncIterable<Uint8Array>,
  onStage: OnStage,
): Promise<StagedBytes> {
  const location = newLocation(prefix, object);
  await onStage({ location, key: object.key });
  const upload = new PartedUpload(api, location, object.contentType);
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      hash.update(chunk);
      await upload.write(chunk);
    }
    await upload.end();
  } catch (error) {
    await upload.abort();
    throw error;
  }
  return stagedAt(api, location, size, hash.digest('hex'));
}

/** An upload whose size is not known before its end. */
class PartedUpload {
  readonly #api: S3Api;
  readonly #location: string;
  readonly #contentType: string;
  readonly #parts: StoredPart[] = [];
  #pending: Uint8Array[] = [];
  #bytes = 0;
  #id: string | undefined;
  #ending = false;

  constructor(api: S3Api, location: string, contentType: string) {
    this.#api = api;
    this.#location = location;
    this.#contentType = contentType;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, partSize - this.#bytes);
      rest = rest.subarray(taken.length);
      this.#pending.push(taken);
      this.#bytes += taken.length;
      if (this.#bytes === partSize) await this.#sendPart();
    }
  }

  async #sendPart(): Promise<void> {
    this.#id ??= await this.#api.createUpload(this.#location, this.#contentType);
    this.#parts.push(await this.#api.uploadPart(this.#location, this.#id, this.#parts.length + 1, this.#take()));
  }

  #take(): Uint8Array {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#bytes = 0;
    return bytes;
  }

  async end(): Promise<void> {
    this.#ending = true;
    if (this.#id === undefined) return await this.#api.put(this.#location, this.#contentType, this.#take());
    if (this.#bytes > 0) await this.#sendPart();
    await this.#api.completeUpload(this.#location, this.#id, this.#parts);
  }

  /** Leaves nothing behind, also of an upload whose response was lost. What cannot be deleted now is deleted a day later. */
  async abort(): Promise<void> {
    if (this.#id !== undefined) await this.#api.abortUpload(this.#location, this.#id).catch(() => {});
    if (this.#ending) await this.#api.delete(this.#location).catch(() => {});
  }
}

/** What a client has put at a location. */
export function receivedAt(api: S3Api, prefix: string, from: string, head: Head, onStage: OnStage): ReceivedBytes {
  const { size, contentType, etag } = head;
  let known = head.sha256;

  async function hashAt(location: string, condition?: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of readRange(api, location, { start: 0, end: size - 1 }, condition)) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  }

  async function hash(): Promise<string> {
    known ??= await hashAt(from, etag);
    return known;
  }

  return {
    size,
    contentType,
    hash,
    async stage(object) {
      const sha256 = await hash();
      const location = newLocation(prefix, object);
      await onStage({ location, key: object.key });
      const staged = stagedAt(api, location, size, sha256);
      try {
        const copied = await api.copy(from, location, etag);
        // Equal ETags are equal bytes. Encrypted copies have others, and some storage ignores the condition of a copy.
        if (copied === undefined || copied !== etag) await checkCopy(location, sha256);
        return staged;
      } catch (error) {
        await staged.discard();
        throw error;
      }
    },
  };

  async function checkCopy(location: string, sha256: string): Promise<void> {
    const copy = await api.head(location);
    if (copy?.size !== size || (await hashAt(location)) !== sha256) throw new UploadChanged();
  }
}
