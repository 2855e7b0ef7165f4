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
