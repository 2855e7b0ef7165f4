import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const make = (): Promise<string> => mkdtemp(join(tmpdir(), 'remote-record-test-'));
const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });

const folders: string[] = [];

/** An empty folder that `removeFolders` removes. */
export async function folder(): Promise<string> {
  const path = await make();
  folders.push(path);
  return path;
}

export async function removeFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map(remove));
}

/** Gives each test of the suite an empty folder of its own, which is removed after it. */
export function useFolder(): { readonly path: string } {
  const used = { path: '' };
  beforeEach(async () => {
    used.path = await make();
  });
  afterEach(() => remove(used.path));
  return used;
}

/** Makes a folder for the tests of a suite, and removes it after them; gives the path of a name in it, or its own. */
export function withFolder(): (name?: string) => string {
  let path = '';
  before(async () => {
    path = await make();
  });
  after(() => remove(path));
  return (name = '') => join(path, name);
}

/** Gives each test of the suite a folder for temporary files of its own, as other processes use the common one. */
export function useTemporaryFiles(): { readonly path: string } {
  const used = useFolder();
  let usual: string | undefined;
  beforeEach(() => {
    usual = process.env.TMPDIR;
    process.env.TMPDIR = used.path;
  });
  afterEach(() => {
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  });
  return used;
}
