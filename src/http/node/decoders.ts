import { Buffer } from 'node:buffer';
import type { Transform } from 'node:stream';
// The default import: webpack makes imports by name of the members of a namespace, and not all releases of Node have all of them.
import zlib from 'node:zlib';
import type { Coding } from '../encoding/content-codings.js';
import type { Decoder, Decoders } from '../encoding/decoder.js';
import { ByteReader } from './byte-reader.js';

/** Decodes everything that the reader has. */
type ReaderDecoder = (reader: ByteReader) => AsyncGenerator<Buffer>;

/** A zlib engine. `bytesWritten` counts the bytes that it has consumed. */
type Engine = Transform & { readonly bytesWritten: number };

const ENGINE_OPTIONS = { chunkSize: 64 * 1024 };

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The decoders. A checksum after the end of compressed data may be missing, as for browsers, but not wrong. Node has zstd from 22.15 on. */
export const nodeDecoders: Decoders = {
  gzip: reading(gzip),
  deflate: reading(deflate),
  br: reading(br),
  ...('createZstdDecompress' in zlib && { zstd: reading(zstd) }),
} satisfies Partial<Record<Coding, Decoder>>;

/** A decoder of a source that may be empty. */
function reading(decode: ReaderDecoder): Decoder {
  return async function* (source) {
    const reader = new ByteReader(source);
    try {
      const isEmpty = (await reader.peek(1)).length === 0;
      if (!isEmpty) yield* decode(reader);
    } finally {
      reader.close();
    }
  };
}

/** RFC 1952: any number of members. Bytes after the last, such as padding, are ignored. */
async function* gzip(reader: ByteReader): AsyncGenerator<Buffer> {
  do {
    await skipGzipHeader(reader);
    let checksum = 0;
    let size = 0;
    for await (const chunk of run(zlib.createInflateRaw(ENGINE_OPTIONS), reader)) {
      checksum = zlib.crc32(chunk, checksum);
      size += chunk.length;
      yield chunk;
    }
    const trailer = await reader.take(8);
    if (trailer.length < 8) return;
    if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== size % 2 ** 32) throw new Error('incorrect data check');
  } while (isGzip(await reader.peek(2)));
}

function isGzip(start: Buffer): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

async function skipGzipHeader(reader: ByteReader): Promise<void> {
  const header = await reader.take(10);
  if (!isGzip(header) || (header.length > 2 && header[2] !== 8)) throw new Error('incorrect header check');
  if (header.length < 10) throw new Error('unexpected end of file');
  const flags = header.readUInt8(3);
  if (flags & 4) {
    const length = await reader.take(2);
    await reader.take(length.length < 2 ? 0 : length.readUInt16LE(0));
  }
  if (flags & 8) await reader.skipText();
  if (flags & 16) await reader.skipText();
  if (flags & 2) await reader.take(2);
}

/** RFC 9110 §8.4.1.2: the zlib format, and the raw deflate data that some servers send instead. */
async function* deflate(reader: ByteReader): AsyncGenerator<Buffer> {
  const header = await reader.peek(2);
  const isZlib = header.length === 2 && header.readUInt16BE(0) % 31 === 0 && (header.readUInt8(0) & 0x8f) === 8;
  if (isZlib) await reader.take(2);
  let checksum = 1;
  for await (const chunk of run(zlib.createInflateRaw(ENGINE_OPTIONS), reader)) {
    if (isZlib) checksum = adler32(chunk, checksum);
    yield chunk;
  }
  const trailer = await reader.take(isZlib ? 4 : 0);
  if (trailer.length === 4 && trailer.readUInt32BE(0) !== checksum) throw new Error('incorrect data check');
}

/** The checksum of RFC 1950. */
function adler32(bytes: Buffer, previous: number): number {
  let a = previous & 0xffff;
  let b = previous >>> 16;
  for (let start = 0; start < bytes.length; start += 3800) {
    // The sums of 3,800 bytes stay below 2^32.
    for (let index = start; index < Math.min(start + 3800, bytes.length); index++) {
      a += bytes[index] ?? 0;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

async function* br(reader: ByteReader): AsyncGenerator<Buffer> {
  yield* run(zlib.createBrotliDecompress(ENGINE_OPTIONS), reader);
}

/** RFC 8878: any number of frames. A fetch of a newer runtime may have decoded them already; then the bytes are left as they are. */
async function* zstd(reader: ByteReader): AsyncGenerator<Buffer> {
  const { createZstdDecompress } = zlib as unknown as { createZstdDecompress(options: object): Engine };
  const isFrame = async () => {
    const magic = await reader.peek(4);
    return magic.length > 0 && magic.equals(ZSTD_MAGIC.subarray(0, magic.length));
  };
  const isEncoded = await isFrame();
  while (await isFrame()) yield* run(createZstdDecompress(ENGINE_OPTIONS), reader);
  if (!isEncoded) for (let chunk = await reader.read(); chunk; chunk = await reader.read()) yield chunk;
}

/** Decodes up to the end of the compressed data. The bytes after it stay in the reader. */
async function* run(engine: Engine, reader: ByteReader): AsyncGenerator<Buffer> {
  const feeding = feed(engine, reader).catch((error) => engine.destroy(error));
  try {
    yield* engine;
    await feeding;
  } finally {
    engine.destroy();
  }
}

async function feed(engine: Engine, reader: ByteReader): Promise<void> {
  let fed = 0;
  for (let chunk = await reader.read(); chunk; chunk = await reader.read()) {
    const bytes = chunk;
    await new Promise<void>((resolve) => engine.write(bytes, () => resolve()));
    fed += bytes.length;
    const excess = fed - engine.bytesWritten;
    if (engine.destroyed) return;
    if (excess > 0) return reader.unread(bytes.subarray(bytes.length - excess));
  }
  engine.end();
}
