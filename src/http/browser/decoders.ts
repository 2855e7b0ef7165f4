import type { Decoder, Decoders } from '../encoding/decoder.js';

/**
 * The compressions of files that browsers undo, brotli where `DecompressionStream` knows it. They decode bodies by themselves, also of a file
 * that is stored with a Content-Encoding, and hide that from pages of other origins: what does not begin as gzip does is left as it is.
 */
export const browserDecoders: Decoders = {
  gzip: (source) => decodeGzip(source),
  deflate: decoder('deflate'),
  ...(knows('brotli') && { br: decoder('brotli') }),
};

async function* decodeGzip(source: Parameters<Decoder>[0]): AsyncGenerator<Uint8Array> {
  const { first, all } = await peek(source);
  if (first?.[0] === 0x1f && (first.length < 2 || first[1] === 0x8b)) yield* decoder('gzip')(all);
  else yield* all;
}

async function peek(source: Parameters<Decoder>[0]): Promise<{ first: Uint8Array | undefined; all: AsyncGenerator<Uint8Array> }> {
  const chunks = chunksOf(source);
  const { done, value } = await chunks.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    if (!done) yield value;
    yield* chunks;
  }
  return { first: done ? undefined : value, all: all() };
}

async function* chunksOf(source: Parameters<Decoder>[0]): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) if (chunk.length > 0) yield chunk;
}

function decoder(format: string): Decoder {
  return async function* (source) {
    const { readable, writable } = new DecompressionStream(format as CompressionFormat);
    const writer = writable.getWriter();
    const reader = readable.getReader();
    const feeding = feed(source, writer);
    // Whatever ends the reading is thrown there.
    feeding.catch(() => {});
    try {
      for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) yield value as Uint8Array;
      await feeding;
    } finally {
      reader.cancel().catch(() => {});
    }
  };
}

async function feed(source: Parameters<Decoder>[0], writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  try {
    for await (const chunk of source) await writer.write(chunk as Uint8Array<ArrayBuffer>);
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  }
}

function knows(format: string): boolean {
  try {
    return new DecompressionStream(format as CompressionFormat) !== undefined;
  } catch {
    return false;
  }
}
