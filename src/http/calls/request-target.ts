import { ValidationError } from '../../model/errors/index.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import type { EngineSettings } from '../engine.js';
import type { Hop } from './call.js';
import { isAbsolute, joinPath } from './join-path.js';
import { addQuery, parseHttpUrl } from './url.js';

/**
 * The URL of a call to the platform's API. A URL at a foreign origin, such as a poll URL that the platform returned, is only read, and
 * without credentials.
 * @throws ValidationError for a path that leaves its base URL, a write to a foreign origin, and http when the base URL is https.
 */
export function apiTarget(settings: EngineSettings, request: TransportRequest, method: string): Hop {
  const absolute = isAbsolute(request.path);
  const base = request.baseUrl === undefined ? settings.base : parseHttpUrl('The base URL', request.baseUrl);
  const url = absolute ? parseHttpUrl('The URL', request.path) : joinPath(base, request.path);
  const trusted = settings.origins.has(url.origin);
  if (!trusted && method !== 'GET' && method !== 'HEAD')
    throw new ValidationError(
      `A ${method} is not sent to ${url.origin}, which does not belong to the connection. If it does, add it to the option \`origins\`.`,
    );
  refuseDowngrade(settings, url);
  if (!absolute && trusted) addQuery(url, settings.query);
  addQuery(url, request.query);
  return { url, trusted };
}

/**
 * A presigned URL. Its signature authenticates the request, so no credentials are sent to it, not even at an own origin.
 * @throws ValidationError when it is not an http or https URL, and for http when the base URL is https.
 */
export function presignedTarget(settings: EngineSettings, address: string): Hop {
  const url = parseHttpUrl('The presigned URL', address);
  refuseDowngrade(settings, url);
  return { url, trusted: false };
}

function refuseDowngrade(settings: EngineSettings, url: URL): void {
  if (settings.base.protocol === 'https:' && url.protocol === 'http:' && !settings.origins.has(url.origin))
    throw new ValidationError(
      `${url.origin}${url.pathname} is http, but the connection uses https and does not fall back to http. If this is right, add ${url.origin} to the option \`origins\`.`,
    );
}
