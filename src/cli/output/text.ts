/** Characters that would move the cursor, colour the screen or turn the direction of the text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that may come from anybody, safe to print: line breaks and tabs stay, other control characters are written as escapes. */
export function plainText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same on one line: line breaks and tabs become spaces. */
export function oneLine(text: string): string {
  return plainText(text).replace(/\s*[\n\t]\s*/g, ' ');
}

/** A value as text: dates in ISO 8601, objects and lists as JSON, nothing for null and undefined. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  return typeof value === 'object' ? (JSON.stringify(value, writable) ?? '') : String(value);
}

/** Writes what JSON cannot: bigints as their digits, bytes in base64. For `JSON.stringify`. */
export function writable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') : value;
}
