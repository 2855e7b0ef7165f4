const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * Counts the records below the header of a CSV file (RFC 4180). Line breaks inside quotes and blank lines are not counted. Lines may end in
 * LF, CR LF or CR. Null if the file is not UTF-8 text or ends inside quotes.
 */
export async function countRows(chunks: AsyncIterable<Uint8Array>): Promise<number | null> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let records = 0;
  let quoted = false;
  let blank = true;
  try {
    for await (const chunk of chunks) {
      decoder.decode(chunk, { stream: true });
      for (const byte of chunk) {
        if ((byte === lineFeed || byte === carriageReturn) && !quoted) {
          if (!blank) records++;
          blank = true;
        } else {
          blank = false;
          if (byte === quote) quoted = !quoted;
        }
      }
    }
    decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  if (quoted) return null;
  return Math.max(0, records + (blank ? 0 : 1) - 1);
}
