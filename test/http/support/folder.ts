import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders: string[] = [];

/** An empty folder that `removeFolders` removes. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'http-test-'));
  folders.push(path);
  return path;
}

export async function removeFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map((path) => rm(path, { recursive: true, force: true })));
}
