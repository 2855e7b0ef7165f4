import type { Hono } from 'hono';
import { version } from '../version.js';
import type { AppEnv, Bindings, Platform } from './context.js';
import type { Metrics } from './observation/metrics.js';
import type { Readiness } from './observation/readiness.js';
import { isAixplainPath, pathOf } from './requests/paths.js';

/**
 * The application as one handler. Everything but what is asked about its state is loaded on first use, or once the process is idle,
 * which makes a platform start sooner: each API by itself, for most clients use one.
 */
export class App {
  readonly #platform: Platform;
  readonly #readiness: Readiness;
  readonly #metrics: Metrics | undefined;
  #moderately: Promise<Hono<AppEnv>> | undefined;
  #aixplain: Promise<Hono<AppEnv>> | undefined;

  constructor(platform: Platform, { readiness, metrics }: { readiness: Readiness; metrics: Metrics | undefined }) {
    this.#platform = platform;
    this.#readiness = readiness;
    this.#metrics = metrics;
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
    if (request.method === 'GET' || request.method === 'HEAD') {
      const state = await this.#state(path);
      if (state) {
        if (bindings.observed) bindings.observed.route = path;
        return request.method === 'GET' ? state : new Response(null, state);
      }
    }
    const app = await (isAixplainPath(path) ? this.#loadAixplain() : this.load());
    return app.fetch(request, bindings);
  };

  /** The response to those who watch the platform, who have no key. */
  async #state(path: string): Promise<Response | undefined> {
    if (path === '/health') return Response.json({ status: 'ok', version });
    if (path === '/ready') return await this.#readiness.respond();
    if (path === '/metrics') return await this.#metrics?.respond(this.#platform);
    return undefined;
  }
}
