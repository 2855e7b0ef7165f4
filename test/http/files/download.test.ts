import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import type http from 'node:http';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { DownloadOptions } from '../../../src/http/files/download-options.js';
import type { TransferProgress } from '../../../src/http/files/transfer.js';
import { NodeClient } from '../../../src/http/node/client.js';
import {
  AbortedError,
  APIError,
  ConfigurationError,
  ConnectionError,
  ResourceError,
  TimeoutError,
  ValidationError,
} from '../../../src/model/errors/index.js';
import { ManualClock } from '../../support/clock.js';
import { failure } from '../../support/failure.js';
import { folder } from '../../support/folder.js';
import { type Seen, serve } from '../../support/server.js';
import { describeTransfers } from '../support/transfers.js';

const MIB = 1024 * 1024;
const bytes = Buffer.from(Array.from({ length: 3 * MIB }, (_, index) => (index * 7 + (index >> 8)) % 251));
const sha256 = createHash('sha256').update(bytes).digest('hex');

/** A store of one object that breaks the connection after as many bytes as it is told, the first times it is asked. */
function store(
  breaks: number[],
  changes: { etag?: (count: number) => string | undefined; ranges?: boolean; content?: (count: number) => Buffer } = {},
) {
  return serve(({ headers }: Seen, response: http.ServerResponse, count) => {
    const { etag = () => '"v1"', ranges = true, content = () => bytes } = changes;
    const body = content(count);
    const tag = etag(count);
    if (tag) response.setHeader('etag', tag);
    const wanted = /^bytes=(\d+)-$/.exec(headers.range ?? '');
    const current = headers['if-range'] === undefined || headers['if-range'] === tag;
    const start = wanted && ranges && current ? Number(wanted[1]) : 0;
    if (start >= body.length && start > 0) return response.writeHead(416).end();
    if (start > 0) response.writeHead(206, { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` });
    const piece = body.subarray(start);
    const limit = breaks[count - 1];
    if (limit === undefined) return response.end(piece);
    if (!response.headersSent) response.writeHead(200, { 'content-length': piece.length });
    response.write(piece.subarray(0, limit), () => response.socket?.end());
  });
}

describeTransfers('a download', (connect) => {
  for (const size of [0, 1, MIB, 3 * MIB]) {
    it(`of ${size} bytes arrives in memory, in a file and in a stream`, async () => {
      const content = bytes.subarray(0, size);
      const { url } = await store([], { content: () => content });
      const client = connect();
      const hash = createHash('sha256').update(content).digest('hex');
      const got = await client.download(url, { size, sha256: `sha256:${hash.toUpperCase()}`.replace('SHA256', 'sha256') });
      expect(got).to.be.instanceOf(Uint8Array);
      expect(Buffer.compare(got, content)).to.equal(0);
      const target = join(await folder(), 'new', 'deeper', 'f.bin');
      expect(await client.download(url, { target, size, sha256: hash })).to.equal(undefined);
      expect(Buffer.compare(await readFile(target), content)).to.equal(0);
      expect(await readdir(join(target, '..'))).to.deep.equal(['f.bin']);
      const stream = new PassThrough();
      const read = buffer(stream);
      expect(await client.download(url, { target: stream })).to.equal(undefined);
      expect(Buffer.compare(await read, content)).to.equal(0);
    });
  }

  for (const [what, options, complaint] of [
    ['too few bytes', { size: bytes.length + 1 }, 'instead of'],
    ['too many bytes', { size: 100 }, 'more than the expected 100 bytes'],
    ['other bytes', { sha256: 'f'.repeat(64) }, 'SHA-256'],
  ] as const) {
    it(`with ${what} is an error; the old file stays and nothing else is left`, async () => {
      const { url } = await store([]);
      const target = join(await folder(), 'f.bin');
      await writeFile(target, 'old');
      const error = await failure(connect().download(url, { target, ...options }), ResourceError);
      expect(error.message).to.contain(complaint);
      expect(error.retryable).to.equal(true);
      expect(await readFile(target, 'utf8')).to.equal('old');
      expect(await readdir(join(target, '..'))).to.deep.equal(['f.bin']);
      await failure(connect().download(url, options), ResourceError);
    });
  }

  it('goes on where it broke off', async () => {
    const server = await store([MIB, MIB]);
    const target = join(await folder(), 'f.bin');
    await connect().download(server.url, { target, size: bytes.length, sha256 });
    expect(Buffer.compare(await readFile(target), bytes)).to.equal(0);
    const asked = server.seen.map(({ headers }) => [headers.range, headers['if-range']]);
    expect(asked).to.deep.equal([
      [undefined, undefined],
      [`bytes=${MIB}-`, '"v1"'],
      [`bytes=${2 * MIB}-`, '"v1"'],
    ]);
  });

  it('goes on as often as need be while it gets further, and no longer', async () => {
    const server = await store(Array.from({ length: 20 }, () => 100_000));
    const got = await connect({ maxRetries: 1 }).download(server.url, { sha256 });
    expect(Buffer.compare(got, bytes)).to.equal(0);
    expect(server.seen).to.have.length(21);
    const stuck = await store(
      Array.from({ length: 20 }, () => 1000),
      { ranges: false },
    );
    await failure(connect({ maxRetries: 2 }).download(stuck.url), ConnectionError);
    expect(stuck.seen).to.have.length(3);
  });

  it('begins again when the server knows no ranges', async () => {
    const server = await store([MIB], { ranges: false });
    expect(Buffer.compare(await connect().download(server.url, { sha256 }), bytes)).to.equal(0);
    const target = join(await folder(), 'f');
    const second = await store([MIB], { ranges: false });
    await connect().download(second.url, { target, sha256 });
    expect(Buffer.compare(await readFile(target), bytes)).to.equal(0);
  });

  it('begins again when the file was changed meanwhile', async () => {
    const other = Buffer.alloc(2 * MIB, 'x');
    const changes = { etag: (count: number) => `"v${count}"`, content: (count: number) => (count === 1 ? bytes : other) };
    const { url } = await store([MIB], changes);
    expect(Buffer.compare(await connect().download(url), other)).to.equal(0);
  });

  it('does not ask for the rest where it cannot be sure that it belongs to the beginning', async () => {
    for (const etag of [undefined, 'W/"weak"']) {
      const server = await store([MIB], { etag: () => etag });
      expect(Buffer.compare(await connect().download(server.url), bytes)).to.equal(0);
      expect(server.seen[1]?.headers).to.not.have.property('range');
    }
  });

  it('cannot begin again into a stream, and says so', async () => {
    const { url } = await store([MIB], { ranges: false });
    const stream = new PassThrough();
    stream.resume();
    const error = await failure(connect().download(url, { target: stream }), ResourceError);
    expect(error.message).to.contain('cannot be removed');
    expect(stream.destroyed).to.equal(true);
  });

  it('takes a part that nobody asked for as no more than the part that it is', async () => {
    const packed = gzipSync(bytes);
    const middle = packed.length >> 1;
    const { url, seen } = await serve(({ headers }, response) => {
      const [from, to] = headers.range ? [middle, packed.length] : [0, middle];
      response.writeHead(206, { etag: '"v1"', 'content-range': `bytes ${from}-${to - 1}/${packed.length}` });
      response.end(packed.subarray(from, to));
    });
    const client = new NodeClient({ baseUrl: url, fetch, retry: { baseDelay: 0 } });
    const found = await client.download(url, { decompress: 'gzip' });
    expect(bytes.equals(found)).to.equal(true);
    expect(seen.map(({ headers }) => headers.range)).to.deep.equal([undefined, `bytes=${middle}-`]);
  });

  it('leaves the permissions of a file that it replaces', async () => {
    const path = join(await folder(), 'private.txt');
    await writeFile(path, 'old');
    await chmod(path, 0o600);
    const { url } = await serve((_, response) => response.end('new'));
    await new NodeClient({ baseUrl: url, fetch }).download(url, { target: path });
    expect(await readFile(path, 'utf8')).to.equal('new');
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
  });

  it('refuses a part that nobody asked for', async () => {
    const server = await serve((_, response, count) => {
      if (count === 1) {
        response.writeHead(200, { 'content-length': 10, etag: '"a"' }).write('01234', () => response.socket?.end());
      } else response.writeHead(206, { 'content-range': 'bytes 3-9/10' }).end('3456789');
    });
    const error = await failure(connect().download(server.url), ResourceError);
    expect(error.message).to.contain('bytes 3-9/10');
  });

  it('begins again when the part it asks for is beyond the end', async () => {
    const short = Buffer.from('short');
    const server = await store([MIB], { etag: () => '"v1"', content: (count) => (count === 1 ? bytes : short) });
    expect(Buffer.compare(await connect().download(server.url), short)).to.equal(0);
    expect(server.seen).to.have.length(3);
  });

  for (const [what, fileName, expected] of [
    ['too long', `${'é'.repeat(200)}.csv`, `${'é'.repeat(125)}.csv`],
    ['too long in another script', `${'語'.repeat(200)}.csv`, `${'語'.repeat(83)}.csv`],
    ['not a text', null as unknown as string, 'download'],
  ] as const) {
    it(`writes a file whose name is ${what}`, async () => {
      const server = await serve((_, response) => response.end('a'));
      const target = await folder();
      await connect().download(server.url, { target, fileName });
      expect(await readdir(target)).to.deep.equal([expected]);
    });
  }

  it('asks once for a fresh address when the first has expired, also in the middle', async () => {
    const server = await serve(({ url, headers }, response, count) => {
      if (count === 1) response.writeHead(200, { 'content-length': 10, etag: '"a"' }).write('01234', () => response.socket?.end());
      else if (url !== '/fresh') response.writeHead(403).end('<Error/>');
      else response.writeHead(206, { 'content-range': `bytes ${headers.range?.slice(6)}9/10` }).end('56789');
    });
    const got = await connect().download(`${server.url}/old`, { renewUrl: async () => `${server.url}/fresh` });
    expect(Buffer.from(got).toString()).to.equal('0123456789');
    expect(server.seen.map(({ url }) => url)).to.deep.equal(['/old', '/old', '/fresh']);
  });

  for (const status of [403, 404, 500]) {
    it(`never takes the text of a ${status} for content`, async () => {
      const { url } = await serve((_, response) => response.writeHead(status).end('<Error><Message>No such key</Message></Error>'));
      const target = join(await folder(), 'f');
      const error = await failure(connect().download(url, { target, fileName: 'x.csv' }), APIError);
      expect(error.status).to.equal(status);
      expect(error.message).to.contain('download x.csv').and.contain('No such key');
      expect(await readdir(join(target, '..'))).to.deep.equal([]);
    });
  }

  for (const [kind, packed] of [
    ['gzip', gzipSync(bytes)],
    ['brotli', brotliCompressSync(bytes.subarray(0, MIB))],
  ] as const) {
    const plain = kind === 'gzip' ? bytes : bytes.subarray(0, MIB);

    it(`is unpacked as ${kind} after size and hash were taken, also when it breaks off`, async () => {
      const hash = createHash('sha256').update(packed).digest('hex');
      const { url } = await store([200, 300], { content: () => packed });
      const got = await connect().download(url, { decompress: kind, size: packed.length, sha256: hash });
      expect(Buffer.compare(got, plain)).to.equal(0);
      const again = await store([200], { content: () => packed, ranges: false });
      expect(Buffer.compare(await connect().download(again.url, { decompress: kind }), plain)).to.equal(0);
    });

    it(`is not unpacked twice when the store says ${kind} too`, async () => {
      const encoding = kind === 'gzip' ? 'gzip' : 'br';
      const { url } = await serve((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(packed));
      for (const decompress of [kind, null] as const) {
        const got = await connect().download(url, { decompress });
        expect(Buffer.compare(got, plain)).to.equal(0);
      }
    });

    it(`is an error when it is not ${kind}`, async () => {
      const { url } = await serve((_, response) => response.end('nothing of the kind, certainly'));
      const target = join(await folder(), 'f');
      const error = await failure(connect().download(url, { decompress: kind, target }), ResourceError);
      expect(error.message).to.contain(`cannot be decompressed as ${kind}`);
      expect(await readdir(join(target, '..'))).to.deep.equal([]);
      const cut = await serve((_, response) => response.end(packed.subarray(0, 100)));
      await failure(connect().download(cut.url, { decompress: kind }), ResourceError);
    });
  }

  it('refuses to unpack what it cannot', async () => {
    const options = { decompress: 'lz4' } as unknown as DownloadOptions;
    await failure(connect().download('http://127.0.0.1:9', options), ConfigurationError);
  });

  for (const fileName of ['../../evil.txt', '/etc/evil.txt', '..\\evil.txt', 'C:\\x\\evil.txt']) {
    it(`does not leave the folder for a file that calls itself ${fileName}`, async () => {
      const { url } = await store([]);
      const parent = await folder();
      await mkdir(join(parent, 'in'));
      await connect().download(url, { target: join(parent, 'in'), fileName });
      expect(await readdir(join(parent, 'in'))).to.deep.equal(['evil.txt']);
      expect(await readdir(parent)).to.deep.equal(['in']);
    });
  }

  it('makes the folder that a slash at the end asks for', async () => {
    const { url } = await store([]);
    const parent = await folder();
    await connect().download(url, { target: `${join(parent, 'made')}/`, fileName: 'a.txt' });
    expect(await readdir(join(parent, 'made'))).to.deep.equal(['a.txt']);
  });

  it('replaces what a link points to, and not the link', async () => {
    const { url } = await store([]);
    const parent = await folder();
    await writeFile(join(parent, 'real'), 'old');
    await symlink('real', join(parent, 'link'));
    await connect().download(url, { target: join(parent, 'link') });
    expect(Buffer.compare(await readFile(join(parent, 'real')), bytes)).to.equal(0);
  });

  for (const [what, target] of [
    ['a folder without a file name', '/tmp'],
    ['a device', '/dev/null'],
    ['an empty path', ''],
    ['a number', 7 as unknown as string],
  ] as const) {
    it(`is refused, before any request, into ${what}`, async () => {
      const server = await store([]);
      await failure(connect().download(server.url, { target }), ValidationError);
      expect(server.seen).to.deep.equal([]);
    });
  }

  it('that cannot be written is not tried again', async () => {
    const server = await store([]);
    // A name no file system takes: permissions would not stop root.
    await failure(connect().download(server.url, { target: join(await folder(), 'f'.repeat(300)) }), ResourceError);
    expect(server.seen).to.deep.equal([]);
  });

  it('into a path below a file is an error', async () => {
    const server = await store([]);
    const parent = await folder();
    await writeFile(join(parent, 'file'), '');
    const error = await failure(connect().download(server.url, { target: join(parent, 'file', 'f') }), ResourceError);
    expect(error.message).to.contain('cannot be written');
  });

  it('into a stream that breaks ends with the error of the stream, once', async () => {
    const server = await store([]);
    const cause = new Error('full');
    const target = new Writable({ write: (_chunk, _encoding, done) => done(cause) });
    const error = await failure(connect().download(server.url, { target }), ResourceError);
    expect(error.message).to.contain('full');
    expect(server.seen).to.have.length(1);
  });

  it('into a stream that is closed, before or meanwhile, is an error and does not wait for it', async () => {
    const server = await store([]);
    const closed = new PassThrough().destroy();
    expect((await failure(connect().download(server.url, { target: closed }), ResourceError)).message).to.contain('closed');
    const closing = new Writable({
      highWaterMark: 1,
      write() {
        this.destroy();
      },
    });
    await failure(connect().download(server.url, { target: closing }), ResourceError);
    expect(server.seen).to.have.length(2);
  });

  it('waits for a slow stream, however long, without taking it for silence', async () => {
    const { url } = await store([]);
    const clock = new ManualClock();
    let size = 0;
    const target = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        void clock.pass(400).then(() => done());
      },
    });
    await connect({ idleTimeout: 0.15, maxRetries: 0 }, { clock }).download(url, { target });
    expect(size).to.equal(bytes.length);
  });

  it('tells how far it is', async () => {
    const { url } = await store([]);
    const steps: TransferProgress[] = [];
    await connect().download(url, { onProgress: (step) => steps.push(step) });
    expect(steps.at(-1)).to.deep.equal({ loaded: bytes.length, total: bytes.length });
    expect(steps.every(({ loaded }, index) => index === 0 || loaded > (steps[index - 1]?.loaded ?? 0))).to.equal(true);
  });

  it('ends when its signal fires, and leaves nothing behind', async () => {
    const { url } = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, MIB)),
    );
    const controller = new AbortController();
    const target = join(await folder(), 'f');
    const onProgress = () => controller.abort('enough');
    const error = await failure(connect().download(url, { target, onProgress, signal: controller.signal }), AbortedError);
    expect(error.cause).to.equal('enough');
    expect(await readdir(join(target, '..'))).to.deep.equal([]);
  });

  for (const [what, target, size] of [
    ['takes no more', (stuck: () => void) => new Writable({ write: stuck }), 3 * MIB],
    ['does not end', (stuck: () => void) => new Writable({ write: (_chunk, _encoding, done) => done(), final: stuck }), 5],
  ] as const) {
    it(`ends when its signal fires while the target ${what}`, async () => {
      const { url } = await serve((_, response) => response.end(bytes.subarray(0, size)));
      const controller = new AbortController();
      const stream = target(() => setImmediate(() => controller.abort('enough')));
      const download = new NodeClient({ baseUrl: url, fetch }).download(url, { target: stream, signal: controller.signal });
      const error = await failure(download, AbortedError);
      expect(error.cause).to.equal('enough');
      expect(stream.destroyed).to.equal(true);
    });
  }

  it('ends when its time is over while the target takes no more', async () => {
    const { url } = await serve((_, response) => response.end(bytes));
    await failure(new NodeClient({ baseUrl: url, fetch }).download(url, { target: new PassThrough(), timeout: 0.05 }), TimeoutError);
  });

  it('is given up when the server falls silent', async () => {
    const silent = await serve((_, response) => void response.writeHead(200, { 'content-length': 10 }).write('x'));
    const mute = await serve(() => {});
    for (const { url } of [silent, mute]) await failure(connect({ idleTimeout: 0.1, maxRetries: 0 }).download(url), TimeoutError);
  });
});
