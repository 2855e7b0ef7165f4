import type { Clock } from './clock.js';
import type { Transport } from './transport.js';
import type { Progress, Waiter } from './waiter.js';

/** Carries a value along one chain of async calls; AsyncLocalStorage on Node. */
export interface AsyncContext {
  run<T>(value: unknown, task: () => T): T;
  get(): unknown;
}

/** What the model needs from outside. */
export interface Environment {
  /** Where the platform lives. */
  baseUrl: string;
  /** Whether an address is at one of the connection's own origins: that of the base URL, and any further one. */
  isOwn(url: string): boolean;
  transport: Transport;
  waiter: Waiter;
  clock: Clock;
  /** Without one, an operation started on a record during its own hooks cannot be told from another task's. */
  asyncContext?: AsyncContext;
  /** Tells whoever runs the process of something that is most likely a mistake. */
  warn?: (message: string) => void;
  /** Draws the progress of a wait where someone can see it; null where nobody can. */
  progressBar?: (subject: string) => Promise<ProgressBar | null>;
}

/** A bar that shows how far a wait is. */
export interface ProgressBar {
  show(progress: Progress): void;
  /** Leaves the last state on the screen. */
  end(): void;
}
