import type { Platform } from '../context.js';
import { findObject } from './objects.js';
import { expiryOf, type SignedUrl } from './presign.js';

/**
 * A URL that downloads an object: from the store itself, where clients reach it.
 * @param object Its `location` is looked up where it is not given.
 */
export async function signDownload(platform: Platform, { key, location }: { key: string; location?: string }): Promise<SignedUrl> {
  const { blobs, presigner } = platform;
  const expiresAt = expiryOf(platform);
  if (!blobs.direct) return { url: presigner.sign({ method: 'GET', key }), expiresAt };
  const at = location ?? (await findObject(platform, key))?.location;
  if (at === undefined) throw new Error(`The content of the object '${key}' is missing.`);
  return { url: await blobs.direct.downloadUrl(at), expiresAt };
}
