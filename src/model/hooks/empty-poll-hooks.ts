import type { PollEvent } from '../events/events.js';

/** A method that is called with each poll. */
export type PollHook = (result: unknown, event: PollEvent) => unknown;

/** The default `onPoll()` methods, which do nothing and need not be called. */
const empty = new WeakSet<object>();

/** Registers a default `onPoll()`, which does nothing itself. */
export function noteEmptyPollHook(hook: PollHook): void {
  empty.add(hook);
}

/** Whether it is a default `onPoll()`. */
export function isEmptyPollHook(hook: PollHook): boolean {
  return empty.has(hook);
}
