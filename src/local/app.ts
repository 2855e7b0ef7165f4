import type { Hono } from 'hono';
import { version } from '../version.js';
import type { AppEnv, Bindings, Platform } from './context.js';

/**
 * The application as one handler. Everything but the health check is loaded on first use, or once the process is idle,
 * which makes a platform start sooner.
 */
export class App {
  readonly #platform: Platform;
  #routes: Promise<Hono<AppEnv>> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Loads the routes, once. */
  load(): Promise<Hono<AppEnv>> {
    this.#routes ??= import('./routes.js').then(({ createRoutes }) => createRoutes(this.#platform));
    return this.#routes;
  }

  handle = async (request: Request, bindings: Bindings): Promise<Response> => {
    if (new URL(request.url).pathname === '/health') {
      if (request.method === 'GET') return Response.json({ status: 'ok', version });
      if (request.method === 'HEAD') return new Response(null);
    }
    return (await this.load()).fetch(request, bindings);
  };
}
