import { APIError } from '../../model/errors/index.js';
import type { TransportRequest, TransportResponse } from '../../model/ports/transport.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import type { CheckedBodyLimits } from '../body-limits.js';
import { concat } from '../concat.js';
import { encodingLabels } from '../encoding/content-codings.js';
import type { Decoders } from '../encoding/decoder.js';
import { UnreadableResponse } from '../errors/unreadable-response.js';
import type { Redactor } from '../redactor.js';
import type { Deadline } from '../time/deadline.js';
import { parseExact } from './exact-json.js';
import { decodeChunks, isNestedDeeper } from './json-text.js';
import { type Body, readBody } from './response-body.js';

/** The characters of a response that is not JSON: in the message, and in the error's `body`. */
const SNIPPET_LENGTH = 200;
const BODY_LENGTH = 10_000;

/** The length from which parsing takes a time that counts. */
const LONG_TEXT = 1024 * 1024;

/** The call that the response belongs to. */
export interface JsonContext {
  request: TransportRequest;
  url: URL;
  redactor: Redactor;
  limits: CheckedBodyLimits;
  decoders: Decoders;
}

/**
 * Reads a successful response as JSON, or as the `responseType` of the request says. An empty body is read as undefined.
 * @throws APIError for a response that is not JSON or is over the limits; Error when it is not complete, or when the deadline has passed.
 */
export async function readResponse(response: AdapterResponse, deadline: Deadline, context: JsonContext): Promise<TransportResponse> {
  const { status, headers } = response;
  const { request, limits, decoders } = context;
  // A response to HEAD has the Content-Length of a body that it does not have (RFC 9110 §9.3.2).
  if (request.method.toUpperCase() === 'HEAD') return { status, headers, body: undefined };
  let received: Body;
  try {
    received = await readBody(response, { limits, decoders }, () => deadline.recordActivity());
  } catch (cause) {
    throw cause instanceof UnreadableResponse ? unusable(response, context, cause.message) : cause;
  }
  const { chunks, size } = received;
  if (size === 0) return { status, headers, body: undefined };
  if (request.responseType === 'bytes') return { status, headers, body: plainBytes(concat(chunks, size)) };
  const text = decodeChunks(chunks);
  if (request.responseType === 'text') return { status, headers, body: text };
  if (text.trim() === '') return { status, headers, body: undefined };
  if (isNestedDeeper(text, limits.nesting))
    throw unusable(response, context, `with more than ${limits.nesting} levels, the limit of the setting \`limits.nesting\``);
  // Parsing blocks the event loop, so that the deadline's timers cannot run meanwhile.
  const endIfLate = () => {
    if (text.length > LONG_TEXT && deadline.hasEnded()) throw new Error('the deadline has passed');
  };
  endIfLate();
  let body: unknown;
  try {
    body = request.exactNumbers ? parseExact(text) : JSON.parse(text);
    if (body instanceof Promise) body = await body;
  } catch (cause) {
    throw notJson(response, context, text, cause);
  }
  endIfLate();
  return { status, headers, body };
}

/** Bytes that are those of no other response: a chunk as it arrived may be a part of a buffer that is used for others. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength && bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes);
}

function notJson(response: AdapterResponse, context: JsonContext, text: string, cause: unknown): APIError {
  const { redactor } = context;
  const body = text.length > BODY_LENGTH ? redactor.cutText(text.slice(0, BODY_LENGTH)) : redactor.text(text);
  const what = `that is not JSON; it begins with: ${body.slice(0, SNIPPET_LENGTH)}\nIs the base URL right, and is there a proxy in between?`;
  return unusable(response, context, what, { body, cause: redactor.error(cause) });
}

function unusable(
  response: AdapterResponse,
  context: JsonContext,
  what: string,
  options: { body?: unknown; cause?: unknown } = {},
): APIError {
  const { status, headers } = response;
  const { request, redactor } = context;
  const method = request.method.toUpperCase();
  const url = redactor.text(context.url.href);
  const encoding = encodingLabels(headers).length > 0 ? `, encoded as ${headers['content-encoding']}` : '';
  const type = redactor.text(`${headers['content-type'] ?? 'no content type'}${encoding}`);
  return new APIError(`${request.attempt ?? `${method} ${url}`} got a response (HTTP ${status}, ${type}) ${what}`, {
    ...options,
    status,
    headers: redactor.headers(headers),
    method,
    url,
    outcome: request.once ? 'unknown' : undefined,
  });
}
