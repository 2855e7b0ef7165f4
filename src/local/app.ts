import type { Hono } from 'hono';
import { version } from '../version.js';
import type { AppEnv, Bindings, Platform } from './context.js';
import { isAixplainPath, pathOf } from './requests/paths.js';

/**
 * The application as one handler. Everything but the health check is loaded on first use, or once the process is idle,
 * which makes a platform start sooner: each API by itself, for most clients use one.
 */
export class App {
  readonly #platform: Platform;
  #moderately: Promise<Hono<AppEnv>> | undefined;
  #aixplain: Promise<Hono<AppEnv>> | undefined;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Loads Moderately's API, once. */
  load(): Promise<Hono<AppEnv>> {
    this.#moderately ??= this.#create(import('./routes/moderately/index.js').then(({ moderatelyRoutes }) => moderatelyRoutes()));
    return this.#moderately;
  }

  #loadAixplain(): Promise<Hono<AppEnv>> {
    this.#aixplain ??= this.#create(import('./routes/aixplain/index.js').then(({ aixplainRoutes }) => aixplainRoutes()));
    return this.#aixplain;
  }

  async #create(loading: Promise<Hono<AppEnv>>): Promise<Hono<AppEnv>> {
    const [{ createRoutes }, api] = await Promise.all([import('./routes.js'), loading]);
    return createRoutes(this.#platform, api);
  }

  handle = async (request: Request, bindings: Bindings): Promise<Response> => {
    const path = pathOf(request);
    if (path === '/health') {
      if (request.method === 'GET') return Response.json({ status: 'ok', version });
      if (request.method === 'HEAD') return new Response(null);
    }
    const app = await (isAixplainPath(path) ? this.#loadAixplain() : this.load());
    return app.fetch(request, bindings);
  };
}
