import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { ObjectRow } from '../store/schema.js';
import { bucket } from './presign.js';

/** How an object is named inside records. */
export function objectUri(key: string): string {
  return `s3://${bucket}/${key}`;
}

/** What a key ends with: the name's extension where it is a plain one, so that the URL of an object tells what it is. */
export function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Keeps an object: the bytes first, then what is known of it, so that a known object is always whole. */
export async function putObject(
  platform: Platform,
  key: string,
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<ObjectRow> {
  const { size, sha256 } = await platform.blobs.write(key, source);
  const row: ObjectRow = { key, size, sha256, contentType, createdAt: timestamp(platform.clock) };
  await platform.store
    .insertInto('objects')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ size, sha256, contentType, createdAt: row.createdAt }))
    .execute();
  return row;
}

/** What is known of an object; undefined when there is none. */
export function findObject(platform: Platform, key: string): Promise<ObjectRow | undefined> {
  return platform.store.selectFrom('objects').selectAll().where('key', '=', key).executeTakeFirst();
}

/** Forgets objects: what is known of them first, then the bytes. */
export async function deleteObjects(platform: Platform, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await platform.store.deleteFrom('objects').where('key', 'in', keys).execute();
  for (const key of keys) await platform.blobs.delete(key);
}
