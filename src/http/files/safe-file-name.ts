import { utf8 } from '../bytes.js';

/** The longest file name of the usual file systems, in bytes of UTF-8. */
const MAX_BYTES = 255;

/** The longest extension that is kept when a name is cut, in bytes of UTF-8. */
const MAX_EXTENSION_BYTES = 20;

/** The name of a file whose own name has nothing in it, or is not a text. */
const FALLBACK = 'download';

/**
 * Names that Windows reserves for devices, with any extension
 * (https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions).
 */
const RESERVED_NAME = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[\d¹²³])\s*(\.|$)/i;

/**
 * Converts a file name from a server to one that is safe to join to a folder: it always names a file in that folder, and no longer one
 * than 255 bytes. Characters that some file systems forbid become `_`; an empty name, and one that is not a text, becomes `download`.
 */
export function safeFileName(name: unknown): string {
  const last = textOf(name).split(/[\\/]/).pop() ?? '';
  const clean = withoutTrailingDots(last.replace(/[\p{Cc}\p{Cs}<>:"|?*]/gu, '_').trim());
  if (clean === '') return FALLBACK;
  return shorten(RESERVED_NAME.test(clean) ? `_${clean}` : clean);
}

/** The longest beginning of a text that has at most so many bytes of UTF-8 and ends with a whole character. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (utf8(text).length <= maxBytes) return text;
  let bytes = 0;
  let cut = '';
  for (const character of text) {
    bytes += utf8(character).length;
    if (bytes > maxBytes) break;
    cut += character;
  }
  return cut;
}

function textOf(name: unknown): string {
  return typeof name === 'string' || typeof name === 'number' ? String(name) : '';
}

/** Cuts a name that is too long and keeps its extension. */
function shorten(name: string): string {
  if (utf8(name).length <= MAX_BYTES) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 ? cutToBytes(name.slice(dot), MAX_EXTENSION_BYTES) : '';
  const stem = dot > 0 ? name.slice(0, dot) : name;
  return withoutTrailingDots(cutToBytes(stem, MAX_BYTES - utf8(extension).length) + extension) || FALLBACK;
}

/** Windows drops dots and blanks at the end of a name. A regular expression for them would take quadratic time. */
function withoutTrailingDots(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end);
}
