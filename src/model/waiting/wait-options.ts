import type { WaitOptions } from '../ports/waiter.js';
import { checkSeconds, refuseOption } from '../support/quantities.js';

/** Checks the options of a wait. Call it before the work is started. @throws ValidationError */
export function checkWaitOptions({ timeout, waitTime, signal }: WaitOptions): void {
  checkSeconds('timeout', timeout);
  checkSeconds('waitTime', waitTime, false);
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuseOption('signal', `must be an AbortSignal (got ${typeof signal})`);
}
