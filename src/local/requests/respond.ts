import { setImmediate } from 'node:timers/promises';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppContext } from '../context.js';
import { jsonPieces } from '../isolation/json-writer.js';
import { JsonResponse } from '../server/json-response.js';
import { RawJson } from '../store/raw-json.js';
import { type JsonRecord } from '../store/record-kinds.js';
import type { PageBody } from './lists.js';

/**
 * Responds with records as JSON. Long JSON of the store is sent as it is, piece by piece, so that others are served meanwhile:
 * parsing and writing a page of big outputs would take seconds.
 */
export function respond(c: AppContext, value: JsonRecord | PageBody, status: ContentfulStatusCode = 200): Response {
  if (!hasRaw(value)) return new JsonResponse(JSON.stringify(value), status);
  const pieces = jsonPieces(value);
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await setImmediate();
      const { done, value: piece } = pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(piece));
    },
  });
  return c.body(stream, status, { 'content-type': 'application/json' });
}

/** Whether records have JSON as it was stored, themselves, in a list or one level deeper. */
function hasRaw(value: object, levels = 3): boolean {
  if (value instanceof RawJson) return true;
  if (levels === 0) return false;
  for (const key in value) {
    const member: unknown = value[key as keyof typeof value];
    if (typeof member === 'object' && member !== null && hasRaw(member, levels - 1)) return true;
  }
  return false;
}
