import { Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { authenticate } from '../../wire/auth.js';
import { resourceRoutes } from './resources.js';
import { runRoutes } from './runs.js';
import { uploadRoutes } from './uploads.js';

/** aiXplain's wire. The particular routes come before the generic ones. */
export function aixplainRoutes(): Hono<AppContext> {
  const app = new Hono<AppContext>();
  for (const prefix of ['v1', 'v2', 'sdk', 'api', 'assets']) app.use(`/${prefix}/*`, authenticate);
  return app.route('/', uploadRoutes).route('/', runRoutes).route('/', resourceRoutes);
}
