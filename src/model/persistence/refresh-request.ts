import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import type { OperationContext } from '../hooks/context.js';
import { replaceSaved } from '../state/merge.js';
import { stateOf } from '../state/slot.js';
import { knownVersion, noteValidator } from './entity-tags.js';
import { fetchRecord } from './fetch.js';
import type { RefreshOptions } from './refresh.js';
import { validateLoad } from './validate.js';

/** Asks for what the platform has, and makes it the saved state. */
export async function sendRefresh(record: BaseResource, context: OperationContext, options: RefreshOptions): Promise<void> {
  const known = knownVersion(record, requireConnection(record, 'refresh'));
  const { response, headers, address } = await fetchRecord(record, context.limit.callOptions(options), 'refresh', known);
  context.sent = true;
  await validateLoad(record, response, `refresh of ${String(record)}: what the platform sent`);
  replaceSaved(record, response, options.keepChanges ?? false);
  noteValidator(record, headers, address);
  stateOf(record).lost = null;
}
