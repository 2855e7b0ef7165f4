import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, openAsBlob, readdirSync } from 'node:fs';
import { appendFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import type { ContentOptions, UploadInput } from '../../../src/http/files/content.js';
import { openContent as open } from '../../../src/http/files/open-content.js';
import { nodeRuntime } from '../../../src/http/node/runtime.js';
import { AbortedError, FileUploadError, ValidationError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';
import { folder, removeFolders, useTemporaryFiles } from '../../support/folder.js';
import { fileInputs } from '../support/inputs.js';

const MIB = 1024 * 1024;

const openContent = (input: UploadInput, options: ContentOptions) => open(nodeRuntime, input, options);

async function check(input: UploadInput, options: ContentOptions, bytes: Buffer, name: string, mimeType: string): Promise<void> {
  const content = await openContent(input, options);
  try {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(content).to.include({ name, mimeType, size: bytes.length, sha256 });
    expect((await buffer(content.stream())).equals(bytes)).to.equal(true);
    expect((await buffer(content.stream())).equals(bytes), 'a second time').to.equal(true);
  } finally {
    await content.dispose();
  }
}

describe('what is to be uploaded', () => {
  const temporary = useTemporaryFiles();
  afterEach(removeFolders);

  for (const [what, inputOf] of Object.entries(fileInputs)) {
    it(`needs the memory of two chunks, from a ${what}, where a chunk is done with when the next is asked for, and keeps others`, async () => {
      const bytes = randomBytes(5 * MIB + 7);
      const content = await openContent(await inputOf(bytes), {});
      const memory = new Set<ArrayBufferLike>();
      const copies: Uint8Array[] = [];
      for await (const chunk of content.stream(() => true)) {
        memory.add(chunk.buffer);
        copies.push(Uint8Array.from(chunk));
      }
      expect(memory.size).to.equal(2);
      expect(Buffer.concat(copies).equals(bytes)).to.equal(true);
      const kept: Uint8Array[] = [];
      for await (const chunk of content.stream()) kept.push(chunk);
      expect(Buffer.concat(kept).equals(bytes)).to.equal(true);
      await content.dispose();
    });
  }

  for (const size of [0, 1, 5, MIB - 1, MIB, MIB + 1, 3 * MIB + 7]) {
    describe(`of ${size} bytes`, () => {
      const bytes = Buffer.alloc(size, 'content ');
      const octets = 'application/octet-stream';

      it('is taken from a path', async () => {
        const path = join(await folder(), 'data.csv');
        await writeFile(path, bytes);
        await check(path, {}, bytes, 'data.csv', 'text/csv');
        await check(pathToFileURL(path), {}, bytes, 'data.csv', 'text/csv');
        await check({ path, name: 'named' }, {}, bytes, 'named.csv', 'text/csv');
      });

      it('is taken from bytes', async () => {
        await check(bytes, {}, bytes, 'uploaded_file', octets);
        await check(new Uint8Array(bytes), { name: 'a.csv' }, bytes, 'a.csv', 'text/csv');
        await check(new Uint8Array(bytes).buffer, {}, bytes, 'uploaded_file', octets);
        await check({ data: bytes, name: 'a.json' }, {}, bytes, 'a.json', 'application/json');
      });

      it('is taken from a Blob and a File', async () => {
        await check(new Blob([bytes]), {}, bytes, 'uploaded_file', octets);
        await check(new Blob([bytes], { type: 'text/x-own' }), {}, bytes, 'uploaded_file', 'text/x-own');
        await check(new File([bytes], 'dir/f.pdf'), {}, bytes, 'f.pdf', 'application/pdf');
        const path = join(await folder(), 'x');
        await writeFile(path, bytes);
        await check(await openAsBlob(path), { name: 'b.txt' }, bytes, 'b.txt', 'text/plain');
      });

      it('is taken from streams', async () => {
        const path = join(await folder(), 'data.csv');
        await writeFile(path, bytes);
        await check(createReadStream(path), {}, bytes, 'data.csv', 'text/csv');
        await check(new Blob([bytes]).stream(), {}, bytes, 'uploaded_file', octets);
        await check(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]), { name: 'a.md' }, bytes, 'a.md', 'text/markdown');
        await check({ stream: Readable.from([bytes]), size, name: 's.csv' }, {}, bytes, 's.csv', 'text/csv');
        const generated = (async function* () {
          yield bytes;
        })();
        await check(generated, {}, bytes, 'uploaded_file', octets);
      });
    });
  }

  for (const [what, input, bytes] of [
    ['a view of a larger buffer', new Uint8Array(Buffer.from('xxhelloxx').buffer.slice(0), 0, 0), Buffer.alloc(0)],
    ['a part of a buffer', Buffer.from('xxhelloxx').subarray(2, 7), Buffer.from('hello')],
    ['numbers of two bytes', new Uint16Array([1, 258]), Buffer.from([1, 0, 2, 1])],
    ['a DataView', new DataView(new Uint8Array([9, 8, 7]).buffer, 1), Buffer.from([8, 7])],
    ['text as data', { data: 'Größe' }, Buffer.from('Größe')],
    ['a stream of text', Readable.from(['Grö', 'ße']), Buffer.from('Größe')],
  ] as const) {
    it(`keeps the bytes of ${what}`, () => check(input, {}, bytes, 'uploaded_file', 'application/octet-stream'));
  }

  for (const [file, name, expected] of [
    ['x.pdf', undefined, 'x.pdf'],
    ['x.pdf', 'Report', 'Report.pdf'],
    ['x.pdf', 'Report.pdf', 'Report.pdf'],
    ['x.PDF', 'Report.pdf', 'Report.pdf'],
    ['x.pdf', 'Report.PDF', 'Report.PDF'],
    ['x.csv', 'v1.2', 'v1.2.csv'],
    ['plain', 'Report.txt', 'Report.txt'],
  ] as const) {
    it(`is called ${expected} when the file is ${file} and the name ${name}`, async () => {
      const path = join(await folder(), file);
      await writeFile(path, 'x');
      const content = await openContent(path, { name });
      await content.dispose();
      expect(content.name).to.equal(expected);
    });
  }

  it('takes an explicit type before any other, and a name of the caller for what has none', async () => {
    expect(await openContent(new Blob(['x'], { type: 'text/a' }), { mimeType: 'text/b' })).to.include({ mimeType: 'text/b' });
    expect(await openContent({ data: 'x', mimeType: 'text/c' }, {})).to.include({ mimeType: 'text/c' });
    expect(await openContent(Buffer.from('x'), { fallbackName: 'data.csv' })).to.include({ name: 'data.csv', mimeType: 'text/csv' });
    expect(await openContent({ data: 'x', name: 'inner' }, { name: 'outer' })).to.include({ name: 'outer' });
  });

  for (const [what, input] of [
    ['a number', 7],
    ['null', null],
    ['undefined', undefined],
    ['a boolean', true],
    ['an object without content', { name: 'x' }],
    ['a list', [1, 2]],
    ['a function', () => 'x'],
    ['an object with a path that is none', { path: 5 }],
  ] as const) {
    it(`cannot be ${what}, and the complaint lists what can be uploaded`, async () => {
      const error = await failure(openContent(input as unknown as UploadInput, {}), ValidationError);
      expect(error.message).to.match(/cannot be uploaded; give a path, .*Buffer.*Blob.*stream/);
    });
  }

  it('cannot be a file that is not there; the complaint names it', async () => {
    const path = join(await folder(), 'missing.csv');
    expect((await failure(openContent(path, {}), ValidationError)).message).to.contain(path);
    expect((await failure(openContent(join(path, 'x'), {}), ValidationError)).message).to.contain(path);
  });

  it('cannot be a folder', async () => {
    const error = await failure(openContent(await folder(), {}), ValidationError);
    expect(error.message).to.contain('is a directory');
  });

  it('cannot be a named pipe or a device; nothing waits for a writer', async () => {
    const path = join(await folder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const error = await failure(openContent(path, {}), ValidationError);
    expect(error.message).to.contain('is a named pipe').and.contain('createReadStream');
    expect((await failure(openContent('/dev/zero', {}), ValidationError)).message).to.contain('is a device');
  });

  it('cannot be a URL of the web', async () => {
    expect((await failure(openContent(new URL('https://h.test/x'), {}), ValidationError)).message).to.contain('file:');
  });

  it('cannot be a stream that was read already or is being read', async () => {
    const used = Readable.from(['x']);
    await buffer(used);
    const locked = new Blob(['x']).stream();
    locked.getReader();
    for (const stream of [used, new PassThrough().destroy(), locked])
      expect(await failure(openContent(stream, {}), FileUploadError)).to.include({ step: 'read' });
  });

  it('cannot be a stream of objects', async () => {
    const error = await failure(openContent(Readable.from([{ a: 1 }]), {}), FileUploadError);
    expect(error.message).to.contain('objects');
  });

  for (const size of [3, 7]) {
    it(`is refused when a stream of 5 bytes was declared to have ${size}`, async () => {
      const error = await failure(openContent({ stream: Readable.from(['hello']), size }, {}), FileUploadError);
      expect(error).to.include({ step: 'read' });
      expect(error.message).to.contain(`${size} bytes`);
    });
  }

  it('stops reading a stream that is longer than declared', async () => {
    let given = 0;
    const endless = (async function* () {
      for (;;) yield Buffer.alloc(++given);
    })();
    await failure(openContent({ stream: endless, size: 100 }, {}), FileUploadError);
    expect(given).to.be.below(20);
  });

  it('keeps the error of a stream as the cause', async () => {
    const cause = new Error('disk on fire');
    const broken = (async function* () {
      yield 'x';
      throw cause;
    })();
    const error = await failure(openContent(broken, {}), FileUploadError);
    expect(error).to.include({ step: 'read', cause });
    expect(error.message).to.contain('disk on fire');
  });

  it('leaves no temporary file behind, however large the stream is and however it ends', async () => {
    const leftovers = () => readdirSync(temporary.path);
    const content = await openContent(Readable.from([Buffer.alloc(2 * MIB), Buffer.alloc(MIB)]), {});
    expect(leftovers()).to.deep.equal([]);
    await content.dispose();
    await failure(openContent({ stream: Readable.from([Buffer.alloc(2 * MIB)]), size: 1 + 2 * MIB }, {}), FileUploadError);
    expect(leftovers()).to.deep.equal([]);
  });

  it('can be given up while a stream waits for a source that never responds', async () => {
    async function* stalled() {
      yield 'a';
      await new Promise(() => {});
    }
    for (const stream of [stalled(), Readable.from(stalled())]) {
      const controller = new AbortController();
      const opening = openContent(stream, { signal: controller.signal });
      setImmediate(() => controller.abort('enough'));
      const error = await failure(opening, AbortedError);
      expect(error.cause).to.equal('enough');
    }
  });

  it('can be given up while a stream is read', async () => {
    const controller = new AbortController();
    const silent = new PassThrough();
    silent.write('x');
    const opening = openContent(silent, { signal: controller.signal });
    controller.abort('enough');
    expect(await failure(opening, AbortedError)).to.include({ cause: 'enough' });
    expect(silent.destroyed).to.equal(true);
    await failure(openContent(Buffer.from('x'), { signal: controller.signal }), AbortedError);
  });

  for (const [how, change] of [
    ['grows', (path: string) => appendFile(path, 'more')],
    ['shrinks', (path: string) => truncate(path, MIB)],
    ['is emptied', (path: string) => truncate(path, 0)],
    ['is rewritten', (path: string) => writeFile(path, Buffer.alloc(3 * MIB, 'y'))],
  ] as const) {
    it(`fails before its last byte when the file ${how} meanwhile`, async () => {
      const path = join(await folder(), 'log');
      await writeFile(path, Buffer.alloc(3 * MIB, 'x'));
      const content = await openContent(path, {});
      await change(path);
      let size = 0;
      const reading = (async () => {
        for await (const chunk of content.stream()) size += chunk.length;
      })();
      const error = await failure(reading, FileUploadError);
      await content.dispose();
      expect(error).to.include({ step: 'read', retryable: true });
      expect(error.message).to.contain('was changed while');
      expect(size).to.be.below(3 * MIB);
    });
  }

  it('stays what it was when the file is replaced by another', async () => {
    const path = join(await folder(), 'log');
    await writeFile(path, 'old');
    const content = await openContent(path, {});
    await writeFile(`${path}.new`, 'new!');
    execFileSync('mv', [`${path}.new`, path]);
    expect((await buffer(content.stream())).toString()).to.equal('old');
    await content.dispose();
  });
});
