import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { Store } from '../store/database.js';
import type { ObjectRow } from '../store/schema.js';
import { execute, rowsOf } from '../store/statements.js';
import type { ObjectName, StagedBytes } from './blob-store.js';
import { bucket } from './presign.js';
import { StorageError } from './s3/errors.js';
import { closeUpload } from './uploads.js';

/** The URI of an object, as records refer to it. */
export function objectUri(key: string): string {
  return `s3://${bucket}/${key}`;
}

/** The file name's extension in lower case, with its dot, for the end of an object's key; empty when it has no plain one. */
export function extensionOf(name: string): string {
  return /\.[A-Za-z0-9]{1,16}$/.exec(name)?.[0].toLowerCase() ?? '';
}

/** Writes the row of an object and keeps its bytes, in one transaction, so that an object with a row is complete. */
async function writeObject(platform: Platform, store: Store, { key, contentType }: ObjectName, staged: StagedBytes): Promise<ObjectRow> {
  const { size, sha256 } = staged;
  const before = await store.selectFrom('objects').select('location').where('key', '=', key).executeTakeFirst();
  const location = await staged.keep();
  const row: ObjectRow = { key, size, sha256, contentType, createdAt: timestamp(platform.clock), location };
  if (before) await store.deleteFrom('objects').where('key', '=', key).execute();
  await store.insertInto('objects').values(row).execute();
  if (before && before.location !== location) await addDeletion(store, before.location);
  return row;
}

/**
 * Runs a transaction that may make staged bytes an object. They are deleted when it does not.
 * @param work Receives the function that makes them the object.
 */
export async function withStaged<Result>(
  platform: Platform,
  object: ObjectName,
  staged: StagedBytes,
  work: (store: Store, keep: () => Promise<ObjectRow>) => Promise<Result>,
): Promise<Result> {
  let kept: ObjectRow | undefined;
  try {
    const result = await platform.store.transaction().execute((store) => {
      // It may be run again.
      kept = undefined;
      return work(store, async () => {
        kept = await writeObject(platform, store, object, staged);
        return kept;
      });
    });
    if (!kept) await staged.discard();
    return result;
  } catch (error) {
    // A transaction whose end was not confirmed may have been committed all the same.
    if (!kept || (await isFree(platform, kept))) await staged.discard();
    throw error;
  }
}

/** Whether no object is known to have its bytes there. */
async function isFree({ store }: Platform, { location }: ObjectRow): Promise<boolean> {
  try {
    return (await store.selectFrom('objects').select('key').where('location', '=', location).executeTakeFirst()) === undefined;
  } catch {
    return false;
  }
}

/** Stores an object of the platform's own, such as the output of an execution. */
export async function putObject(
  platform: Platform,
  key: string,
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): Promise<ObjectRow> {
  const object = { key, contentType };
  const staged = await platform.blobs.stage(object, source);
  const row = await withStaged(platform, object, staged, (_store, keep) => keep());
  await deleteBytes(platform);
  return row;
}

/** The row of an object; undefined when it does not exist. */
export function findObject({ store }: Pick<Platform, 'store'>, key: string): Promise<ObjectRow | undefined> {
  return store.selectFrom('objects').selectAll().where('key', '=', key).executeTakeFirst();
}

async function addDeletion(store: Store, location: string): Promise<void> {
  await store
    .insertInto('deletions')
    .values({ location })
    .onConflict((conflict) => conflict.column('location').doNothing())
    .execute();
}

/** Deletes bytes that belong to no object any more. What cannot be deleted now is deleted later. */
export async function deleteBytes({ store, blobs }: Pick<Platform, 'store' | 'blobs'>): Promise<void> {
  // Statements, because every start asks: a query would load Kysely.
  for (const { location } of await rowsOf<{ location: string }>(store, 'select location from deletions limit 1000', [])) {
    try {
      await blobs.delete(location);
      await execute(store, { text: 'delete from deletions where location = ?', parameters: [location] });
    } catch (error) {
      // What one file is like, others need not be; storage that does not answer would keep each of them waiting.
      if (error instanceof StorageError) return;
    }
  }
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
  const { direct } = platform.blobs;
  await platform.store.transaction().execute(async (store) => {
    await deleteRecords(store);
    for (const key of keys) {
      const row = await store.selectFrom('objects').select('location').where('key', '=', key).executeTakeFirst();
      if (row) await addDeletion(store, row.location);
      if (direct) await addDeletion(store, direct.locationOf(key, false));
      await store.deleteFrom('objects').where('key', '=', key).execute();
      await closeUpload(store, key);
    }
  });
  if (keys.length > 0) await deleteBytes(platform);
}
