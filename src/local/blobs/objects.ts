import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { Store } from '../store/database.js';
import type { ObjectRow } from '../store/schema.js';
import { execute, executeAll, rowsOf } from '../store/statements.js';
import type { ObjectName, StagedBytes } from './blob-store.js';
import { bucket } from './presign.js';
import { isTransient, StorageError } from './s3/errors.js';
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
async function writeObject(
  platform: Platform,
  store: Store,
  { key, contentType }: ObjectName,
  staged: StagedBytes,
): Promise<{ row: ObjectRow; replaced: string | undefined }> {
  const { size, sha256 } = staged;
  const before = await store.selectFrom('objects').select('location').where('key', '=', key).executeTakeFirst();
  const location = await staged.keep();
  const row: ObjectRow = { key, size, sha256, contentType, createdAt: timestamp(platform.clock), location };
  if (before) await store.deleteFrom('objects').where('key', '=', key).execute();
  await store.insertInto('objects').values(row).execute();
  if (platform.blobs.direct) await store.deleteFrom('stagings').where('location', '=', location).execute();
  const replaced = before?.location === location ? undefined : before?.location;
  if (replaced !== undefined) await addDeletion(store, replaced);
  return { row, replaced };
}

/**
 * Runs a transaction that may make staged bytes an object. They are deleted when it does not.
 * @param work Receives the function that makes them the object.
 * @param onReplaced Is told where those of the object were before, once nothing refers to them.
 */
export async function withStaged<Result>(
  platform: Platform,
  object: ObjectName,
  staged: StagedBytes,
  work: (store: Store, keep: () => Promise<ObjectRow>) => Promise<Result>,
  onReplaced: (location: string) => Promise<void> = async () => {},
): Promise<Result> {
  let kept: ObjectRow | undefined;
  let replaced: string | undefined;
  try {
    const result = await platform.store.transaction().execute((store) => {
      // It may be run again.
      kept = undefined;
      replaced = undefined;
      return work(store, async () => {
        const written = await writeObject(platform, store, object, staged);
        ({ row: kept, replaced } = written);
        return written.row;
      });
    });
    if (!kept) await staged.discard();
    if (replaced !== undefined) await onReplaced(replaced);
    return result;
  } catch (error) {
    // A transaction whose end was not confirmed may have been committed all the same.
    if (!kept || (await isFree(platform, kept))) await staged.discard();
    throw error;
  }
}

/** Whether no object is known to have its bytes there. */
async function isFree(platform: Platform, { key, location }: ObjectRow): Promise<boolean> {
  try {
    return (await findObject(platform, key))?.location !== location;
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
  return await withStaged(
    platform,
    object,
    staged,
    (_store, keep) => keep(),
    (replaced) => deleteBytes(platform, [replaced]),
  );
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

/** How many locations are read at a time. */
const locationsAtOnce = 500;

/** Deletes bytes that belong to no object any more. What cannot be deleted now is deleted later. */
async function deleteBytes({ store, blobs }: Pick<Platform, 'store' | 'blobs'>, locations: readonly string[]): Promise<void> {
  for (const location of locations) {
    try {
      await blobs.delete(location);
      await execute(store, { text: 'delete from deletions where location = ?', parameters: [location] });
    } catch (error) {
      // What one file is like, others need not be; storage that does not respond would keep each of them waiting.
      if (error instanceof StorageError && isTransient(error)) return;
    }
  }
}

/** Deletes all bytes that belong to no object any more, and could not be deleted when they should have been. */
export async function deleteLeftBytes(platform: Pick<Platform, 'store' | 'blobs'>): Promise<void> {
  let last = '';
  for (;;) {
    // A statement, because every start asks: a query would load Kysely.
    const text = `select location from deletions where location > ? order by location limit ${locationsAtOnce}`;
    const rows = await rowsOf<{ location: string }>(platform.store, text, [last]);
    await deleteBytes(
      platform,
      rows.map(({ location }) => location),
    );
    if (rows.length < locationsAtOnce) return;
    last = rows.at(-1)?.location ?? last;
  }
}

/**
 * Has bytes deleted that were written before a time for an object whose row was never written, because the process ended, or the storage
 * did not delete them.
 */
export async function abandonStaged(store: Store, before: Date): Promise<void> {
  const parameters = [before.toISOString()];
  await executeAll(store, [
    {
      text: `insert into deletions (location) select staged.location from stagings as staged where staged."createdAt" < ? and not exists (
        select 1 from objects where objects."key" = staged."key" and objects.location = staged.location) on conflict (location) do nothing`,
      parameters,
    },
    { text: 'delete from stagings where "createdAt" < ?', parameters },
  ]);
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
  const locations = await platform.store.transaction().execute(async (store) => {
    await deleteRecords(store);
    const found: string[] = [];
    for (const key of keys) {
      const row = await store.selectFrom('objects').select('location').where('key', '=', key).executeTakeFirst();
      if (row) found.push(row.location);
      if (direct) found.push(direct.locationOf(key, false));
      await store.deleteFrom('objects').where('key', '=', key).execute();
      await closeUpload(store, key);
    }
    for (const location of found) await addDeletion(store, location);
    return found;
  });
  await deleteBytes(platform, locations);
}
