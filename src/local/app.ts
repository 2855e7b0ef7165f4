import type { Hono } from 'hono';
import { version } from '../version.js';
import type { AppContext, Bindings, Platform } from './context.js';

/**
 * The application as one handler. All but its health is loaded when it is first asked for, or when there is nothing else
 * to do: a platform is up sooner for it.
 */
export class App {
  readonly #platform: Platform;
  #routes: Promise<Hono<AppContext>> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Loads what is not loaded yet. */
  load(): Promise<Hono<AppContext>> {
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
