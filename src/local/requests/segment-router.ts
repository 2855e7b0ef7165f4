import type { Result, Router } from 'hono/router';
import { RegExpRouter } from 'hono/router/reg-exp-router';
import { SmartRouter } from 'hono/router/smart-router';
import { TrieRouter } from 'hono/router/trie-router';

/** The first segment of a path, without slashes. */
function firstSegment(path: string): string {
  const end = path.indexOf('/', 1);
  return end < 0 ? path.slice(1) : path.slice(1, end);
}

/**
 * A router with a router of its own for each first segment that routes name. One regular expression finds a route, in a fifth of the
 * time of a trie, but can express no route such as `/files/upload-url` beside `/files/:id/complete`; one such pair would keep it from
 * all routes.
 */
export class SegmentRouter<Handler> implements Router<Handler> {
  readonly name = 'SegmentRouter';
  readonly #routes: [method: string, path: string, handler: Handler][] = [];
  /** By first segment; that of all others has the empty name. */
  readonly #routers = new Map<string, Router<Handler>>();
  readonly #segments = new Set<string>();

  add(method: string, path: string, handler: Handler): void {
    this.#routes.push([method, path, handler]);
    const segment = firstSegment(path);
    if (isLiteral(segment)) this.#segments.add(segment);
    this.#routers.clear();
  }

  match(method: string, path: string): Result<Handler> {
    const first = firstSegment(path);
    const segment = this.#segments.has(first) ? first : '';
    const router = this.#routers.get(segment) ?? this.#routerOf(segment);
    return router.match(method, path);
  }

  #routerOf(segment: string): Router<Handler> {
    const router = new SmartRouter<Handler>({ routers: [new RegExpRouter(), new TrieRouter()] });
    for (const route of this.#routes) {
      const first = firstSegment(route[1]);
      if (first === segment || !isLiteral(first)) router.add(...route);
    }
    this.#routers.set(segment, router);
    return router;
  }
}

/** Whether a segment of a route matches only itself. */
function isLiteral(segment: string): boolean {
  return /^[\w-]+$/.test(segment);
}
