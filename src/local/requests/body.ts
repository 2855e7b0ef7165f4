import type { AppContext } from '../context.js';
import { untilAborted } from '../until-aborted.js';
import { badRequest, type HttpError, tooLarge } from './errors.js';

const decoder = new TextDecoder();

/** Milliseconds for which the rest of a body that is too long is read. */
const discardFor = 10_000;

/**
 * Reads the body of a request, which is counted while it arrives, whatever length it declares.
 * @throws HttpError 413 for more than `limit` bytes.
 */
export async function readBody(request: Request, limit: number): Promise<Buffer> {
  const tooLong = (): HttpError => tooLarge('The body', limit, 'bodyBytes');
  const length = request.headers.get('content-length');
  if (Number(length) > limit) {
    if (request.body) await discard(request.body.getReader());
    throw tooLong();
  }
  if (length !== null) {
    // The HTTP server holds the client to the length it declares.
    const body = Buffer.from(await request.arrayBuffer());
    if (body.length > limit) throw tooLong();
    return body;
  }
  if (!request.body) return Buffer.alloc(0);
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > limit) {
      await discard(reader);
      throw tooLong();
    }
    chunks.push(next.value);
  }
  return Buffer.concat(chunks);
}

/** Reads on for a while without keeping anything: many clients read no response before they have sent everything. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  const stop = AbortSignal.timeout(discardFor);
  const rest = async (): Promise<void> => {
    while (!stop.aborted && !(await reader.read()).done);
  };
  await untilAborted(rest, stop).catch(() => {});
}

/**
 * The body of a request. It is read once, however often it is asked for.
 * @throws HttpError 413 when it is longer than `limits.bodyBytes`.
 */
export function bodyOf(c: AppContext): Promise<Buffer> {
  const body = c.get('body') ?? readBody(c.req.raw, c.get('platform').limits.bodyBytes);
  c.set('body', body);
  return body;
}

/**
 * The request's JSON; undefined when the body is empty, whatever the content type says.
 * @throws HttpError 400 for a body that is not JSON or nested deeper than `limits.nesting`, 413 for a long one.
 */
export async function jsonOf(c: AppContext): Promise<unknown> {
  const text = decoder.decode(await bodyOf(c));
  if (text.trim() === '') return undefined;
  const { nesting } = c.get('platform').limits;
  if (isNestedDeeper(text, nesting)) {
    throw badRequest(`The body has more than ${nesting} levels of objects and lists inside each other, the limit of limits.nesting.`);
  }
  try {
    const value: unknown = JSON.parse(text);
    c.env?.logBody?.(text);
    return value;
  } catch (error) {
    throw badRequest(`The body is not valid JSON: ${(error as Error).message}`);
  }
}

/**
 * The fields and files of a form.
 * @throws HttpError 400 for a body that is not a form, 413 for a long one.
 */
export async function formOf(c: AppContext): Promise<Record<string, string | File>> {
  const body = new Uint8Array(await bodyOf(c));
  try {
    const form = await new Response(body, { headers: { 'content-type': c.req.header('content-type') ?? '' } }).formData();
    return Object.fromEntries(form) as Record<string, string | File>;
  } catch {
    throw badRequest('The body is not a form, as its Content-Type says.');
  }
}

const quote = 0x22;
const backslash = 0x5c;
const opening = [0x5b, 0x7b];
const closing = [0x5d, 0x7d];

/** Whether JSON text has more levels of objects and lists than allowed. The text is not parsed, so that its depth cannot matter. */
function isNestedDeeper(text: string, levels: number): boolean {
  if (text.length <= levels) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at++;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (code === opening[0] || code === opening[1]) {
      if (++depth > levels) return true;
    } else if (code === closing[0] || code === closing[1]) depth--;
  }
  return false;
}
