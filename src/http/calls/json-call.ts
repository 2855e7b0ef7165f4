import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { APIError, ValidationError } from '../../model/errors/index.js';
import type { TransportRequest, TransportResponse } from '../../model/ports/transport.js';
import { count, milliseconds } from '../../model/support/quantities.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import { headersFrom } from '../credentials.js';
import type { ClientSettings } from '../options.js';
import type { Deadline } from '../time/deadline.js';
import { ACCEPT_ENCODING, encodeJson, readText } from './response-body.js';
import type { Call, Hop } from './call.js';
import { Redactor } from '../redactor.js';
import { apiTarget } from './request-target.js';

type Headers = Readonly<Record<string, string>>;

const SNIPPET_LENGTH = 200;

/** A call to a platform's API: JSON or a form goes out, JSON or nothing comes back. */
export function jsonCall(settings: ClientSettings, request: TransportRequest): Call<TransportResponse> {
  const method = request.method.toUpperCase();
  const redactor = new Redactor(settings.redactor);
  const { url, trusted } = apiTarget(settings, request, method);
  if (!trusted) redactor.addPresigned(url);
  const custom = headersFrom(request.headers, redactor);
  const body = bodyOf(request);
  if (body && (method === 'GET' || method === 'HEAD')) throw new ValidationError(`A ${method} cannot have a body; use the query instead.`);
  const once = request.once ?? false;
  const key = request.idempotencyKey ?? (once && settings.idempotency ? randomUUID() : undefined);
  if (key !== undefined) custom['idempotency-key'] ??= key;
  const plain: Record<string, string> = { accept: 'application/json', 'user-agent': settings.userAgent };
  if (!settings.adapter.decodes) plain['accept-encoding'] = ACCEPT_ENCODING;
  if (body) plain['content-type'] = contentTypeOf(request);
  return {
    method,
    url,
    trusted,
    attempt: request.attempt,
    decodeError: request.decodeError,
    ...authentication(settings, url, redactor, (credentials) => ({ ...plain, ...credentials, ...settings.headers, ...custom }), plain),
    body: () => body,
    once,
    idempotencyKey: request.idempotencyKey !== undefined ? 'caller' : key !== undefined ? 'call' : 'none',
    rateLimiter: settings.callLimiter,
    timeout: request.timeout === undefined ? settings.timeout : milliseconds('timeout', request.timeout),
    maxRetries: request.maxRetries === undefined ? settings.maxRetries : count('maxRetries', request.maxRetries, 0),
    idleTimeout: settings.idleTimeout,
    idleFrom: 'answer',
    signal: request.signal,
    observer: request.observer,
    redactor,
    receive: (response, deadline) => readBody(response, deadline, request, url, redactor),
  };
}

/** The headers of a call, and one fresh set of credentials when the platform refuses those that it was shown. */
function authentication(settings: ClientSettings, url: URL, redactor: Redactor, complete: (credentials: Headers) => Headers, plain: Headers) {
  const { authenticator } = settings;
  let shown: Headers | undefined;
  let fresh: Headers | undefined;
  let asked = false;
  return {
    async headers(hop: Hop): Promise<Headers> {
      if (!hop.trusted) return plain;
      shown = fresh ?? (await authenticator.headers(hop.url, false, redactor));
      return complete(shown);
    },
    async recover(error: APIError): Promise<boolean> {
      if (error.status !== 401 || asked || !shown || !authenticator.refreshable) return false;
      asked = true;
      fresh = await authenticator.headers(url, true, redactor);
      return JSON.stringify(fresh) !== JSON.stringify(shown);
    },
  };
}

function contentTypeOf({ raw, form }: TransportRequest): string {
  return raw?.type ?? (form ? 'application/x-www-form-urlencoded' : 'application/json');
}

function bodyOf(request: TransportRequest): Buffer | undefined {
  if (request.raw) return Buffer.from(request.raw.bytes);
  if (request.form) return Buffer.from(new URLSearchParams(request.form).toString());
  return request.body === undefined ? undefined : encodeJson(request.body);
}

async function readBody(
  response: AdapterResponse,
  deadline: Deadline,
  request: TransportRequest,
  url: URL,
  redactor: Redactor,
): Promise<TransportResponse> {
  const { status, headers } = response;
  // The answer to HEAD announces the length of a body that it does not have (RFC 9110 §9.3.2).
  const text = request.method.toUpperCase() === 'HEAD' ? '' : await readText(response, () => deadline.recordActivity());
  if (text.trim() === '') return { status, headers, body: undefined };
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch (cause) {
    const what = `${request.method.toUpperCase()} ${redactor.text(url.href)}`;
    const start = redactor.text(text).slice(0, SNIPPET_LENGTH);
    const type = redactor.text(headers['content-type'] ?? 'no content type');
    throw new APIError(
      `${request.attempt ?? what} got an answer (HTTP ${status}, ${type}) that is not JSON; it begins with: ${start}\nIs the base address right, and is there a proxy in between?`,
      {
        status,
        headers: redactor.headers(headers),
        body: redactor.text(text.slice(0, SNIPPET_LENGTH * 50)),
        method: request.method.toUpperCase(),
        url: redactor.text(url.href),
        cause: redactor.error(cause),
        outcome: request.once ? 'unknown' : undefined,
      },
    );
  }
}
