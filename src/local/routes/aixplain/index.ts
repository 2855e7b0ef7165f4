import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { resourceRoutes } from './resources.js';
import { runRoutes } from './runs.js';
import { uploadRoutes } from './uploads.js';

/** aiXplain's API. Specific routes precede the generic ones. */
export function aixplainRoutes(): Hono<AppEnv> {
  return new Hono<AppEnv>().route('/', uploadRoutes).route('/', runRoutes).route('/', resourceRoutes);
}
