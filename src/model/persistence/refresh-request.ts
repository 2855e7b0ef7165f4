import type { BaseResource } from '../base-resource.js';
import { APIError } from '../errors/index.js';
import type { OperationContext } from '../hooks/context.js';
import type { OwnCallOptions } from '../ports/transport.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { fetchRecord } from './fetch.js';
import type { RefreshOptions } from './refresh.js';
import { ifChanged, noteValidator } from './validators.js';

/** Asks for what the platform has, and makes it the saved state. */
export async function sendRefresh(record: BaseResource, context: OperationContext, options: RefreshOptions): Promise<void> {
  const { json, headers } = await fetchIfChanged(record, context.limit.callOptions(options));
  context.sent = true;
  replaceSaved(record, json, options.keepChanges ?? false);
  noteValidator(record, headers);
  stateOf(record).lost = null;
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
