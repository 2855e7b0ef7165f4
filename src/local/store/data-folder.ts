import { type Dirent, type Stats, statSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../../model/errors/index.js';
import type { BlobStore } from '../blobs/blob-store.js';
import { type BlobFolderOptions, openBlobFolder } from '../blobs/folder.js';
import { checkDatabaseFiles } from './sqlite/database-files.js';
import { whyUnusable } from './system-errors.js';

/** The paths of the data in a folder. */
export interface DataFolder {
  readonly path: string;
  readonly database: string;
  readonly files: string;
}

/** The error for a folder that cannot be used, in one sentence with what to do. */
function unusable(path: string, error: unknown, part: string = path): ConfigurationError {
  return new ConfigurationError(
    `The data folder (dataDir, or --data-dir) ${path} cannot be used: ${whyUnusable(part, error)}. Give another folder, or clear the way.`,
    { cause: error },
  );
}

/**
 * Opens the store of the files in a data folder.
 * @throws ConfigurationError when its folder cannot be used.
 */
export async function openFiles(folder: DataFolder, options?: BlobFolderOptions): Promise<BlobStore> {
  try {
    return await openBlobFolder(folder.files, options);
  } catch (error) {
    throw unusable(folder.path, error, folder.files);
  }
}

/** The first file below a folder; undefined when there is none, or no folder. Anything that cannot be read is an error. */
async function firstFile(folder: string): Promise<string | undefined> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const found = entry.isDirectory() ? await firstFile(path) : path;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Refuses to start without a database, where one has been. */
function orphaned({ path, database, files }: DataFolder, what: string, found: string): ConfigurationError {
  return new ConfigurationError(
    `${what}, but ${found} is there, which belongs to one. Nothing was changed. ` +
      `Restore ${database} from a backup, together with its -wal file if it has one; or, to start anew without that data, move ${files} ` +
      `and everything named platform.db* out of ${path}, or use another folder.`,
  );
}

/**
 * Prepares a folder for the data of a platform. Nothing in it is changed: it is refused when its database is missing, empty or
 * damaged, because the files beside it could then be taken for rubbish.
 * @throws ConfigurationError that says what is there, and how to restore it or to start anew.
 */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const path = resolve(dataDir);
  const folder: DataFolder = { path, database: join(path, 'platform.db'), files: join(path, 'files') };
  let database: Stats | undefined;
  let left: string | undefined;
  let part = path;
  try {
    await mkdir(path, { recursive: true });
    part = folder.files;
    database = statSync(folder.database, { throwIfNoEntry: false });
    left = await firstFile(folder.files);
    if (!database || database.size === 0) left = ['-wal', '-journal'].map((end) => folder.database + end).find(hasContent) ?? left;
  } catch (error) {
    throw unusable(path, error, part);
  }
  if (database?.isDirectory()) {
    throw new ConfigurationError(
      `${folder.database} is a folder, but must be the database of a local platform: move it, or use another folder.`,
    );
  }
  if (database && database.size > 0) await checkDatabaseFiles(folder.database);
  else if (left !== undefined) throw orphaned(folder, `The database ${folder.database} is ${database ? 'empty' : 'missing'}`, left);
  return folder;
}

function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/**
 * Refuses a database without records beside stored files: it is not the one that they belong to.
 * @throws ConfigurationError
 */
export async function checkNoStoredFiles(folder: DataFolder): Promise<void> {
  const left = await firstFile(folder.files);
  if (left !== undefined) throw orphaned(folder, `The database ${folder.database} is new and has no records`, left);
}

/**
 * Opens the store of the files in a folder that several servers use, beside a database elsewhere.
 * @throws ConfigurationError when the folder cannot be used, or is that of a platform with a database in it.
 */
export async function openSharedFiles(dataDir: string): Promise<BlobStore> {
  const path = resolve(dataDir);
  const folder: DataFolder = { path, database: join(path, 'platform.db'), files: join(path, 'files') };
  let isTaken: boolean;
  try {
    await mkdir(path, { recursive: true });
    isTaken = hasContent(folder.database);
  } catch (error) {
    throw unusable(path, error);
  }
  if (isTaken) {
    throw new ConfigurationError(
      `The data folder ${path} has a database of its own, ${folder.database}, which databaseUrl would leave aside. Nothing was changed. ` +
        'Use another folder, or leave databaseUrl out.',
    );
  }
  return await openFiles(folder, { isShared: true });
}
