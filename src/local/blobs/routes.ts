import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../context.js';
import type { ByteRange } from './blob-store.js';
import { deleteObjects, findObject, putObject } from './objects.js';
import { bucket, storagePath } from './presign.js';

/** An error in the XML format of S3. */
function xmlError(status: number, code: string, message: string): Response {
  const escaped = message.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });
}

/** The key of the object that the URL names. */
function keyOf(c: AppContext): string {
  return new URL(c.req.url).pathname.slice(`${storagePath}/${bucket}/`.length);
}

/**
 * The single range of bytes that a request asks for; undefined for none or an invalid one, null when it cannot be satisfied
 * (RFC 9110, section 14).
 */
function rangeOf(header: string | undefined, size: number): ByteRange | undefined | null {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if ((first === '' && last === '') || (first !== '' && last !== '' && Number(first) > Number(last))) return undefined;
  const range =
    first === ''
      ? { start: Math.max(0, size - Number(last)), end: size - 1 }
      : { start: Number(first), end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
  return range.start > range.end ? null : range;
}

/** The error for a request that S3 denies too: with a second kind of credentials, or an invalid or expired signature. */
function refusal(c: AppContext, key: string, contentType?: string): Response | undefined {
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

/** The routes behind presigned URLs. They take no API key. */
export const storageRoutes = new Hono<AppEnv>()
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
      return xmlError(400, 'IncompleteBody', `The body has ${size} bytes, but its Content-Length is ${length}.`);
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
