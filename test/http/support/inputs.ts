import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { UploadInput } from '../../../src/http/files/content.js';
import { folder } from '../../support/folder.js';

/** What is read from a file: one of the user's, whose folder `removeFolders` removes, and a temporary one. Each makes an input of some bytes. */
export const fileInputs: Readonly<Record<string, (bytes: Buffer) => Promise<UploadInput>>> = {
  async path(bytes) {
    const path = join(await folder(), 'f');
    await writeFile(path, bytes);
    return path;
  },
  stream: async (bytes) => Readable.from([bytes]),
};
