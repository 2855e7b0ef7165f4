import { type REPLEval, type REPLServer, Recoverable, type ReplOptions, start } from 'node:repl';
import { awaited, catchErrors, errorOptions, isInterruption, noteError } from './evaluate.js';
import type { EndedWait, Foreground } from './foreground.js';

/** How a line ended. */
export type Outcome = { value: unknown } | { error: unknown } | { isIncomplete: true };

/** What an evaluator tells, beside the outcome of its lines. */
export interface Listener {
  /** A line failed, or what an earlier one has left running. */
  failed(error: unknown): void;
  /** Ctrl+C has ended a line. */
  interrupted(waits: readonly EndedWait[]): void;
}

/** Node's REPL, with lines that are awaited and can be interrupted with all that they do. */
export class Evaluator {
  readonly server: REPLServer;
  /** The last error. */
  error: unknown;
  readonly #foreground: Foreground;
  #fail: ((error: unknown) => void) | undefined;

  constructor(options: ReplOptions & { historySize?: number }, foreground: Foreground, listener: Listener) {
    const handle = (error: unknown): void => {
      if (isInterruption(error)) listener.interrupted(foreground.interrupt());
      else {
        this.error = error;
        noteError(this.server, error);
        const fail = this.#fail;
        foreground.end();
        if (fail) fail(error);
        else listener.failed(error);
      }
    };
    this.#foreground = foreground;
    this.server = start({ useGlobal: true, ignoreUndefined: true, preview: false, ...options, ...errorOptions(handle) });
    catchErrors(this.server, handle);
    const server = this.server as { eval: REPLEval };
    const evaluate = server.eval;
    server.eval = (code, context, file, callback) =>
      this.#foreground.begin(() =>
        evaluate.call(this.server, awaited(code), context, file, (error, result) => {
          foreground.end();
          callback(error, result);
        }),
      );
  }

  /** Evaluates code that was not typed at the prompt. */
  evaluate(code: string, file: string): Promise<Outcome> {
    return new Promise<Outcome>((resolve) => {
      this.#fail = (error) => resolve({ error });
      const { server } = this;
      server.eval(`${code}\n`, server.context, file, (error, value) => {
        if (error instanceof Recoverable) resolve({ isIncomplete: true });
        else resolve(error ? { error } : { value });
      });
    }).finally(() => {
      this.#fail = undefined;
    });
  }

  /** The value of an expression. @throws what it throws; SyntaxError for one that is not complete. */
  async valueOf(expression: string): Promise<unknown> {
    const outcome = await this.evaluate(expression, 'repl');
    if ('value' in outcome) return outcome.value;
    throw 'error' in outcome ? outcome.error : new SyntaxError(`The expression is not complete: ${expression}`);
  }
}
