import { Hono } from 'hono';
import { bucket, storagePath } from './blobs/presign.js';
import { storageRoutes } from './blobs/routes.js';
import type { AppEnv, Platform } from './context.js';
import { authenticate } from './requests/authentication.js';
import { badRequest, errorResponse, HttpError } from './requests/errors.js';
import { idempotent } from './requests/idempotency.js';
import { preconditions } from './requests/preconditions.js';
import { aixplainRoutes } from './routes/aixplain/index.js';
import { loginRoutes } from './routes/moderately/authentication.js';
import { moderatelyRoutes } from './routes/moderately/index.js';

/** The path of a request, without the double and trailing slashes that clients make when they join it to a base URL. */
function pathOf({ url }: Request): string {
  return new URL(url).pathname.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** The client's own id of a request, where it can be a header's value; otherwise a new one. */
function requestIdOf(given: string | undefined, platform: Platform): string {
  return given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : platform.newId();
}

/** Both APIs and the storage behind presigned URLs, as one application. */
export function createRoutes(platform: Platform): Hono<AppEnv> {
  const { urlLength } = platform.limits;
  const routes: Hono<AppEnv> = new Hono<AppEnv>({ getPath: pathOf })
    .use(async (c, next) => {
      c.set('platform', platform);
      c.set('requestId', requestIdOf(c.req.header('x-request-id'), platform));
      if (c.req.url.length > urlLength)
        throw new HttpError(414, `The URL has more than ${urlLength} characters, the limit of limits.urlLength.`);
      // No record contains one, and a database cannot search for one.
      if (c.req.url.includes('%00')) throw badRequest('The URL contains a NUL character.');
      await next();
      c.res.headers.set('x-request-id', c.get('requestId'));
    })
    .route(`${storagePath}/${bucket}`, storageRoutes)
    .route('/authentication', loginRoutes)
    // An invalid key is reported before an unknown path.
    .use(
      authenticate,
      idempotent,
      preconditions(() => routes),
    )
    .route('/', moderatelyRoutes())
    .route('/', aixplainRoutes())
    .all('*', (c) => {
      throw new HttpError(404, `There is no operation ${c.req.method} ${c.req.path}.`);
    })
    .onError(errorResponse);
  return routes;
}
