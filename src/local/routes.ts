import { Hono } from 'hono';
import { matchedRoutes } from 'hono/route';
import { bucket, storagePath } from './blobs/presign.js';
import { storageRoutes } from './blobs/routes.js';
import type { AppContext, AppEnv, Platform } from './context.js';
import { noRoute } from './observation/observer.js';
import { authenticate } from './requests/authentication.js';
import { badRequest, errorResponse, HttpError } from './requests/errors.js';
import { idempotent } from './requests/idempotency.js';
import { pathOf } from './requests/paths.js';
import { preconditions } from './requests/preconditions.js';
import { SegmentRouter } from './requests/segment-router.js';
import { loginRoutes } from './routes/moderately/authentication.js';
import { setHeader } from './server/json-response.js';

/** The client's own id of a request, where it can be a header's value; otherwise a new one. */
function requestIdOf(given: string | undefined, platform: Platform): string {
  return given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : platform.newId();
}

/**
 * The pattern of the route that responded; of a request that was refused before it reached one, that which it would have reached. Those
 * for every method are not routes but what precedes them, or refuses what is left.
 */
function routeOf(c: AppContext): string {
  const matched = matchedRoutes(c);
  const last = matched[c.req.routeIndex];
  const route = last && last.method !== 'ALL' ? last : matched.find(({ method }) => method !== 'ALL');
  return route?.path ?? noRoute;
}

/** One of the APIs and the storage behind presigned URLs, as an application. */
export function createRoutes(platform: Platform, api: Hono<AppEnv>): Hono<AppEnv> {
  const { urlLength } = platform.limits;
  const checkPreconditions = preconditions(() => routes);
  const routes: Hono<AppEnv> = new Hono<AppEnv>({ getPath: pathOf, router: new SegmentRouter() })
    .use(async (c, next) => {
      c.set('platform', platform);
      const requestId = requestIdOf(c.req.header('x-request-id'), platform);
      c.set('requestId', requestId);
      const { observed } = c.env;
      if (observed) observed.requestId = requestId;
      if (c.req.url.length > urlLength)
        throw new HttpError(414, `The URL has more than ${urlLength} characters, the limit of limits.urlLength.`);
      // No record contains one, and a database cannot search for one.
      if (c.req.url.includes('%00')) throw badRequest('The URL contains a NUL character.');
      await next();
      setHeader(c.res, 'x-request-id', requestId);
      if (observed) observed.route = routeOf(c);
    })
    .route(`${storagePath}/${bucket}`, storageRoutes)
    .route('/authentication', loginRoutes)
    // An invalid key is reported before an unknown path. Each middleware of hono takes several promises, which the three share.
    .use((c, next) => authenticate(c, () => idempotent(c, () => checkPreconditions(c, next))))
    .route('/', api)
    .all('*', (c) => {
      throw new HttpError(404, `There is no operation ${c.req.method} ${c.req.path}.`);
    })
    .onError(errorResponse);
  return routes;
}
