import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import type { AppContext } from '../context.js';
import { deleteObjects, findObject, putObject } from './objects.js';
import { bucket, storagePath } from './presign.js';
import type { ByteRange } from './types.js';

/** An error in the form object storage gives it. */
function xmlError(status: number, code: string, message: string): Response {
  const escaped = message.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });
}

/** The key of the object a URL names. */
function keyOf(c: Context<AppContext>): string {
  return new URL(c.req.url).pathname.slice(`${storagePath}/${bucket}/`.length);
}

/** The range a request asks for, undefined for one that is none; `null` when it cannot be met (RFC 9110 §14, a single range in bytes). */
function rangeOf(header: string | undefined, size: number): ByteRange | undefined | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if ((first === '' && last === '') || (first !== '' && last !== '' && Number(first) > Number(last))) return undefined;
  const range =
    first === ''
      ? { start: Math.max(0, size - Number(last)), end: size - 1 }
      : { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
  return range.start > range.end ? null : range;
}

/** Refuses what object storage refuses: two kinds of credentials at once, or a signature that is wrong or too old. */
function refusal(c: Context<AppContext>, key: string, contentType?: string): Response | undefined {
  if (c.req.header('authorization') !== undefined) {
    return xmlError(400, 'InvalidArgument', 'Only one auth mechanism allowed: send no Authorization header to a presigned URL.');
  }
  const query = new URL(c.req.url).searchParams;
  const message = c.var.platform.presigner.refusal({ method: c.req.method, key, ...(contentType !== undefined && { contentType }) }, query);
  return message === undefined ? undefined : xmlError(403, 'AccessDenied', message);
}

async function* chunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  if (body) yield* Readable.fromWeb(body as import('node:stream/web').ReadableStream<Uint8Array>);
}

/** The routes behind presigned URLs. They know no API key. */
export const storageRoutes = new Hono<AppContext>()
  .put('/*', async (c) => {
    const key = keyOf(c);
    const contentType = c.req.header('content-type') ?? '';
    const refused = refusal(c, key, contentType);
    if (refused) return refused;
    const length = c.req.header('content-length');
    if (length === undefined) return xmlError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
    const { size, sha256 } = await putObject(c.var.platform, key, contentType, chunks(c.req.raw.body));
    if (size !== Number(length)) {
      await deleteObjects(c.var.platform, [key]);
      return xmlError(400, 'IncompleteBody', `The body has ${size} bytes, its Content-Length said ${length}.`);
    }
    return new Response(null, { status: 200, headers: { etag: `"${sha256}"` } });
  })
  .get('/*', async (c) => {
    const key = keyOf(c);
    const refused = refusal(c, key);
    if (refused) return refused;
    const object = await findObject(c.var.platform, key);
    if (!object) return xmlError(404, 'NoSuchKey', 'The specified key does not exist.');
    const range = rangeOf(c.req.header('range'), object.size);
    if (range === null) return xmlError(416, 'InvalidRange', `The object has ${object.size} bytes.`);
    const length = range ? range.end - range.start + 1 : object.size;
    const stream = await c.var.platform.blobs.read(key, range);
    return new Response(Readable.toWeb(stream) as ReadableStream<Uint8Array>, {
      status: range ? 206 : 200,
      headers: {
        'content-type': object.contentType,
        'content-length': String(length),
        'accept-ranges': 'bytes',
        etag: `"${object.sha256}"`,
        ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
      },
    });
  });
