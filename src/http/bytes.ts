/** Made on first use, so that the package can be imported where there is none. */
let encoder: TextEncoder | undefined;

/** A text in UTF-8. */
export function utf8(text: string): Uint8Array<ArrayBuffer> {
  encoder ??= new TextEncoder();
  return encoder.encode(text);
}

/** The chunks one after the other. A single chunk is returned as it is. @param size The number of all bytes. */
export function concat(chunks: readonly Uint8Array[], size: number = chunks.reduce((total, { length }) => total + length, 0)): Uint8Array {
  if (chunks.length === 1 && chunks[0]) return chunks[0];
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The bytes of a text in UTF-8 as base64 (RFC 4648 §4). */
export function base64(text: string): string {
  return btoa(Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join(''));
}
