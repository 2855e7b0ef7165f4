import { concat } from '../concat.js';

/** Made on first use, so that the package can be imported where there is none. */
let utf8: TextDecoder | undefined;

/** The text of a body: UTF-8 (RFC 8259 §8.1), or UTF-16 with its byte order mark. Byte order marks are removed. */
export function decodeText(bytes: Uint8Array): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  // A mark that is not at the beginning of the text is a part of it.
  utf8 ??= new TextDecoder('utf-8', { ignoreBOM: true });
  const decoder = mark === 0xfffe || mark === 0xfeff ? new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be') : utf8;
  return decoder.decode(bytes).replace(/^\uFEFF+/, '');
}

/** The most bytes of a character in UTF-8. */
const LONGEST = 4;

/** The same of chunks, which are not joined: fresh memory for that can take as long as parsing the text. */
export function decodeChunks(chunks: readonly Uint8Array[]): string {
  const first = chunks.find(({ length }) => length > 0);
  // UTF-16 begins with such a byte, and UTF-8 has none (RFC 3629 §3).
  if (!first || chunks.length === 1 || first[0] === 0xfe || first[0] === 0xff) return decodeText(concat(chunks));
  utf8 ??= new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let begun: Uint8Array = first.subarray(0, 0);
  for (const chunk of chunks) {
    let start = 0;
    while (begun.length > 0 && begun.length + start < LONGEST && isContinuation(chunk[start])) start++;
    if (begun.length > 0) begun = concat([begun, chunk.subarray(0, start)]);
    if (start === chunk.length && begun.length < LONGEST) continue;
    text += utf8.decode(begun);
    const end = chunk.length - lengthOfBegun(chunk, start);
    text += utf8.decode(chunk.subarray(start, end));
    begun = chunk.subarray(end);
  }
  return (text + utf8.decode(begun)).replace(/^\uFEFF+/, '');
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** The number of bytes at the end of a chunk of UTF-8 that begin a character which does not end there. */
function lengthOfBegun(chunk: Uint8Array, start: number): number {
  for (let length = 1; length < LONGEST && chunk.length - length >= start; length++) {
    const byte = chunk[chunk.length - length]!;
    if (isContinuation(byte)) continue;
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return whole > length ? length : 0;
  }
  return 0;
}

/** Whether objects and lists are inside each other on more levels than allowed. It takes time proportional to the length. */
export function isNestedDeeper(text: string, levels: number): boolean {
  // Each level has a beginning and an end.
  if (text.length <= 2 * levels || !hasMore(text, '[', '{', levels)) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) index = endOfString(text, index);
    else if (char === OPENING_BRACE || char === OPENING_BRACKET) {
      if (++depth > levels) return true;
    } else if (char === CLOSING_BRACE || char === CLOSING_BRACKET) depth--;
  }
  return false;
}

/** Whether two characters occur more often than allowed, which is found many times as fast as the levels that they begin. */
function hasMore(text: string, one: string, other: string, allowed: number): boolean {
  let left = allowed;
  for (const char of [one, other]) for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) if (--left < 0) return true;
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

function endOfString(text: string, start: number): number {
  let index = start + 1;
  for (; index < text.length; index++) {
    const char = text.charCodeAt(index);
    if (char === QUOTE) return index;
    if (char === BACKSLASH) index++;
  }
  return index;
}
