import type { REPLServer } from 'node:repl';
import { Script } from 'node:vm';

/**
 * The code with `await` before it where it is an expression, so that a search or a promise is shown by what it becomes. Other code is returned
 * as it is: statements, and the beginning of what goes on in the next line.
 */
export function awaited(code: string): string {
  const text = code.replace(/[\s;]+$/, '');
  if (text === '' || /^(?:async\s+function|function|class)\b/.test(text)) return code;
  try {
    new Script(`(async () => (\n${text}\n))`);
  } catch {
    return code;
  }
  return `await (${text}\n)`;
}

/** The members of Node's REPL that its types leave out. */
interface Undocumented {
  /** Until Node 26, what errors are dispatched to. */
  _domain?: NodeJS.EventEmitter;
  last: unknown;
  lastError: unknown;
}

/** Options with which errors are passed to `handle` instead of being printed, from Node 26 on. */
export function errorOptions(handle: (error: unknown) => void): object {
  return {
    handleError(error: unknown) {
      handle(error);
      return 'ignore';
    },
  };
}

/** Passes the errors of lines to `handle` instead of printing them, before Node 26. */
export function catchErrors(server: REPLServer, handle: (error: unknown) => void): void {
  const { _domain: domain } = server as unknown as Undocumented;
  domain?.removeAllListeners('error');
  domain?.on('error', handle);
}

/** Sets what `_` stands for. */
export function noteResult(server: REPLServer, value: unknown): void {
  if (value !== undefined) (server as unknown as Undocumented).last = value;
}

/** What `_` stands for. */
export function lastResult(server: REPLServer): unknown {
  return (server as unknown as Undocumented).last;
}

/** Sets what `_error` stands for. */
export function noteError(server: REPLServer, error: unknown): void {
  (server as unknown as Undocumented).lastError = error;
}

/** Whether Node's REPL has ended a line because of Ctrl+C. */
export function isInterruption(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
}
