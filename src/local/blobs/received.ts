import type { Platform } from '../context.js';
import { badRequest, tooLarge } from '../requests/errors.js';
import type { Store } from '../store/database.js';
import type { ObjectRow } from '../store/schema.js';
import { type ReceivedBytes, UploadChanged } from './blob-store.js';
import { findObject, withStaged } from './objects.js';
import { bucket, storagePath } from './presign.js';

/** What was uploaded for an object. */
export interface Received {
  key: string;
  /** In bytes. */
  size: number;
  /** In hexadecimal. */
  sha256: string;
  /** What lies in a store that clients put it into, and is no object yet; undefined for an object. */
  untaken: { bytes: ReceivedBytes; location: string } | undefined;
}

/** What was uploaded for a key; undefined when nothing was. */
export async function findReceived(platform: Platform, key: string, lasts = false): Promise<Received | undefined> {
  const object = await findObject(platform, key);
  if (object) return { key, size: object.size, sha256: object.sha256, untaken: undefined };
  const { blobs, limits } = platform;
  const location = blobs.direct?.locationOf(key, lasts);
  const bytes = location === undefined ? undefined : await blobs.direct?.received(location);
  if (location === undefined || !bytes) return undefined;
  if (bytes.size > limits.uploadBytes) {
    await blobs.delete(location);
    throw tooLarge('What was uploaded', limits.uploadBytes, 'uploadBytes');
  }
  const sha256 = await unchanged(bytes.hash());
  return { key, size: bytes.size, sha256, untaken: { bytes, location } };
}

/** @throws HttpError 400 when other bytes were put while an upload was taken, or another request has taken it. */
async function unchanged<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof UploadChanged ? badRequest(`${error.message} Repeat the request.`) : error;
  }
}

/**
 * Ends an upload: what was received is the object from then on, whatever is put later, or is deleted.
 * @param isTaken Whether what was received becomes the object.
 * @param work Writes the records, in the transaction that does so. What it throws ends the upload of nothing.
 */
export async function endUpload<Result>(
  platform: Platform,
  { key, untaken }: Received,
  isTaken: boolean,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  if (!untaken) return await platform.store.transaction().execute(work);
  const { bytes, location } = untaken;
  const object = { key, contentType: bytes.contentType };
  const staged = isTaken ? await unchanged(bytes.stage(object)) : undefined;
  const result = staged
    ? await withStaged(platform, object, staged, async (store, keep) => {
        const written = await work(store);
        await keep();
        return written;
      })
    : await platform.store.transaction().execute(work);
  // What cannot be deleted now is deleted a day later.
  await platform.blobs.delete(location).catch(() => {});
  return result;
}

/** The key of an uploaded object, from an `s3:` link to it or its download URL. */
export function uploadedKey({ blobs }: Platform, url: string): string | undefined {
  if (url.startsWith('s3://')) return /^s3:\/\/[^/]+\/(.+)$/.exec(url)?.[1];
  const start = blobs.direct ? blobs.direct.locationOf('', true) : `${storagePath}/${bucket}/`;
  return URL.canParse(url) ? new URL(url).pathname.split(start)[1] : undefined;
}

/** The keys of uploads that no request ends. */
const lastingKey = /^uploads\/[\w.-]+$/;

/**
 * The object of a key, also of an upload that no request ends. Such an upload is taken when it is first looked for: what is put later
 * does not change it.
 */
export async function findUploaded(platform: Platform, key: string): Promise<ObjectRow | undefined> {
  const object = await findObject(platform, key);
  if (object || !lastingKey.test(key)) return object;
  const received = await findReceived(platform, key, true);
  if (!received?.untaken) return await findObject(platform, key);
  const { bytes } = received.untaken;
  const name = { key, contentType: bytes.contentType };
  return await withStaged(platform, name, await unchanged(bytes.stage(name)), async (store, keep) => {
    // Another request may have taken it meanwhile.
    return (await findObject({ store }, key)) ?? (await keep());
  });
}
