import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigurationError } from '../../model/errors/index.js';
import type { PlatformSettings } from './settings.js';

/** The file that says whose a folder is. */
const name = 'platform.id';

/**
 * Checks that a folder for files is that of the other processes of the database, rather than one of the same path on another machine, where
 * nobody would find the files. The folder has a file that only the database's settings can have made.
 * @param isNew Whether the database has no records yet, so that the folder becomes that of its platform.
 * @throws ConfigurationError when the folder is another one.
 */
export async function checkSharedFolder(dataDir: string, { signingSecret }: PlatformSettings, isNew: boolean): Promise<void> {
  const path = resolve(dataDir);
  const file = join(path, name);
  const id = createHash('sha256').update(`folder ${signingSecret}`).digest('hex');
  if (isNew) return await writeFile(file, `${id}\n`);
  const found = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (found?.trim() === id) return;
  throw new ConfigurationError(
    `The data folder ${path} is not the one that the database's servers keep files in: ${found === undefined ? `it has no ${name}` : `its ${name} is that of another database`}. ` +
      `All processes of a database need the same folder, such as a network file system that every machine mounts. Should the folder have moved, move ${name} along.`,
  );
}
