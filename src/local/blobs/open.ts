import { ConfigurationError } from '../../model/errors/index.js';
import type { Platform } from '../context.js';
import type { LocalPlatformOptions } from '../options.js';
import type { Store } from '../store/database.js';
import { execute, insertion, rowOf } from '../store/statements.js';
import type { BlobStore } from './blob-store.js';
import { commonPrefix } from './s3/options.js';

/**
 * Opens the store of a platform's files: the bucket of the option `s3`, or a folder.
 * @throws ConfigurationError when it cannot be used, or is not where the files of the database are.
 */
export async function openBlobs(
  { s3, databaseUrl, dataDir }: LocalPlatformOptions,
  { store, settings }: Pick<Platform, 'store' | 'settings'>,
  openFolder: () => Promise<BlobStore>,
): Promise<BlobStore> {
  await checkLocations(store, s3 !== undefined);
  if (s3 === undefined) return await openFolder();
  const { openS3 } = await import('./s3/store.js');
  const isTemporary = dataDir === undefined && databaseUrl === undefined;
  const onStage = async (staged: { location: string; key: string }): Promise<void> => {
    // What a temporary platform has is deleted with it.
    if (!isTemporary) await execute(store, insertion('stagings', { ...staged, createdAt: new Date().toISOString() }));
  };
  return await openS3(s3, { id: settings.teamId, isTemporary, onStage });
}

/** Refuses a database whose files are in another kind of store. */
async function checkLocations(store: Store, isS3: boolean): Promise<void> {
  const text = `select location from objects where location ${isS3 ? 'not like' : 'like'} ? limit 1`;
  const stray = await rowOf<{ location: string }>(store, text, [`${commonPrefix}%`]);
  if (!stray) return;
  throw new ConfigurationError(
    isS3
      ? `s3: the files of this database are in a folder, such as ${stray.location}. Nothing was changed. Leave s3 out, or use another database.`
      : `The files of this database are in S3, such as ${stray.location}. Nothing was changed. Give the option s3 with their bucket.`,
  );
}
