import type { Context, MiddlewareHandler, Next } from 'hono';
import { matchedRoutes } from 'hono/route';
import { findTargetHandler } from 'hono/utils/handler';
import type { Principal } from '../accounts/api-key-cache.js';
import { recordUsage } from '../accounts/token-usage.js';
import type { AppContext, AppEnv } from '../context.js';
import { errorResponse, forbidden, HttpError } from './errors.js';

/** The key of a request, from any of the headers the two platforms' clients use. */
function keyOf(c: Context): string | undefined {
  const authorization = /^(?:bearer|token)\s+(.+)$/i.exec(c.req.header('authorization') ?? '');
  return authorization?.[1]?.trim() ?? c.req.header('x-api-key') ?? c.req.header('x-aixplain-key');
}

/** The route that handled the request, without the ids in its path; `*` for all paths without a route. */
function endpointOf(c: Context): string {
  const routes = matchedRoutes(c).filter(({ path }) => !path.endsWith('*'));
  return routes.at(-1)?.path ?? '*';
}

/** Marks an operation that changes nothing although it is not a GET: `.post('/validate', reads, handler)`. */
export const reads: MiddlewareHandler<AppEnv> = (_c, next) => next();

/** Whether a request changes nothing, by its operation rather than by its method. */
export function isReadOnly(c: Context): boolean {
  return ['GET', 'HEAD'].includes(c.req.method) || matchedRoutes(c).some(({ handler }) => findTargetHandler(handler) === reads);
}

/** Rejects requests without a valid key with 401, and writes with a read-only key with 403. Records the usage of restricted keys. */
export const authenticate = (c: AppContext, next: Next): Promise<void> => {
  if (c.env?.principal) {
    c.set('principal', c.env.principal);
    return next();
  }
  const key = keyOf(c);
  const found = key === undefined ? null : c.get('platform').apiKeys.find(key);
  return found instanceof Promise ? found.then((principal) => admit(c, next, key, principal)) : admit(c, next, key, found);
};

function admit(c: AppContext, next: Next, key: string | undefined, principal: Principal | null): Promise<void> {
  if (!principal) {
    throw new HttpError(
      401,
      key === undefined
        ? 'No API key was sent. Send it as `Authorization: Bearer <key>`, `Authorization: Token <key>` or `x-api-key: <key>`.'
        : 'The API key is unknown, deactivated or expired.',
    );
  }
  c.set('principal', principal);
  if (principal.role === 'readonly' && !isReadOnly(c)) throw forbidden('This key may only read.');
  return principal.tokenId === null ? next() : countedFor(c, next, principal.tokenId);
}

/** Handles the request of a restricted key, and records its usage. */
async function countedFor(c: AppContext, next: Next, tokenId: string): Promise<void> {
  const start = performance.now();
  try {
    await next();
  } catch (error) {
    // What refuses a request on its way counts too.
    c.res = errorResponse(error, c);
  }
  const request = { endpoint: endpointOf(c), method: c.req.method, status: c.res.status, milliseconds: performance.now() - start };
  // The request is done: that it cannot be counted, as on a full disk, must not turn it into a failure.
  await recordUsage(c.get('platform'), tokenId, request).catch(() => {});
}

/** @throws HttpError 403 when the key has no access to the team that owns a record or is named in a request. */
export function checkTeam(c: AppContext, teamId: string): void {
  if (!c.get('principal').teamIds.includes(teamId)) throw forbidden(`This key has no access to the team '${teamId}'.`);
}

/** @throws HttpError 403 when the key is not an admin of the team. */
export function checkAdmin(c: AppContext, teamId: string): void {
  checkTeam(c, teamId);
  if (!c.get('principal').adminOf.includes(teamId)) throw forbidden('Only an admin of the team may do this.');
}
