import type { PollEvent } from '../events/events.js';

/** A method that is called with each poll. */
export type PollHook = (result: unknown, event: PollEvent) => unknown;

/** The default methods for hooks, which do nothing and need not be called: most operations have only those. */
export const emptyHooks = new WeakSet<object>();

/** Registers default methods, which do nothing themselves. */
export function noteEmptyHooks(target: { prototype: object }, ...names: string[]): void {
  for (const name of names) emptyHooks.add(Reflect.get(target.prototype, name));
}
