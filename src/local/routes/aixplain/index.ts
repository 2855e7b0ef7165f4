import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { HttpError } from '../../requests/errors.js';
import { apiKeyRoutes } from './api-keys.js';
import { byNameRoutes } from './by-name.js';
import { copyRoutes } from './copies.js';
import { issueRoutes } from './issues.js';
import { resourceRoutes } from './resources.js';
import { runRoutes } from './runs.js';
import { sessionRoutes } from './sessions.js';
import { skillRoutes } from './skills.js';
import { uploadRoutes } from './uploads.js';

const prefixes = ['v1', 'v2', 'sdk', 'api', 'assets'];

/** aiXplain's API. Specific routes precede the generic ones. */
export function aixplainRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  const specific = [uploadRoutes, apiKeyRoutes, byNameRoutes, runRoutes, sessionRoutes, skillRoutes, issueRoutes, copyRoutes];
  for (const routes of [...specific, resourceRoutes]) app.route('/', routes);
  for (const prefix of prefixes) {
    app.all(`/${prefix}/*`, (c) => {
      throw new HttpError(404, `Operation not found: there is no operation ${c.req.method} ${c.req.path}.`);
    });
  }
  return app;
}
