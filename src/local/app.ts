import { Hono } from 'hono';
import { bucket, storagePath } from './blobs/presign.js';
import { storageRoutes } from './blobs/routes.js';
import type { Environment, Platform } from './context.js';
import { aixplainRoutes } from './routes/aixplain/index.js';
import { moderatelyRoutes } from './routes/moderately/index.js';
import { authenticate } from './wire/auth.js';
import { errorResponse, HttpError } from './wire/errors.js';

/** Both wires and the storage behind presigned URLs, as one handler. */
export function createApp(platform: Platform): Hono<Environment> {
  return new Hono<Environment>({ strict: false })
    .use(async (c, next) => {
      c.set('platform', platform);
      c.set('requestId', c.req.header('x-request-id') ?? platform.newId());
      await next();
    })
    .route(`${storagePath}/${bucket}`, storageRoutes)
    .route('/', moderatelyRoutes())
    .route('/', aixplainRoutes())
    .notFound(async (c) => {
      // A wrong key is told before a wrong address.
      await authenticate(c, async () => {});
      throw new HttpError(404, `There is no operation ${c.req.method} ${c.req.path}.`);
    })
    .onError(errorResponse);
}
