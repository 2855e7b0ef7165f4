import type { Clock } from './clock.js';
import type { TransformOptions } from './transform-options.js';
import type { Transport } from './transport.js';
import type { Progress, Waiter } from './waiter.js';

/** Passes a value along one chain of async calls; AsyncLocalStorage on Node. */
export interface AsyncContext {
  run<T>(value: unknown, task: () => T): T;
  get(): unknown;
}

/** The services that the model needs from outside. */
export interface Environment {
  /** The URL that paths are relative to. */
  baseUrl: string;
  /** Whether a URL is at one of the connection's own origins: that of the base URL or one of the option `origins`. */
  isOwn(url: string): boolean;
  transport: Transport;
  waiter: Waiter;
  clock: Clock;
  /** Without one, an operation started inside a record's own hooks cannot be told apart from one started by another task. */
  asyncContext?: AsyncContext;
  /** Whether creates and runs have an idempotency key, unless their class says otherwise. Default: false. */
  idempotency?: boolean;
  /** The groups and the version that class-transformer's decorators are read for. */
  transform?: TransformOptions;
  /** Shows a warning to the user of the program. */
  warn?: (message: string) => void;
  /** Makes a progress bar for a wait; null where there is no terminal to show it. */
  progressBar?: (subject: string) => Promise<ProgressBar | null>;
  /** Rejects when progress could not be drawn for want of a package. */
  checkProgressBar?: () => Promise<void>;
}

/** A bar that shows the progress of a wait. */
export interface ProgressBar {
  show(progress: Progress): void;
  /** Ends the bar and leaves its last state on the screen. */
  end(): void;
}
