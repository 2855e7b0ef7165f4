import { randomBytes } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { expect } from 'chai';
import { FileWriter } from '../../../src/http/node/file-writer.js';
import { failure } from '../../support/failure.js';

const bytes = randomBytes(3_000_000);

/** A file in memory that writes a part of what it is given, and notes the memory that it was given it in. */
function fakeFile(part = 1) {
  const written: Buffer[] = [];
  const memory = new Set<ArrayBufferLike>();
  const write = async (given: Uint8Array, at = 0) => {
    memory.add(given.buffer);
    await new Promise(setImmediate);
    const taken = given.slice(at, at + Math.ceil((given.length - at) * part));
    written.push(Buffer.from(taken));
    return { bytesWritten: taken.length };
  };
  return { file: { write } as unknown as FileHandle, written, memory };
}

describe('a writer of files', () => {
  for (const size of [1, 65_536, 65_543, 2_000_000])
    it(`writes chunks of ${size} bytes in order, with the memory of two`, async () => {
      const content = size === 1 ? bytes.subarray(0, 1000) : bytes;
      const { file, written, memory } = fakeFile();
      const writer = new FileWriter(file);
      for (let at = 0; at < content.length; at += size) {
        const chunk = Buffer.from(content.subarray(at, at + size));
        await writer.write(chunk);
        chunk.fill(0); // it is copied
      }
      await writer.finish();
      expect(Buffer.concat(written).equals(content)).to.equal(true);
      expect(memory.size).to.be.at.most(2);
    });

  it('waits for nothing while it has room', () => {
    expect(new FileWriter(fakeFile().file).write(bytes.subarray(0, 1000))).to.equal(undefined);
  });

  it('writes the rest of what the system has written in part', async () => {
    const { file, written } = fakeFile(0.7);
    const writer = new FileWriter(file);
    await writer.write(bytes);
    await writer.finish();
    expect(Buffer.concat(written).equals(bytes)).to.equal(true);
  });

  it('fails with the error of an earlier write', async () => {
    const write = async () => {
      throw new Error('full');
    };
    const writer = new FileWriter({ write } as unknown as FileHandle);
    await writer.write(bytes.subarray(0, 300_000));
    expect((await failure(writer.finish(), Error)).message).to.equal('full');
  });

  it('writes nothing more once it is stopped', async () => {
    const { file, written } = fakeFile();
    const writer = new FileWriter(file);
    await writer.write(bytes.subarray(0, 100));
    await writer.stop();
    await writer.finish();
    expect(written.map(({ length }) => length)).to.deep.equal([]);
  });

  it('writes nothing more of a chunk that is being written when it is stopped', async () => {
    const { file, written } = fakeFile();
    const writer = new FileWriter(file);
    const writing = writer.write(bytes);
    await new Promise(setImmediate);
    await writer.stop();
    const before = written.length;
    await writing;
    await writer.finish();
    expect(written).to.have.length.below(bytes.length / 262_144);
    expect(written).to.have.length(before);
  });
});
