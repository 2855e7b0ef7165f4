import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { reads } from '../../requests/authentication.js';
import { HttpError } from '../../requests/errors.js';

function noLogin(): never {
  throw new HttpError(501, 'The local platform has no login by e-mail or password: use its API key.');
}

/** Logging in, which takes no key. The local platform has no login. */
export const loginRoutes = new Hono<AppEnv>().post('/email/initialize', noLogin).post('/email/verify', noLogin).post('/login', noLogin);

/** The user of a key. */
export const authenticationRoutes = new Hono<AppEnv>()
  .post('/logout', reads, (c) => c.json({}))
  .get('/whoami', (c) => c.json({ userId: c.var.principal.userId }));
