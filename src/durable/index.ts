/**
 * Runs that outlive their process: noted as they start, followed by whoever is alive, and handed to handlers at their end.
 *
 * @module
 */
export type { NameOf } from './accounts.js';
export { Durable, type NotedRun } from './durable.js';
export type {
  DurableEnd,
  DurableEvent,
  DurableFailure,
  DurableResult,
  DurableTransaction,
  HandlerOptions,
} from './handlers.js';
export type { DurableOptions, DurableRunOptions, FollowOptions, StartOptions } from './options.js';
export type { DurableRun, DurableStats, ListOptions, StateCounts } from './reports.js';
export type { RetryPolicy } from './retry-delay.js';
export type { PassedOptions } from './starting.js';
export type { RunState } from './store.js';
export type { WebhookOptions } from './webhook.js';
