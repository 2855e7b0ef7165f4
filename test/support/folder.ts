import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder for the tests of a suite, and removes it after them; gives the path of a name in it, or its own. */
export function withFolder(): (name?: string) => string {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'remote-record-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));
  return (name = '') => join(folder, name);
}
