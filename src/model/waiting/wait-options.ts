import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { Wait, WaitOptions } from '../ports/waiter.js';
import { checkSeconds, refuseOption } from '../support/quantities.js';

/** Checks the options of a wait. Call it before the work is started. @throws ValidationError */
export function checkWaitOptions({ timeout, waitTime, signal }: WaitOptions): void {
  checkSeconds('timeout', timeout);
  checkSeconds('waitTime', waitTime, false);
  if (signal !== undefined && !(signal instanceof AbortSignal)) refuseOption('signal', `must be an AbortSignal (got ${typeof signal})`);
}

/**
 * Checks that the progress of a wait can be shown, if that is asked for. Call it before starting the work.
 *
 * @throws ConfigurationError when a package is missing.
 */
export async function checkProgressBar(record: BaseResource, { showProgress }: Pick<Wait, 'showProgress'>): Promise<void> {
  if (showProgress) await requireConnection(record, 'wait for').environment.checkProgressBar?.();
}
