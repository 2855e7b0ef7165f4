import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { authenticate } from '../../requests/authentication.js';
import { resourceRoutes } from './resources.js';
import { runRoutes } from './runs.js';
import { uploadRoutes } from './uploads.js';

/** aiXplain's API. Specific routes precede the generic ones. */
export function aixplainRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  for (const prefix of ['v1', 'v2', 'sdk', 'api', 'assets']) app.use(`/${prefix}/*`, authenticate);
  return app.route('/', uploadRoutes).route('/', runRoutes).route('/', resourceRoutes);
}
