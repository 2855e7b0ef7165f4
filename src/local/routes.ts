import { Hono } from 'hono';
import { bucket, storagePath } from './blobs/presign.js';
import { storageRoutes } from './blobs/routes.js';
import type { AppContext, Platform } from './context.js';
import { aixplainRoutes } from './routes/aixplain/index.js';
import { moderatelyRoutes } from './routes/moderately/index.js';
import { authenticate } from './wire/auth.js';
import { badRequest, errorResponse, HttpError } from './wire/errors.js';

/** The path of a request, without the double and trailing slashes that clients make when they join it to a base URL. */
function pathOf({ url }: Request): string {
  return new URL(url).pathname.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
}

/** Both wires and the storage behind presigned URLs, as one handler. */
export function createRoutes(platform: Platform): Hono<AppContext> {
  return (
    new Hono<AppContext>({ getPath: pathOf })
      .use(async (c, next) => {
        c.set('platform', platform);
        c.set('requestId', c.req.header('x-request-id') ?? platform.newId());
        // No record has one, and no database can be asked for one.
        if (c.req.url.includes('%00')) throw badRequest('The address has a NUL character.');
        await next();
      })
      .route(`${storagePath}/${bucket}`, storageRoutes)
      .route('/', moderatelyRoutes())
      .route('/', aixplainRoutes())
      // A wrong key is told before a wrong address.
      .all('*', authenticate, (c) => {
        throw new HttpError(404, `There is no operation ${c.req.method} ${c.req.path}.`);
      })
      .onError(errorResponse)
  );
}
