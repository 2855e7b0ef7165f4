import type { Hono } from 'hono';
import { version } from '../version.js';
import type { AppEnv, Bindings, Platform } from './context.js';
import type { Metrics } from './observation/metrics.js';
import type { Readiness } from './observation/readiness.js';
import { isAixplainPath, pathOf } from './requests/paths.js';
import { JsonResponse } from './server/json-response.js';

/** What is asked about the state of the platform. */
const statePaths: readonly string[] = ['/health', '/ready', '/metrics'];

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
  /** What is loaded. */
  readonly #loaded = new Map<'moderately' | 'aixplain', Hono<AppEnv>>();

  constructor(platform: Platform, { readiness, metrics }: { readiness: Readiness; metrics: Metrics | undefined }) {
    this.#platform = platform;
    this.#readiness = readiness;
    this.#metrics = metrics;
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
    if (statePaths.includes(path) && (request.method === 'GET' || request.method === 'HEAD')) return this.#state(path, request, bindings);
    const isAixplain = isAixplainPath(path);
    const loaded = this.#loaded.get(isAixplain ? 'aixplain' : 'moderately');
    if (loaded) return loaded.fetch(request, bindings);
    return (isAixplain ? this.#loadAixplain() : this.load()).then((app) => app.fetch(request, bindings));
  };

  /** What a worker serves on its port: its state, and nothing else. */
  handleState = async (request: Request, bindings: Bindings): Promise<Response> => {
    const path = pathOf(request);
    const isAsked = statePaths.includes(path) && (request.method === 'GET' || request.method === 'HEAD');
    const response = isAsked ? await this.#respond(path, request, bindings) : undefined;
    return response ?? Response.json({ message: `A worker serves ${statePaths.join(', ')}, and no other requests.` }, { status: 404 });
  };

  /** The response to those who watch the platform, who have no key. Without metrics, their path is one that there is not. */
  async #state(path: string, request: Request, bindings: Bindings): Promise<Response> {
    return (await this.#respond(path, request, bindings)) ?? (await this.load()).fetch(request, bindings);
  }

  async #respond(path: string, request: Request, bindings: Bindings): Promise<Response | undefined> {
    const state = await this.#stateOf(path);
    if (!state) return undefined;
    if (bindings.observed) bindings.observed.route = path;
    return request.method === 'GET' ? state : new Response(null, state);
  }

  async #stateOf(path: string): Promise<Response | undefined> {
    if (path === '/health') return new JsonResponse(JSON.stringify({ status: 'ok', version }), 200);
    if (path === '/ready') return await this.#readiness.respond();
    return await this.#metrics?.respond(this.#platform);
  }
}
