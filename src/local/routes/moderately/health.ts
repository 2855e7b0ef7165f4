import { createRequire } from 'node:module';
import type { Context } from 'hono';

const { version } = createRequire(import.meta.url)('remote-record/package.json') as { version: string };

/** Says that the platform answers, and which version it is. */
export function healthRoute(c: Context): Response {
  return c.json({ status: 'ok', version });
}
