import { ValidationError } from '../errors/index.js';
import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import type { WaitOptions } from '../ports/waiter.js';
import { inJson } from '../state/describe.js';
import { checkHeaderText, checkIdempotencyKey } from '../support/header-text.js';
import { checkCount, checkSeconds, refuseOption } from '../support/quantities.js';
import { checkWaitOptions } from '../waiting/wait-options.js';
import type { Run } from './run.js';

/** Options for starting a run and waiting for it. None of them is sent as a parameter of the run. */
export interface BaseRunParams extends CallOptions, HookOptions, WaitOptions {
  /** How many times a failed start may be repeated, each time as a new run. Only retryable errors are repeated. Default: 0. */
  runRetries?: number | undefined;
  /** Seconds between two starts. Default: 1. */
  runRetryWait?: number | undefined;
  /** Sent as the header `x-user-id`, unless it is blank. */
  identifier?: string | undefined;
  /** Sent as the header `x-session-id`, unless it is blank. */
  sessionId?: string | undefined;
  /**
   * Called, and awaited, after the run has been started and before it is waited for, for example to store `run.token()`. An error it throws
   * fails the call; the run continues.
   */
  onStart?: ((run: Run) => unknown) | undefined;
  /** Sent as the header Idempotency-Key, for platforms that honour it. */
  idempotencyKey?: string | undefined;
}

/** Checks the options of a run before anything is sent. @throws ValidationError */
export function checkRunOptions(options: BaseRunParams): void {
  checkWaitOptions(options);
  const { onStart }: { onStart?: unknown } = options;
  if (onStart !== undefined && typeof onStart !== 'function') refuseOption('onStart', `must be a function (got ${typeof onStart})`);
  checkCount('runRetries', options.runRetries, 0);
  checkSeconds('runRetryWait', options.runRetryWait, false);
  if ((options.idempotencyKey ?? undefined) !== undefined) checkIdempotencyKey('idempotencyKey', options.idempotencyKey);
  userText('identifier', options.identifier);
  userText('sessionId', options.sessionId);
}

/** @throws ValidationError for parameters that are not an object, such as the text that clients of other languages take first. */
export function checkRunParams(record: object, operation: 'run' | 'stream', params: unknown): void {
  if (typeof params === 'object' && params !== null) return;
  throw new ValidationError(
    `${operation} of ${String(record)}: the parameters must be an object, such as { name: value } (got ${inJson(params, 100)}).`,
  );
}

/** A user's text for a header of its own; undefined when it is not given or blank. @throws ValidationError that names the option. */
export function userText(option: 'identifier' | 'sessionId', value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
    refuseOption(option, `must be a text (got ${Array.isArray(value) ? 'an array' : typeof value})`);
  const text = checkHeaderText(option, String(value));
  return text.trim() === '' ? undefined : text;
}
