import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { RawJson } from '../store/raw-json.js';
import type { JsonText } from './protocol.js';

/** The length from which a piece of JSON is passed on. */
const pieceLength = 64 * 1024;
/** An array or object of no more members, none of which is an array or object, is written at once. */
const fewMembers = 100;

/** The JSON text of a JSON value in pieces, so that one of any size is written without a long step. */
export function* jsonPieces(value: unknown): Generator<string> {
  let text = '';
  for (const part of parts(value)) {
    text += part;
    if (text.length < pieceLength) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

function* parts(value: unknown): Generator<string> {
  if (value instanceof RawJson) {
    yield* slices(value.text);
  } else if (isSmall(value)) {
    yield JSON.stringify(value) ?? 'null';
  } else if (Array.isArray(value)) {
    let before = '[';
    for (const item of value) {
      if (isSmall(item)) yield before + (JSON.stringify(item) ?? 'null');
      else {
        yield before;
        yield* parts(item);
      }
      before = ',';
    }
    yield ']';
  } else {
    let before = '{';
    for (const [key, member] of Object.entries(value as object)) {
      if (member === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* parts(member);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  }
}

/** A text in parts, none of which ends within a character of two code units. */
function* slices(text: string): Generator<string> {
  for (let at = 0, end = 0; at < text.length; at = end) {
    end = Math.min(at + pieceLength, text.length);
    const last = text.charCodeAt(end - 1);
    if (last >= 0xd800 && last < 0xdc00) end++;
    yield text.slice(at, end);
  }
}

function isSmall(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (value instanceof RawJson) return false;
  if ('toJSON' in value) return true;
  const members = Array.isArray(value) ? value : Object.values(value);
  return members.length <= fewMembers && members.every((member) => typeof member !== 'object' || member === null);
}

/** The JSON text of a JSON value; other work of the process goes on meanwhile. */
export async function jsonText(value: unknown): Promise<string> {
  const written: string[] = [];
  for (const piece of jsonPieces(value)) {
    written.push(piece);
    if (written.length % 8 === 0) await setImmediate();
  }
  return written.join('');
}

/** The start of the JSON text of a value. */
export function jsonStart(value: unknown, length: number): string {
  let text = '';
  for (const part of parts(value)) {
    text += part;
    if (text.length > length) break;
  }
  return text;
}

/** Writes the JSON of a value: as text of up to `inlineBytes` bytes, otherwise gzipped to the file. */
export async function writeJson(
  value: unknown,
  { inlineBytes, path }: { inlineBytes: number; path: string },
  signal?: AbortSignal,
): Promise<JsonText> {
  const pieces = jsonPieces(value);
  const first: string[] = [];
  let bytes = 0;
  while (bytes <= inlineBytes) {
    const { value: piece, done } = pieces.next();
    if (done) break;
    first.push(piece);
    bytes += Buffer.byteLength(piece);
    if (first.length % 8 === 0) await setImmediate();
  }
  if (bytes <= inlineBytes) return { json: first.join('') };
  async function* all(): AsyncGenerator<string> {
    yield* first;
    for (const piece of pieces) {
      await setImmediate();
      yield piece;
    }
  }
  try {
    await pipeline(Readable.from(all()), createGzip(), createWriteStream(path), { ...(signal && { signal }) });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { file: path };
}
