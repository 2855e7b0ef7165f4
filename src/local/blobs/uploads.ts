import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { Store } from '../store/database.js';
import type { UploadRow } from '../store/schema.js';
import { urlLifetime } from './presign.js';

/** What a presigned PUT may upload. */
export interface Upload {
  key: string;
  contentType: string;
  /** In bytes, where the client declared it. */
  size?: number;
  /** In hexadecimal, where the client declared it. */
  sha256?: string;
}

/** Opens an upload and gives the URL to PUT the content to. It is open until it is closed, and its URL valid for `urlLifetime`. */
export async function openUpload(platform: Platform, store: Store, { key, contentType, size, sha256 }: Upload): Promise<string> {
  const now = timestamp(platform.clock);
  await store.deleteFrom('uploads').where('expiresAt', '<', now).execute();
  const row: UploadRow = {
    key,
    size: size ?? null,
    // A hash of another kind is left to the completion of the upload.
    sha256: sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    expiresAt: timestamp(platform.clock, urlLifetime),
  };
  await store.insertInto('uploads').values(row).execute();
  return platform.presigner.sign({ method: 'PUT', key, contentType });
}

/** The upload of an object; undefined when it was never opened, or is closed. */
export function findUpload(store: Store, key: string): Promise<UploadRow | undefined> {
  return store.selectFrom('uploads').selectAll().where('key', '=', key).executeTakeFirst();
}

/** Closes an upload: its URL changes nothing any more. */
export async function closeUpload(store: Store, key: string): Promise<void> {
  await store.deleteFrom('uploads').where('key', '=', key).execute();
}
