import { type APIError, ValidationError } from '../../model/errors/index.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import { checkIdempotencyKey } from '../../model/support/header-text.js';
import { count, milliseconds, requestMilliseconds } from '../../model/support/quantities.js';
import { randomUuid } from '../../model/support/random-uuid.js';
import { callKey } from '../authenticator.js';
import type { EngineSettings } from '../engine.js';
import { userHeaders } from '../headers.js';
import { Redactor } from '../redactor.js';
import type { Call, Hop } from './call.js';
import { apiTarget } from './request-target.js';

/** The header Accept of a call that takes a body of any media type. */
export const ANY_TYPE = '*/*';

type Headers = Readonly<Record<string, string>>;

/**
 * A call to a platform's API. It sends JSON, a form, raw bytes or no body.
 * @param accepted The headers that say what response is expected.
 * @param receive Reads the response.
 * @throws ValidationError or ConfigurationError when the request is invalid.
 */
export function apiCall<T>(
  settings: EngineSettings,
  request: TransportRequest,
  body: Uint8Array | undefined,
  accepted: Headers,
  receive: Call<T>['receive'],
): Call<T> {
  const method = request.method.toUpperCase();
  const redactor = new Redactor(settings.redactor);
  for (const secret of request.secrets ?? []) redactor.add(secret);
  const { url, trusted } = apiTarget(settings, request, method);
  if (!trusted) redactor.addPresigned(url);
  const apiKey = callKey(request.apiKey, redactor);
  const custom = userHeaders(request.headers, redactor);
  if (body && (method === 'GET' || method === 'HEAD')) throw new ValidationError(`A ${method} cannot have a body; use the query instead.`);
  const once = request.once ?? false;
  const { idempotencyKey } = request;
  const given = idempotencyKey === undefined || idempotencyKey === null ? undefined : checkIdempotencyKey('idempotencyKey', idempotencyKey);
  const key = given ?? (once && settings.idempotency ? randomUuid() : undefined);
  if (key !== undefined) custom['idempotency-key'] ??= key;
  const defaults: Record<string, string> = { ...accepted, 'user-agent': settings.userAgent };
  if (body) defaults['content-type'] = contentTypeOf(request);
  const { headers, recover } = authentication(
    settings,
    url,
    redactor,
    (credentials) => ({ ...defaults, ...credentials, ...settings.headers, ...custom }),
    defaults,
    apiKey,
  );
  return {
    method,
    url,
    trusted,
    attempt: request.attempt,
    decodeError: request.decodeError,
    headers,
    recover,
    receive,
    body: () => body,
    once,
    idempotencyKey: key === undefined ? 'none' : given === undefined || request.ownKey ? 'call' : 'caller',
    sentBefore: request.sentBefore ?? false,
    rateLimiter: settings.callLimiter,
    timeout: request.timeout === undefined ? settings.timeout : requestMilliseconds('timeout', request.timeout),
    sendWithin: request.sendWithin === undefined ? undefined : milliseconds('sendWithin', request.sendWithin),
    timeoutCoversQueue: request.timeout !== undefined && (request.timeoutCoversQueue ?? true),
    maxRetries: request.maxRetries === undefined ? settings.maxRetries : count('maxRetries', request.maxRetries, 0),
    idleTimeout: request.idleTimeout === undefined ? settings.idleTimeout : milliseconds('idleTimeout', request.idleTimeout),
    idleFrom: 'response',
    signal: request.signal,
    observer: request.observer,
    redactor,
  };
}

/** Adds credentials to the headers of a call, and refreshes them once after a 401. */
function authentication(
  settings: EngineSettings,
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
    headers(hop: Hop): Headers | Promise<Headers> {
      if (!hop.trusted) return defaults;
      const given = fresh ?? authenticator.headers(hop.url, false, redactor, apiKey);
      const complete = (credentials: Headers) => {
        sent = credentials;
        return withCredentials(credentials);
      };
      return given instanceof Promise ? given.then(complete) : complete(given);
    },
    async recover(error: APIError): Promise<boolean> {
      if (error.status !== 401 || refreshed || apiKey !== undefined || !sent || !authenticator.refreshable) return false;
      refreshed = true;
      fresh = await authenticator.headers(url, true, redactor);
      return JSON.stringify(fresh) !== JSON.stringify(sent);
    },
  };
}

/** The Content-Type of a request's body. */
function contentTypeOf({ raw, form }: TransportRequest): string {
  return raw?.type ?? (form ? 'application/x-www-form-urlencoded' : 'application/json');
}
