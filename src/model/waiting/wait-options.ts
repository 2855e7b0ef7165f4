import type { BaseRunParams } from '../params.js';
import type { WaitOptions } from '../ports/waiter.js';
import { checkCount, checkSeconds, refuseOption } from '../support/quantities.js';

/** Refuses what no wait understands. To be called before whatever is waited for is started. @throws ValidationError */
export function checkWaitOptions({ timeout, waitTime, signal }: WaitOptions): void {
  checkSeconds('timeout', timeout);
  checkSeconds('waitTime', waitTime, false);
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuseOption('signal', `must be an AbortSignal (got ${typeof signal})`);
}

/** Refuses what no run understands, before anything is sent. @throws ValidationError */
export function checkRunOptions(options: BaseRunParams): void {
  checkWaitOptions(options);
  const { onStart }: { onStart?: unknown } = options;
  if (onStart !== undefined && typeof onStart !== 'function') refuseOption('onStart', `must be a function (got ${typeof onStart})`);
  checkCount('runRetries', options.runRetries, 0);
  checkSeconds('runRetryWait', options.runRetryWait, false);
}
