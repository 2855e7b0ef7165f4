import type { Session } from '../session.js';

/** What a connection is also called, as in the documentation. */
export const shortNames = { moderately: 'mai', aixplain: 'aix', own: 'api' } as const;

/** What is in scope without an import: the connection, by two names, the local platform, and the entity classes. */
export function scopeOf({ connection, platform, local, entities }: Session): Map<string, unknown> {
  return new Map<string, unknown>([
    ['connection', connection],
    [shortNames[platform], connection],
    ...(local ? [['platform', local] as const] : []),
    ...entities,
  ]);
}

/** Makes the names global variables, which may take the place of Node's own, such as `File`. Returns a function that undoes it. */
export function install(scope: ReadonlyMap<string, unknown>): () => void {
  const before = [...scope.keys()].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  for (const [name, value] of scope)
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  return () => {
    for (const [name, descriptor] of before) {
      delete (globalThis as Record<string, unknown>)[name];
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    }
  };
}
