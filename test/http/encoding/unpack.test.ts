import zlib from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Coding, codingsOf, unsupportedCoding } from '../../../src/http/encoding/content-codings.js';
import { unpack } from '../../../src/http/encoding/unpack.js';
import { UNBOUNDED, UnpackingGuard } from '../../../src/http/encoding/unpacking-guard.js';
import { nodeDecoders as decoders } from '../../../src/http/node/decoders.js';
import { failure } from '../../support/failure.js';

const plain = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 6)) % 251));
const compress: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  'raw deflate': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  // Node has zstd from 22.15 on.
  ...('zstdCompressSync' in zlib ? { zstd: zlib.zstdCompressSync as (bytes: Buffer) => Buffer } : {}),
};
const formats = Object.entries(compress);

function codingOf(format: string): Coding {
  return (format === 'raw deflate' ? 'deflate' : format) as Coding;
}

/** The bytes in chunks of a size. */
function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function unpacked(codings: readonly Coding[], bytes: Buffer, size = 1000, bounds = UNBOUNDED): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const guard = new UnpackingGuard(bounds, RangeError);
  for await (const chunk of unpack(chunksOf(bytes, size), { codings, decoders, guard })) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe('decompression', () => {
  for (const [format, pack] of formats) {
    const packed = pack(plain);

    it(`undoes ${format}, in chunks of any size`, async () => {
      for (const size of [1_000_000, 4096, 7]) expect(plain.equals(await unpacked([codingOf(format)], packed, size))).to.equal(true);
      const short = pack(Buffer.from('{}'));
      expect((await unpacked([codingOf(format)], short, 1)).toString()).to.equal('{}');
      expect(await unpacked([codingOf(format)], pack(Buffer.alloc(0)), 1)).to.have.length(0);
    });

    it(`takes no bytes at all for an empty body in ${format}`, async () => {
      expect(await unpacked([codingOf(format)], Buffer.alloc(0))).to.have.length(0);
    });

    it(`does not take ${format} for complete that is cut within its data`, async () => {
      const data = packed.length - (format === 'gzip' ? 8 : format === 'deflate' ? 4 : 0);
      for (const length of [1, 2, 5, 9, 11, data >> 1, data - 2, data - 1])
        await failure(unpacked([codingOf(format)], packed.subarray(0, length)), Error);
    });

    it(`ignores what follows ${format}, such as padding`, async () => {
      const padded = Buffer.concat([packed, Buffer.alloc(200_000)]);
      for (const size of [1_000_000, 4096]) expect(plain.equals(await unpacked([codingOf(format)], padded, size))).to.equal(true);
    });

    it(`ends at the bounds of what ${format} may become`, async () => {
      const zeros = pack(Buffer.alloc(4_000_000));
      await failure(unpacked([codingOf(format)], zeros, 1000, { ...UNBOUNDED, bytes: 3_999_999 }), RangeError);
      await failure(unpacked([codingOf(format)], zeros, 1000, { ...UNBOUNDED, ratio: 100 }), RangeError);
      expect(await unpacked([codingOf(format)], zeros, 1000, { ...UNBOUNDED, bytes: 4_000_000 })).to.have.length(4_000_000);
      expect(await unpacked([codingOf(format)], pack(Buffer.alloc(1_000_000)), 1000, { ...UNBOUNDED, ratio: 2 })).to.have.length(1_000_000);
    });
  }

  for (const [format, trailer] of [
    ['gzip', 8],
    ['deflate', 4],
  ] as const) {
    const packed = (compress[format] as (bytes: Buffer) => Buffer)(plain);

    it(`does not need the checksum of ${format}, or all of it, but refuses a wrong one`, async () => {
      for (let missing = 1; missing <= trailer; missing++)
        expect(plain.equals(await unpacked([format], packed.subarray(0, packed.length - missing)))).to.equal(true);
      const wrong = Buffer.from(packed);
      wrong.writeUInt8(wrong.readUInt8(packed.length - trailer) ^ 1, packed.length - trailer);
      expect((await failure(unpacked([format], wrong), Error)).message).to.contain('data check');
    });
  }

  it('reads several members of gzip, and a header with all its optional parts', async () => {
    const member = zlib.gzipSync('cd');
    const header = Buffer.from([0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3, 0x6e, 0, 0x63, 0, 9, 9]);
    const bytes = Buffer.concat([zlib.gzipSync('ab'), header, member.subarray(10)]);
    for (const size of [1, 3, 1000]) expect((await unpacked(['gzip'], bytes, size)).toString()).to.equal('abcd');
  });

  it('undoes several codings, the last first, and not as many as one likes', async () => {
    const twice = zlib.brotliCompressSync(zlib.gzipSync(plain));
    expect(plain.equals(await unpacked(['gzip', 'br'], twice))).to.equal(true);
    await failure(unpacked(Array(1000).fill('gzip'), twice), Error);
  });

  it('does not wait for a source that stands still when the bounds are reached', async () => {
    async function* stuck() {
      yield zlib.gzipSync(Buffer.alloc(4_000_000)).subarray(0, -100);
      await new Promise(() => {});
    }
    const guard = new UnpackingGuard({ ...UNBOUNDED, bytes: 1000 }, RangeError);
    await failure(unpack(stuck(), { codings: ['gzip'], decoders, guard }).next(), RangeError);
  });

  it('gives back any bytes that were compressed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 5000 }),
        fc.constantFrom(...formats),
        fc.integer({ min: 1, max: 300 }),
        async (bytes, [format, pack], size) =>
          Buffer.from(bytes).equals(await unpacked([codingOf(format)], pack(Buffer.from(bytes)), size)),
      ),
      { numRuns: 50 },
    );
  });
});

describe('the Content-Encoding', () => {
  for (const [header, codings] of [
    [undefined, []],
    ['', []],
    ['identity', []],
    ['none', []],
    ['utf-8', []],
    ['aws-chunked', []],
    ['GZIP', ['gzip']],
    ['x-gzip', ['gzip']],
    ['identity, gzip', ['gzip']],
    ['gzip,, br ', ['gzip', 'br']],
    ['aws-chunked,gzip', ['gzip']],
    ['utf-8, deflate', ['deflate']],
  ] as const) {
    it(`${JSON.stringify(header)} stands for the codings [${codings.join()}]`, () => {
      const headers: Record<string, string> = header === undefined ? {} : { 'content-encoding': header };
      expect(codingsOf(headers, decoders)).to.deep.equal(codings);
      expect(unsupportedCoding(headers, decoders)).to.equal(undefined);
    });
  }

  it('of a registered coding that cannot be undone is known as such', () => {
    expect(unsupportedCoding({ 'content-encoding': 'gzip, x-compress' }, decoders)).to.equal('compress');
    expect(
      codingsOf({ 'content-encoding': 'zstd' }, decoders).length + (unsupportedCoding({ 'content-encoding': 'zstd' }, decoders) ? 1 : 0),
    ).to.equal(1);
  });
});
