import { randomUUID } from 'node:crypto';
import { APIError, ValidationError } from '../../model/errors/index.js';
import type { TransportRequest, TransportResponse } from '../../model/ports/transport.js';
import { count, requestMilliseconds } from '../../model/support/quantities.js';
import type { AdapterResponse } from '../adapters/adapter.js';
import { callKey } from '../credentials.js';
import { userHeaders } from '../headers.js';
import { Redactor } from '../redactor.js';
import type { ClientSettings } from '../settings.js';
import type { Deadline } from '../time/deadline.js';
import type { Call, Hop } from './call.js';
import { bodyOf, contentTypeOf } from './request-body.js';
import { apiTarget } from './request-target.js';
import { ACCEPT_ENCODING, readText } from './response-body.js';

type Headers = Readonly<Record<string, string>>;

const SNIPPET_LENGTH = 200;

/**
 * A call to a platform's API. It sends JSON, a form, raw bytes or no body, and expects JSON or an empty response.
 * @throws ValidationError or ConfigurationError when the request is invalid.
 */
export function jsonCall(settings: ClientSettings, request: TransportRequest): Call<TransportResponse> {
  const method = request.method.toUpperCase();
  const redactor = new Redactor(settings.redactor);
  const { url, trusted } = apiTarget(settings, request, method);
  if (!trusted) redactor.addPresigned(url);
  const apiKey = callKey(request.apiKey, redactor);
  const custom = userHeaders(request.headers, redactor);
  const body = bodyOf(request);
  if (body && (method === 'GET' || method === 'HEAD')) throw new ValidationError(`A ${method} cannot have a body; use the query instead.`);
  const once = request.once ?? false;
  const key = request.idempotencyKey ?? (once && settings.idempotency ? randomUUID() : undefined);
  if (key !== undefined) custom['idempotency-key'] ??= key;
  const defaults: Record<string, string> = { accept: 'application/json', 'user-agent': settings.userAgent };
  if (!settings.adapter.decodes) defaults['accept-encoding'] = ACCEPT_ENCODING;
  if (body) defaults['content-type'] = contentTypeOf(request);
  return {
    method,
    url,
    trusted,
    attempt: request.attempt,
    decodeError: request.decodeError,
    ...authentication(
      settings,
      url,
      redactor,
      (credentials) => ({ ...defaults, ...credentials, ...settings.headers, ...custom }),
      defaults,
      apiKey,
    ),
    body: () => body,
    once,
    idempotencyKey: request.idempotencyKey !== undefined ? 'caller' : key !== undefined ? 'call' : 'none',
    rateLimiter: settings.callLimiter,
    timeout: request.timeout === undefined ? settings.timeout : requestMilliseconds('timeout', request.timeout),
    maxRetries: request.maxRetries === undefined ? settings.maxRetries : count('maxRetries', request.maxRetries, 0),
    idleTimeout: settings.idleTimeout,
    idleFrom: 'response',
    signal: request.signal,
    observer: request.observer,
    redactor,
    receive: (response, deadline) => readBody(response, deadline, request, url, redactor),
  };
}

/** Adds credentials to the headers of a call, and refreshes them once after a 401. */
function authentication(
  settings: ClientSettings,
  url: URL,
  redactor: Redactor,
  withCredentials: (credentials: Headers) => Headers,
  defaults: Headers,
  apiKey: string | undefined,
) {
  const { authenticator } = settings;
  let sent: Headers | undefined;
  let fresh: Headers | undefined;
  let refreshed = false;
  return {
    async headers(hop: Hop): Promise<Headers> {
      if (!hop.trusted) return defaults;
      sent = fresh ?? (await authenticator.headers(hop.url, false, redactor, apiKey));
      return withCredentials(sent);
    },
    async recover(error: APIError): Promise<boolean> {
      if (error.status !== 401 || refreshed || apiKey !== undefined || !sent || !authenticator.refreshable) return false;
      refreshed = true;
      fresh = await authenticator.headers(url, true, redactor);
      return JSON.stringify(fresh) !== JSON.stringify(sent);
    },
  };
}

async function readBody(
  response: AdapterResponse,
  deadline: Deadline,
  request: TransportRequest,
  url: URL,
  redactor: Redactor,
): Promise<TransportResponse> {
  const { status, headers } = response;
  // A response to HEAD has the Content-Length of a body that it does not have (RFC 9110 §9.3.2).
  const text = request.method.toUpperCase() === 'HEAD' ? '' : await readText(response, () => deadline.recordActivity());
  if (text.trim() === '') return { status, headers, body: undefined };
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch (cause) {
    const what = `${request.method.toUpperCase()} ${redactor.text(url.href)}`;
    const start = redactor.text(text).slice(0, SNIPPET_LENGTH);
    const type = redactor.text(headers['content-type'] ?? 'no content type');
    throw new APIError(
      `${request.attempt ?? what} got a response (HTTP ${status}, ${type}) that is not JSON; it begins with: ${start}\nIs the base URL right, and is there a proxy in between?`,
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
