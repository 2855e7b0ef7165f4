import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { authenticate } from '../../requests/authentication.js';
import { HttpError } from '../../requests/errors.js';

function noLogin(): never {
  throw new HttpError(501, 'The local platform has no login by e-mail or password: use its API key.');
}

/** The user of a key. The local platform has no login. */
export const authenticationRoutes = new Hono<AppEnv>()
  .post('/email/initialize', noLogin)
  .post('/email/verify', noLogin)
  .post('/login', noLogin)
  .post('/logout', authenticate, (c) => c.json({}))
  .get('/whoami', authenticate, (c) => c.json({ userId: c.var.principal.userId }));
