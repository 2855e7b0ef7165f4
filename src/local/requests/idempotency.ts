import { createHash } from 'node:crypto';
import type { Next } from 'hono';
import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';
import { JsonResponse } from '../server/json-response.js';
import { findResponse, keepResponse } from '../store/idempotent-responses.js';
import type { IdempotentResponseRow } from '../store/schema.js';
import { isReadOnly } from './authentication.js';
import { bodyOf } from './body.js';
import { conflict, HttpError, invalid } from './errors.js';

/** Seconds for which a response is kept. */
const lifetime = 24 * 3600;
const longestKey = 255;
/** Seconds after which a client may try again while its first request is still handled. */
const retryAfter = 1;

const hash = (...parts: (string | Buffer)[]): string => {
  const sum = createHash('sha256');
  for (const part of parts) sum.update(part).update('\0');
  return sum.digest('hex');
};

/** What tells a repetition from another request under the same key. The boundary of a form is drawn anew each time. */
async function fingerprintOf(c: AppContext): Promise<string> {
  const body = await bodyOf(c);
  const [, boundary = ''] = /boundary="?([^";]+)/.exec(c.req.header('content-type') ?? '') ?? [];
  return hash(boundary === '' ? body : body.toString('latin1').replaceAll(boundary, ''));
}

function replay({ status, contentType, body }: IdempotentResponseRow): Response {
  return new Response(body, { status, headers: { 'content-type': contentType, 'idempotency-replayed': 'true' } });
}

/**
 * Passes a stream on, and gives its text to `done` when all of it was read; undefined when it was broken off or has more than
 * `limit` characters.
 */
function whenRead(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  done: (text: string | undefined) => Promise<void>,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text: string | undefined = '';
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done: ended, value } = await reader.read();
        if (value) {
          if (text !== undefined) text += decoder.decode(value, { stream: true });
          if (text !== undefined && text.length > limit) text = undefined;
          controller.enqueue(value);
        }
        if (!ended) return;
      } catch (error) {
        await done(undefined);
        throw error;
      }
      await done(text);
      controller.close();
    },
    async cancel(reason) {
      await done(undefined);
      await reader.cancel(reason);
    },
  });
}

/**
 * Honours `Idempotency-Key` on every request that creates or runs something
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/): the first response to a key, of one API key and
 * path, is given again for 24 hours. A failed request changes nothing here, so its key may be used again.
 * @throws HttpError 409 for the key of a request that had another body, or that is still being handled.
 */
export const idempotent = (c: AppContext, next: Next): Promise<void> => {
  if (c.req.method !== 'POST') return next();
  const key = c.req.header('idempotency-key')?.trim();
  return key === undefined || isReadOnly(c) ? next() : underKey(c, next, key);
};

async function underKey(c: AppContext, next: Next, key: string): Promise<void> {
  if (key === '' || key.length > longestKey) {
    throw invalid([{ field: 'Idempotency-Key', message: `must have 1 to ${longestKey} characters` }]);
  }
  const { platform, principal } = c.var;
  const scope = hash(principal.tokenId ?? principal.userId, c.req.path, key);
  const fingerprint = await fingerprintOf(c);
  // It is not stored: after a restart, nothing is being handled.
  const release = await platform.coordinator.tryAcquire(`idempotency ${scope}`);
  if (!release) {
    throw new HttpError(409, 'The first request with this Idempotency-Key is still being handled: try again later.', undefined, {
      retryAfter,
    });
  }
  let streaming = false;
  try {
    const kept = await findResponse(platform.store, scope, timestamp(platform.clock));
    if (kept && kept.fingerprint !== fingerprint) {
      throw conflict('This Idempotency-Key was used for a request with another body: use a new one for each request.');
    }
    if (kept) {
      c.res = replay(kept);
      return;
    }
    await next();
    if (!c.res.ok) return;
    const { status } = c.res;
    const contentType = c.res.headers.get('content-type') ?? '';
    const keep = async (body: string): Promise<void> => {
      const now = timestamp(platform.clock);
      const row = { scope, fingerprint, status, contentType, body, size: body.length, createdAt: now };
      // The request succeeded: that its response cannot be kept, as on a full disk, must not turn it into a failure.
      await keepResponse(
        platform.store,
        { ...row, expiresAt: timestamp(platform.clock, lifetime) },
        now,
        platform.limits.idempotencyBytes,
      ).catch(() => {});
    };
    if (contentType.startsWith('text/event-stream') && c.res.body) {
      streaming = true;
      const body = whenRead(c.res.body, platform.limits.idempotencyBytes, async (text) => {
        if (text !== undefined) await keep(text);
        await release();
      });
      c.res = new Response(body, c.res);
    } else await keep((c.res instanceof JsonResponse ? c.res.content : undefined) ?? (await c.res.clone().text()));
  } finally {
    if (!streaming) await release();
  }
}
