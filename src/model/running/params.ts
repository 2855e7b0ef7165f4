import type { HookOptions } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import type { WaitOptions } from '../ports/waiter.js';
import { checkHeaderText, checkIdempotencyKey } from '../support/header-text.js';
import { checkCount, checkSeconds, refuseOption } from '../support/quantities.js';
import { checkWaitOptions } from '../waiting/wait-options.js';
import type { Run } from './run.js';

/** How a run is started and waited for; none of it goes on the wire as a parameter. */
export interface BaseRunParams extends CallOptions, HookOptions, WaitOptions {
  /** How often a start that failed may be made again, each time a new run. Default: 0. */
  runRetries?: number | undefined;
  /** Seconds between such starts. Default: 1. */
  runRetryWait?: number | undefined;
  /** Sent as the header `x-user-id`, unless it is blank. */
  identifier?: string | undefined;
  /** Sent as the header `x-session-id`, unless it is blank. */
  sessionId?: string | undefined;
  /**
   * Called, and awaited, once the run has been started and before it is waited for: `run.token()` resumes it in another process. What it
   * throws fails the call; the run goes on.
   */
  onStart?: ((run: Run) => unknown) | undefined;
  /** Sent as Idempotency-Key, for platforms that honour it. */
  idempotencyKey?: string | undefined;
}

/** Refuses what no run understands, before anything is sent. @throws ValidationError */
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

/** A user's text for a header of its own; undefined when it is not given or blank. @throws ValidationError that names the option. */
export function userText(option: 'identifier' | 'sessionId', value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
    refuseOption(option, `must be a text (got ${Array.isArray(value) ? 'an array' : typeof value})`);
  const text = checkHeaderText(option, String(value));
  return text.trim() === '' ? undefined : text;
}
