import type { PollEvent } from '../events/events.js';

/** A method that is called with each poll. */
export type PollHook = (result: unknown, event: PollEvent) => unknown;

/** The default methods for hooks, which do nothing and need not be called: most operations have only those. */
export const emptyHooks = new WeakSet<object>();

/** Registers the hooks that a class itself has, `onPoll()` included: they are its defaults, which do nothing. */
export function noteEmptyHooks({ prototype }: { prototype: object }): void {
  const own = prototype as Record<string, object>;
  for (const name of Object.getOwnPropertyNames(own)) if (/^(before|after|on)[A-Z]/.test(name)) emptyHooks.add(own[name]!);
}
