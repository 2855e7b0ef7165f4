import { Readable } from 'node:stream';
import { Hono } from 'hono';
import type { AppContext, AppEnv, Platform } from '../context.js';
import { httpErrorOf } from '../requests/errors.js';
import type { UploadRow } from '../store/schema.js';
import type { ByteRange, StagedBytes } from './blob-store.js';
import { findObject, withStaged } from './objects.js';
import { bucket, storagePath } from './presign.js';
import { findUpload } from './uploads.js';

/** An error in the XML format of S3. */
function xmlError(status: number, code: string, message: string, headers: Record<string, string> = {}): Response {
  const escaped = message.replace(/[<>&]/g, (character) => `&#${character.charCodeAt(0)};`);
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`, {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
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

/** The bytes of a body; more than `limit` are an error, whatever length was declared. */
async function* chunks(body: ReadableStream<Uint8Array> | null, limit: number): AsyncGenerator<Uint8Array> {
  if (!body) return;
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw new Refused(xmlError(400, 'IncompleteBody', 'The body is longer than its Content-Length says.'));
    yield chunk;
  }
}

/** Ends the handling of a request with a response. */
class Refused extends Error {
  constructor(readonly response: Response) {
    super('The upload was refused.');
  }
}

const closed = () =>
  xmlError(403, 'AccessDenied', 'This upload is finished, or its record was deleted: the URL changes nothing any more. Ask for a new one.');

/** The error for a body whose length is not the declared one; undefined when it may be sent. */
function lengthRefusal({ size: declared }: UploadRow, length: number, limit: number): Response | undefined {
  if (length > limit) return xmlError(413, 'EntityTooLarge', `At most ${limit} bytes can be uploaded, the limit of limits.uploadBytes.`);
  if (declared === null || declared === length) return undefined;
  const code = length > declared ? 'EntityTooLarge' : 'EntityTooSmall';
  return xmlError(400, code, `The body has ${length} bytes, but ${declared} were declared when the upload URL was requested.`);
}

/**
 * Makes staged bytes the object of an upload. It is decided when all bytes are there: meanwhile another request may have
 * finished the upload. The same bytes may be put again, since the response to the first PUT may have been lost.
 */
async function accept(platform: Platform, key: string, contentType: string, staged: StagedBytes): Promise<Response> {
  return await withStaged(platform, { key, contentType }, staged, async (store, keep) => {
    const upload = await findUpload(store, key);
    if (!upload) return closed();
    if (upload.sha256 !== null && upload.sha256 !== staged.sha256) {
      const message = `The body has the SHA-256 ${staged.sha256}, but ${upload.sha256} was declared when the upload URL was requested.`;
      return xmlError(400, 'BadDigest', message);
    }
    const before = await store.selectFrom('objects').select('sha256').where('key', '=', key).executeTakeFirst();
    if (before && before.sha256 !== staged.sha256) {
      return xmlError(409, 'OperationAborted', 'Other content was uploaded with this URL, which works once. Ask for a new one.');
    }
    if (!before) await keep();
    return new Response(null, { status: 200, headers: { etag: `"${staged.sha256}"` } });
  });
}

/** The routes behind presigned URLs. They take no API key. */
export const storageRoutes = new Hono<AppEnv>()
  .put('/*', async (c) => {
    const { platform } = c.var;
    const key = keyOf(c);
    const contentType = c.req.header('content-type') ?? '';
    const refused = refusal(c, key, contentType);
    if (refused) return refused;
    const declared = c.req.header('content-length');
    if (declared === undefined) return xmlError(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
    const length = Number(declared);
    const upload = await findUpload(platform.store, key);
    if (!upload) return closed();
    const unfit = lengthRefusal(upload, length, platform.limits.uploadBytes);
    if (unfit) return unfit;
    const staged = await platform.blobs.stage({ key, contentType }, chunks(c.req.raw.body, length));
    if (staged.size === length) return await accept(platform, key, contentType, staged);
    await staged.discard();
    return xmlError(400, 'IncompleteBody', `The body has ${staged.size} bytes, but its Content-Length is ${length}.`);
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
    const stream = await c.var.platform.blobs.read(object, range);
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
  })
  .onError((error, c) => {
    if (error instanceof Refused) return error.response;
    const { status, message } = httpErrorOf(error);
    return xmlError(status, status === 507 ? 'InsufficientStorage' : 'InternalError', message, { 'x-request-id': c.var.requestId });
  });
