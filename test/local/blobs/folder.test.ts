import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { openBlobFolder } from '../../../src/local/blobs/folder.js';

describe('A folder of objects that has just been made', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'blob-folder-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('is cleared of objects and of temporary files', async () => {
    const store = await openBlobFolder(root, { isNew: true });
    await store.clear();
    const staged = await store.stage({ key: 'a/b', contentType: 'text/plain' }, Readable.from([Buffer.from('kept')]));
    await staged.keep();
    await writeFile(store.temporaryFile(), 'unfinished');
    expect(await readdir(root, { recursive: true })).to.include.members([join('objects', 'a', 'b')]);
    await store.clear();
    expect((await readdir(root, { recursive: true })).sort()).to.deep.equal(['objects', 'unfinished']);
  });
});
