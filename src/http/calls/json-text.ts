/** Made on first use, so that the package can be imported where there is none. */
let utf8: TextDecoder | undefined;

/** The text of a body: UTF-8 (RFC 8259 §8.1), or UTF-16 with its byte order mark. Byte order marks are removed. */
export function decodeText(bytes: Uint8Array): string {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  utf8 ??= new TextDecoder();
  const decoder = mark === 0xfffe || mark === 0xfeff ? new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be') : utf8;
  return decoder.decode(bytes).replace(/^\uFEFF+/, '');
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
