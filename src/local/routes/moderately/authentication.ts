import { Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { authenticate } from '../../wire/auth.js';
import { HttpError } from '../../wire/errors.js';

function noLogin(): never {
  throw new HttpError(501, 'The local platform has no login by e-mail or password: use the API key it was started with.');
}

/** Who a key belongs to. Login is not part of the local platform. */
export const authenticationRoutes = new Hono<AppContext>()
  .post('/email/initialize', noLogin)
  .post('/email/verify', noLogin)
  .post('/login', noLogin)
  .post('/logout', authenticate, (c) => c.json({}))
  .get('/whoami', authenticate, (c) => c.json({ userId: c.var.principal.userId }));
