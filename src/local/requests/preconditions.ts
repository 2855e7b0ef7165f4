import { createHash, hash } from 'node:crypto';
import type { Hono, Next } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppContext, AppEnv } from '../context.js';
import { header, JsonResponse, setHeader } from '../server/json-response.js';
import { HttpError } from './errors.js';

/** Records with more bytes of JSON have no entity tag: they are outputs of runs, which nobody updates. */
const mostBytes = 1024 * 1024;

/** Whether the route of a request is that of one record: its path ends with a parameter. */
function isOfRecord(c: AppContext): boolean {
  return matchedRoutes(c).some(({ method, path }) => method !== 'ALL' && path.startsWith(':', path.lastIndexOf('/') + 1));
}

/**
 * The strong entity tag of a record (RFC 9110 §8.8.3); undefined for what is not a record. A long response is read no further than the limit,
 * for it goes out piece by piece.
 */
function tagOf(response: Response): Promise<string | undefined> | string | undefined {
  if (response.status !== 200 || !/^application\/json\b/.test(header(response, 'content-type') ?? '')) return undefined;
  const content = response instanceof JsonResponse ? response.content : undefined;
  if (content !== undefined) return Buffer.byteLength(content) > mostBytes ? undefined : tagFrom(hash('sha256', content, 'base64url'));
  return tagOfStream(response);
}

async function tagOfStream(response: Response): Promise<string | undefined> {
  const sum = createHash('sha256');
  let length = 0;
  const reader = response.clone().body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    length += part.value.length;
    if (length > mostBytes) {
      // It settles once the client has read the rest of the response, which this one copies.
      void reader?.cancel().catch(() => undefined);
      return undefined;
    }
    sum.update(part.value);
  }
  return tagFrom(sum.digest('base64url'));
}

function tagFrom(digest: string): string {
  return `"${digest.slice(0, 27)}"`;
}

/**
 * Whether a list of entity tags has one, or is `*`, which a record without a tag has as well.
 * @param weakly Whether weak tags count as well, as they do for reading.
 */
function hasTag(list: string, tag: string | null, weakly: boolean): boolean {
  const tags = list.split(',').map((each) => each.trim());
  return tags.includes('*') || (tag !== null && (tags.includes(tag) || (weakly && tags.includes(`W/${tag}`))));
}

/**
 * Gives every record an entity tag, and honours `If-None-Match` of reads and `If-Match` of updates and deletes (RFC 9110 §13.1).
 *
 * @param app The application, which is asked for the record that a write is about.
 * @throws HttpError 412 for a write to another version of the record.
 */
export function preconditions(app: () => Pick<Hono<AppEnv>, 'fetch'>): (c: AppContext, next: Next) => Promise<void> {
  const current = async (c: AppContext): Promise<{ found: boolean; tag: string | null }> => {
    const { ok: found, headers } = await app().fetch(new Request(c.req.url), { principal: c.var.principal });
    return { found, tag: headers.get('etag') };
  };

  return (c, next) => {
    const { method } = c.req;
    if (method === 'GET' || method === 'HEAD') return isOfRecord(c) ? withTag(c, next) : next();
    const ifMatch = method === 'POST' ? undefined : c.req.header('if-match');
    if (ifMatch === undefined || !['PUT', 'PATCH', 'DELETE'].includes(method)) return next();
    return inTurn(c, async () => {
      const { found, tag } = await current(c);
      if (!found) return next(); // the operation itself says what is wrong
      if (!hasTag(ifMatch, tag, false))
        throw new HttpError(412, 'The record has been changed since it was read: its entity tag is not that of If-Match.');
      await next();
      if (method === 'DELETE' || !c.res.ok) return;
      const { tag: after } = await current(c);
      if (after !== null) setHeader(c.res, 'etag', after);
    });
  };
}

/** Adds the entity tag to the response of a read. */
async function withTag(c: AppContext, next: Next): Promise<void> {
  await next();
  const found = tagOf(c.res);
  const tag = found instanceof Promise ? await found : found;
  if (tag === undefined) return;
  const ifNoneMatch = c.req.header('if-none-match');
  if (ifNoneMatch !== undefined && hasTag(ifNoneMatch, tag, true)) c.res = new Response(null, { status: 304, headers: c.res.headers });
  setHeader(c.res, 'etag', tag);
}

/** Runs one write with a precondition at a time on each path: what is compared must still hold when it is written. */
async function inTurn(c: AppContext, work: () => Promise<unknown>): Promise<void> {
  const release = await c.get('platform').coordinator.acquire(`precondition ${c.req.path}`);
  try {
    await work();
  } finally {
    await release();
  }
}
