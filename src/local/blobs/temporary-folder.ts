import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../model/errors/index.js';
import { whyUnusable } from '../store/system-errors.js';

/** Those of platforms that are not closed yet, removed when the process exits. */
const open = new Set<string>();

function removeAll(): void {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
}

/** A folder that exists until it is removed, or the process ends. */
export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * Makes a temporary folder.
 * @throws ConfigurationError when the folder for temporary files cannot be used.
 */
export async function makeTemporaryFolder(): Promise<TemporaryFolder> {
  let path: string;
  try {
    path = await mkdtemp(join(tmpdir(), 'remote-record-'));
  } catch (error) {
    const why = whyUnusable(tmpdir(), error);
    throw new ConfigurationError(`The folder for temporary files ${tmpdir()} cannot be used: ${why}. Set TMPDIR to another one.`, {
      cause: error,
    });
  }
  if (open.size === 0) process.once('exit', removeAll);
  open.add(path);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      open.delete(path);
      if (open.size === 0) process.off('exit', removeAll);
    },
  };
}
