import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import { tooLarge } from '../requests/errors.js';
import type { Store } from '../store/database.js';
import type { UploadRow } from '../store/schema.js';
import { expiryOf, type SignedUrl } from './presign.js';

/** What a presigned PUT may upload. */
export interface Upload {
  key: string;
  contentType: string;
  /** In bytes, where the client declared it. */
  size?: number;
  /** In hexadecimal, where the client declared it. */
  sha256?: string;
  /** Whether no request says that the upload is done: it is taken when it is first used. Default: false. */
  lasts?: boolean;
}

/** An upload with the URL to PUT the content to. */
export interface SignedUpload extends SignedUrl {
  /** What is written when it is opened; undefined where the store does not ask the platform about a PUT. */
  row: UploadRow | undefined;
  /** Where the store has what is put. */
  location: string;
}

/**
 * Signs the URL of an upload, which is valid for an hour. It works once the upload is opened.
 * @throws HttpError 413 for a declared size that the store would take, but the platform does not.
 */
export async function signUpload(platform: Platform, { key, contentType, size, sha256, lasts = false }: Upload): Promise<SignedUpload> {
  const { blobs, presigner, limits } = platform;
  // A hash of another kind is left to the completion of the upload.
  const hash = sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined;
  const expiresAt = expiryOf(platform);
  if (!blobs.direct) {
    const row = { key, size: size ?? null, sha256: hash ?? null, expiresAt };
    return { url: presigner.sign({ method: 'PUT', key, contentType }), expiresAt, row, location: key };
  }
  if (size !== undefined && size > limits.uploadBytes) throw tooLarge('The file', limits.uploadBytes, 'uploadBytes');
  const location = blobs.direct.locationOf(key, lasts);
  return { url: await blobs.direct.uploadUrl({ location, contentType, size, sha256: hash }), expiresAt, row: undefined, location };
}

/** Opens an upload until it is closed. */
export async function openUpload(platform: Platform, store: Store, { row }: SignedUpload): Promise<void> {
  await store.deleteFrom('uploads').where('expiresAt', '<', timestamp(platform.clock)).execute();
  if (row) await store.insertInto('uploads').values(row).execute();
}

/** The upload of an object; undefined when it was never opened, or is closed. */
export function findUpload(store: Store, key: string): Promise<UploadRow | undefined> {
  return store.selectFrom('uploads').selectAll().where('key', '=', key).executeTakeFirst();
}

/** Closes an upload: its URL changes nothing any more. */
export async function closeUpload(store: Store, key: string): Promise<void> {
  await store.deleteFrom('uploads').where('key', '=', key).execute();
}
