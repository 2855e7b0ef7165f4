import { emitWarning } from '../../model/support/process.js';

/** Calls a user's callback. When it throws or rejects, the error becomes a process warning and the call continues. */
export function runCallback(callback: () => unknown): void {
  try {
    const returned = callback();
    if (returned instanceof Promise) returned.catch(warn);
  } catch (error) {
    warn(error);
  }
}

function warn(error: unknown): void {
  emitWarning(error instanceof Error ? error : String(error));
}
