import { createRequire } from 'node:module';

type Kysely = typeof import('kysely');

let loaded: Kysely | undefined;

/**
 * Kysely, loaded on first use: its nearly 300 modules would be the longest part of a cold start, and the statements of a start
 * and of most requests need none of them. As CommonJS it can be loaded at once, in two thirds of the time.
 */
export function kysely(): Kysely {
  loaded ??= createRequire(import.meta.url)('kysely') as Kysely;
  return loaded;
}

/** Kysely's `sql`, which loads Kysely when it is used. */
export const sql: Kysely['sql'] = new Proxy((() => {}) as unknown as Kysely['sql'], {
  apply: (_, self, parts) => Reflect.apply(kysely().sql, self, parts),
  get: (_, name) => Reflect.get(kysely().sql, name),
});
