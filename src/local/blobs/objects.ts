import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { Store } from '../store/database.js';
import type { ObjectRow } from '../store/schema.js';
import type { StagedBytes } from './blob-store.js';
import { bucket } from './presign.js';
import { closeUpload } from './uploads.js';

/** The URI of an object, as records refer to it. */
export function objectUri(key: string): string {
  return `s3://${bucket}/${key}`;
}

/** The file name's extension in lower case, with its dot, for the end of an object's key; empty when it has no plain one. */
export function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Adds the row of staged bytes and makes them the object, in one transaction, so that an object with a row is complete. */
export async function keepObject(
  platform: Platform,
  store: Store,
  { key, contentType }: Pick<ObjectRow, 'key' | 'contentType'>,
  staged: StagedBytes,
): Promise<ObjectRow> {
  const { size, sha256 } = staged;
  const row: ObjectRow = { key, size, sha256, contentType, createdAt: timestamp(platform.clock) };
  await store
    .insertInto('objects')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ size, sha256, contentType, createdAt: row.createdAt }))
    .execute();
  await staged.keep(key);
  return row;
}

/** Stores an object of the platform's own, such as the output of an execution. */
export async function putObject(
  platform: Platform,
  key: string,
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<ObjectRow> {
  const staged = await platform.blobs.stage(source);
  try {
    return await platform.store.transaction().execute((store) => keepObject(platform, store, { key, contentType }, staged));
  } finally {
    await staged.discard();
  }
}

/** The row of an object; undefined when it does not exist. */
export function findObject(platform: Platform, key: string): Promise<ObjectRow | undefined> {
  return platform.store.selectFrom('objects').selectAll().where('key', '=', key).executeTakeFirst();
}

/**
 * Deletes objects with the records they belong to: first the rows, in one transaction, then the bytes. Uploads of the objects
 * are closed.
 * @param deleteRecords Deletes the records.
 */
export async function deleteObjects(
  platform: Platform,
  keys: readonly string[],
  deleteRecords: (store: Store) => Promise<void> = async () => {},
): Promise<void> {
  await platform.store.transaction().execute(async (store) => {
    await deleteRecords(store);
    for (const key of keys) {
      await store.deleteFrom('objects').where('key', '=', key).execute();
      await closeUpload(store, key);
    }
  });
  for (const key of keys) await platform.blobs.delete(key);
}
