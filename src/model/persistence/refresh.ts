import type { BaseResource } from '../base-resource.js';
import { APIError } from '../errors/index.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions, OwnCallOptions } from '../ports/transport.js';
import { checkAssignable } from '../state/assign.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { checkOptions } from '../support/known-options.js';
import { fetchRecord } from './fetch.js';
import { ifChanged, noteValidator } from './validators.js';

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
      const { json, headers } = await fetchIfChanged(record, context.limit.callOptions(options));
      context.sent = true;
      replaceSaved(record, json, options.keepChanges ?? false);
      noteValidator(record, headers);
      stateOf(record).lost = null;
      return record;
    },
  });
}

/** What the platform has: what is saved, where it says that this has not changed (304). */
async function fetchIfChanged(
  record: BaseResource,
  options: OwnCallOptions,
): Promise<{ json: Record<string, unknown>; headers: Readonly<Record<string, string>> }> {
  const { saved, validator } = stateOf(record);
  const condition = ifChanged(record);
  try {
    const { response, headers } = await fetchRecord(record, {
      ...options,
      ...(condition && { headers: { ...condition, ...options.headers } }),
    });
    return { json: response, headers };
  } catch (error) {
    if (!condition || saved === null || !(error instanceof APIError) || error.status !== 304) throw error;
    return { json: saved, headers: { ...error.headers, etag: validator ?? '' } };
  }
}
