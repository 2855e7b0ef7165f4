import type { BaseResource } from '../base-resource.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import { checkAssignable } from '../state/assign.js';
import { checkOptions } from '../support/known-options.js';
import { part } from '../support/part.js';

const request = part(() => import('./refresh-request.js'));

/** Options of `record.refresh()`. */
export interface RefreshOptions extends CallOptions, HookOptions {
  /** Whether to keep local edits on top of the new state. Default: false. */
  keepChanges?: boolean | undefined;
}

/** Runs the refresh operation. @throws ValidationError when the record is deleted or has no id. */
export async function refreshRecord<R extends BaseResource>(record: R, options: RefreshOptions): Promise<R> {
  record.requireId('refresh');
  checkOptions(record.constructor, 'refresh', options);
  return operate<R>(record, {
    operation: 'refresh',
    args: Object.keys(options).length > 0 ? [options] : [],
    options,
    queued: true,
    perform: async (context) => {
      context.settle();
      checkAssignable(record, `refresh of ${String(record)}`);
      const { sendRefresh } = await request();
      await sendRefresh(record, context, options);
      return record;
    },
  });
}
