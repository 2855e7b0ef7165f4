import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import zlib from 'node:zlib';
import { expect } from 'chai';
import type { TransferProgress } from '../../../src/http/files/transfer.js';
import { NodeClient } from '../../../src/http/node/client.js';
import { ResourceError } from '../../../src/model/errors/index.js';
import { failure } from '../../support/failure.js';
import { folder, removeFolders } from '../../support/folder.js';
import { closeServers, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { describeTransfers } from '../support/transfers.js';

const MIB = 1024 * 1024;
const content = Buffer.from(Array.from({ length: 20_008 }, (_, index) => (index * 7 + (index >> 5)) % 11));
const facts = { size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
const zeros = zlib.gzipSync(Buffer.alloc(16 * MIB));

describeTransfers('a download that is encoded on the way', (connect) => {
  /** A server that responds with encoded bytes, and a target of each kind: memory, a path, a stream. */
  async function respond(encoding: string | undefined, body: Buffer, ends = true) {
    const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
    const server = await serve((_, response) => {
      response.writeHead(200, ends ? { ...headers, 'content-length': body.length } : headers).write(body);
      if (ends) response.end();
    });
    const path = join(await folder(), 'f.bin');
    let written = 0;
    const counting = () =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written += chunk.length;
          done();
        },
      });
    return { ...server, path, targets: [undefined, path, counting()] as const, written: () => written };
  }

  for (const [encoding, body] of [
    ['gzip', zlib.gzipSync(content)],
    ['gzip', zlib.gzipSync(content).subarray(0, -8)],
    ['deflate', zlib.deflateSync(content)],
    ['deflate', zlib.deflateRawSync(content)],
    ['br', zlib.brotliCompressSync(content)],
    ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(content))],
    ['none', content],
    ['aws-chunked', content],
    ['aws-chunked, gzip', zlib.gzipSync(content)],
    ['utf-8', content],
  ] as const) {
    it(`as ${encoding}, in ${body.length} bytes, is the file itself, checked against its size and hash`, async () => {
      const { url, path } = await respond(encoding, body);
      for (const options of [facts, {}]) {
        expect(content.equals(await connect().download(url, options))).to.equal(true);
        await connect().download(url, { ...options, target: path });
        expect(content.equals(await readFile(path))).to.equal(true);
        const stream = new PassThrough();
        const read = buffer(stream);
        await connect().download(url, { ...options, target: stream });
        expect(content.equals(await read)).to.equal(true);
      }
      const size = await failure(connect().download(url, { size: content.length + 1 }), ResourceError);
      expect(size.message).to.contain(`${content.length} bytes arrived instead of ${content.length + 1}`);
      expect((await failure(connect().download(url, { sha256: 'f'.repeat(64) }), ResourceError)).message).to.contain('SHA-256');
    });
  }

  it('tells its progress in bytes of the file', async () => {
    const { url } = await respond('gzip', zlib.gzipSync(content));
    const steps: TransferProgress[] = [];
    await connect().download(url, { ...facts, onProgress: (step) => steps.push(step) });
    expect(steps.at(-1)).to.deep.equal({ loaded: content.length, total: content.length });
  });

  it('begins again when it breaks off: a part of encoded bytes is not a part of the file', async () => {
    const packed = zlib.gzipSync(content);
    const server = await serve((_, response, count) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length, etag: '"v1"' });
      if (count === 1) response.write(packed.subarray(0, 30), () => response.socket?.end());
      else response.end(packed);
    });
    expect(content.equals(await connect().download(server.url, facts))).to.equal(true);
    expect(server.seen.map(({ headers }) => headers.range)).to.deep.equal([undefined, undefined]);
  });

  it('is read by the encoding of each response, when a later one differs', async () => {
    const packed = zlib.gzipSync(content);
    const server = await serve((_, response, count) => {
      if (count > 1) return response.end(content);
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.write(packed.subarray(0, 300), () => response.socket?.end());
    });
    expect(content.equals(await connect().download(server.url, facts))).to.equal(true);
  });

  it('is an error when its compressed data is cut, and leaves nothing', async () => {
    const packed = zlib.gzipSync(content);
    const { url, path } = await respond('gzip', packed.subarray(0, packed.length >> 1));
    for (const target of [undefined, path]) await failure(connect().download(url, { ...facts, target }), ResourceError);
    expect(await readdir(join(path, '..'))).to.deep.equal([]);
  });

  it('as something that cannot be undone is an error, and not a file of other bytes', async () => {
    const { url, path } = await respond('compress', content);
    const error = await failure(connect().download(url, { target: path }), ResourceError);
    expect(error.message).to.contain('compress');
    expect(await readdir(join(path, '..'))).to.deep.equal([]);
  });

  for (const ends of [true, false]) {
    it(`ends as soon as more has come than the promised size, also when the response ${ends ? 'ends' : 'does not end'}`, async () => {
      const { url, path, targets, written, seen } = await respond('gzip', zeros, ends);
      for (const target of targets) {
        const error = await failure(connect().download(url, { target, size: zeros.length }), ResourceError);
        expect(error.message).to.contain(`more than the expected ${zeros.length} bytes`);
      }
      expect(seen).to.have.length(3);
      expect(written()).to.be.at.most(zeros.length);
      expect(await readdir(join(path, '..'))).to.deep.equal([]);
    });

    it(`of unknown size ends at the limits, also when it is compressed itself and the response ${ends ? 'ends' : 'does not end'}`, async () => {
      for (const [encoding, decompress] of [
        ['gzip', undefined],
        ['gzip', 'gzip'],
        [undefined, 'gzip'],
      ] as const) {
        const { url, path, targets, written, seen } = await respond(encoding, zeros, ends);
        for (const target of targets) {
          const limits = { unpackedBytes: 2 * MIB };
          // Without a Content-Length nobody knows how many bytes a fetch of its own has received.
          if (target !== undefined && encoding && !ends) continue;
          const error = await failure(connect({ limits }).download(url, { target, decompress }), ResourceError);
          expect(error.message).to.match(/limits\.(unpackedBytes|unpackingRatio)/);
        }
        expect(seen.length).to.be.within(1, 3);
        expect(written()).to.be.below(8 * MIB);
        expect(await readdir(join(path, '..'))).to.deep.equal([]);
      }
    });
  }

  it('is not limited when its size is known, or when the limits are lifted', async () => {
    const { url } = await respond('gzip', zeros);
    expect(await connect().download(url, { size: 16 * MIB })).to.have.length(16 * MIB);
    const limits = { unpackedBytes: 16 * MIB, unpackingRatio: Number.POSITIVE_INFINITY };
    expect(await connect({ limits }).download(url)).to.have.length(16 * MIB);
    expect(await connect({ limits }).download(url, { decompress: 'gzip' })).to.have.length(16 * MIB);
  });

  it('is an error when it should be compressed and is empty', async () => {
    const { url } = await respond(undefined, Buffer.alloc(0));
    await failure(connect().download(url, { decompress: 'gzip' }), ResourceError);
  });
});

describe('a download with bytes after its compressed data', () => {
  realSockets();
  afterEach(async () => {
    await closeServers();
    await removeFolders();
  });

  it('is the file without them', async () => {
    const padded = Buffer.concat([zlib.gzipSync(content), Buffer.alloc(MIB)]);
    const { url } = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(padded));
    const target = join(await folder(), 'f.bin');
    await new NodeClient({ baseUrl: url }).download(url, { ...facts, target });
    expect(content.equals(await readFile(target))).to.equal(true);
  });
});
