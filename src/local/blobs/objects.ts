import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { ObjectRow } from '../store/schema.js';
import { bucket } from './presign.js';

/** The URI of an object, as records refer to it. */
export function objectUri(key: string): string {
  return `s3://${bucket}/${key}`;
}

/** The file name's extension in lower case, with its dot, for the end of an object's key; empty when it has no plain one. */
export function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Stores an object: first its bytes, then its row, so that an object with a row is always complete. */
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

/** The row of an object; undefined when it does not exist. */
export function findObject(platform: Platform, key: string): Promise<ObjectRow | undefined> {
  return platform.store.selectFrom('objects').selectAll().where('key', '=', key).executeTakeFirst();
}

/** Deletes objects: first their rows, then their bytes. */
export async function deleteObjects(platform: Platform, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await platform.store.deleteFrom('objects').where('key', 'in', keys).execute();
  for (const key of keys) await platform.blobs.delete(key);
}
