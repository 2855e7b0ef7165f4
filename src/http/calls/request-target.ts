import { ValidationError } from '../../model/errors/index.js';
import type { TransportRequest } from '../../model/ports/transport.js';
import type { ClientSettings } from '../options.js';
import type { Hop } from './call.js';
import { addQuery, isAbsolute, joinPath, parseAddress } from './url.js';

/**
 * Where a call to the platform's API goes. An address elsewhere, such as a poll URL that the platform gave, is only read, and
 * without credentials.
 * @throws ValidationError for a path that leaves its base, a write to a foreign origin, and http where the connection is https.
 */
export function apiTarget(settings: ClientSettings, request: TransportRequest, method: string): Hop {
  const absolute = isAbsolute(request.path);
  const base = request.baseUrl === undefined ? settings.base : parseAddress('The base address', request.baseUrl);
  const url = absolute ? parseAddress('The address', request.path) : joinPath(base, request.path);
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
 * A presigned address: its signature is all that it needs, so no credentials go there, not even on an own origin.
 * @throws ValidationError when it is no address, and for http where the connection is https.
 */
export function presignedTarget(settings: ClientSettings, address: string): Hop {
  const url = parseAddress('The presigned address', address);
  refuseDowngrade(settings, url);
  return { url, trusted: false };
}

function refuseDowngrade(settings: ClientSettings, url: URL): void {
  if (settings.base.protocol === 'https:' && url.protocol === 'http:' && !settings.origins.has(url.origin))
    throw new ValidationError(
      `${url.origin}${url.pathname} is http, but the connection is https, which is never given up. If this is right, add ${url.origin} to the option \`origins\`.`,
    );
}
