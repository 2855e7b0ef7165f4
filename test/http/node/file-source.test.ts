import type { FileHandle } from 'node:fs/promises';
import { expect } from 'chai';
import { readChunks } from '../../../src/http/node/file-source.js';

const size = 8 * 1024 * 1024;

/** A file of zeros, of which the first two reads give 4 KiB only, as those of a file system on a network may. */
function slowFile() {
  const lengths: number[] = [];
  const read = async (_buffer: Buffer, _offset: number, length: number) => {
    const bytesRead = lengths.length < 2 ? 4096 : length;
    lengths.push(bytesRead);
    return { bytesRead };
  };
  return { file: { read } as unknown as FileHandle, lengths };
}

describe('the chunks of a file', () => {
  for (const isDone of [true, false])
    it(`are whole again after reads that gave less than was asked for, with ${isDone ? 'memory that is used again' : 'fresh memory'}`, async () => {
      const { file, lengths } = slowFile();
      let total = 0;
      for await (const chunk of readChunks(
        file,
        size,
        'x',
        async () => {},
        () => isDone,
      ))
        total += chunk.length;
      expect(total).to.equal(size);
      expect(lengths).to.have.length(2 + 8);
    });
});
