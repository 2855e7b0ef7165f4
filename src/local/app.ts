import type { Hono } from 'hono';
import { version } from '../version.js';
import type { AppEnv, Bindings, Platform } from './context.js';
import { isAixplainPath, pathOf } from './requests/paths.js';
import { JsonResponse } from './server/json-response.js';

/**
 * The application as one handler. Everything but the health check is loaded on first use, or once the process is idle,
 * which makes a platform start sooner: each API by itself, for most clients use one.
 */
export class App {
  readonly #platform: Platform;
  #moderately: Promise<Hono<AppEnv>> | undefined;
  #aixplain: Promise<Hono<AppEnv>> | undefined;
  /** What is loaded. */
  readonly #loaded = new Map<'moderately' | 'aixplain', Hono<AppEnv>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Loads Moderately's API, once. */
  load(): Promise<Hono<AppEnv>> {
    this.#moderately ??= this.#create(
      'moderately',
      import('./routes/moderately/index.js').then(({ moderatelyRoutes }) => moderatelyRoutes()),
    );
    return this.#moderately;
  }

  #loadAixplain(): Promise<Hono<AppEnv>> {
    this.#aixplain ??= this.#create(
      'aixplain',
      import('./routes/aixplain/index.js').then(({ aixplainRoutes }) => aixplainRoutes()),
    );
    return this.#aixplain;
  }

  async #create(name: 'moderately' | 'aixplain', loading: Promise<Hono<AppEnv>>): Promise<Hono<AppEnv>> {
    const [{ createRoutes }, api] = await Promise.all([import('./routes.js'), loading]);
    const routes = createRoutes(this.#platform, api);
    this.#loaded.set(name, routes);
    return routes;
  }

  handle = (request: Request, bindings: Bindings): Response | Promise<Response> => {
    const path = pathOf(request);
    if (path === '/health') {
      if (request.method === 'GET') return new JsonResponse(JSON.stringify({ status: 'ok', version }), 200);
      if (request.method === 'HEAD') return new Response(null);
    }
    const isAixplain = isAixplainPath(path);
    const loaded = this.#loaded.get(isAixplain ? 'aixplain' : 'moderately');
    if (loaded) return loaded.fetch(request, bindings);
    return (isAixplain ? this.#loadAixplain() : this.load()).then((app) => app.fetch(request, bindings));
  };
}
