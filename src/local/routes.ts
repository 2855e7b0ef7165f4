import { Hono } from 'hono';
import { bucket, storagePath } from './blobs/presign.js';
import { storageRoutes } from './blobs/routes.js';
import type { AppEnv, Platform } from './context.js';
import { authenticate } from './requests/authentication.js';
import { badRequest, errorResponse, HttpError } from './requests/errors.js';
import { aixplainRoutes } from './routes/aixplain/index.js';
import { moderatelyRoutes } from './routes/moderately/index.js';

/** The path of a request, without the double and trailing slashes that clients make when they join it to a base URL. */
function pathOf({ url }: Request): string {
  return new URL(url).pathname.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** Both APIs and the storage behind presigned URLs, as one application. */
export function createRoutes(platform: Platform): Hono<AppEnv> {
  return (
    new Hono<AppEnv>({ getPath: pathOf })
      .use(async (c, next) => {
        c.set('platform', platform);
        c.set('requestId', c.req.header('x-request-id') ?? platform.newId());
        // No record contains one, and a database cannot search for one.
        if (c.req.url.includes('%00')) throw badRequest('The URL contains a NUL character.');
        await next();
      })
      .route(`${storagePath}/${bucket}`, storageRoutes)
      .route('/', moderatelyRoutes())
      .route('/', aixplainRoutes())
      // An invalid key is reported before an unknown path.
      .all('*', authenticate, (c) => {
        throw new HttpError(404, `There is no operation ${c.req.method} ${c.req.path}.`);
      })
      .onError(errorResponse)
  );
}
