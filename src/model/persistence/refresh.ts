import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import { checkAssignable } from '../state/assign.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { knownVersion, noteValidator } from './entity-tags.js';
import { fetchRecord } from './fetch.js';
import { validateLoad } from './validate.js';

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
      const known = knownVersion(record, requireConnection(record, 'refresh'));
      const { response, headers, address } = await fetchRecord(record, context.limit.callOptions(options), 'refresh', known);
      context.sent = true;
      await validateLoad(record, response, `refresh of ${String(record)}: what the platform sent`);
      replaceSaved(record, response, options.keepChanges ?? false);
      noteValidator(record, headers, address);
      stateOf(record).lost = null;
      return record;
    },
  });
}
