import type { BaseResource } from '../base-resource.js';
import { type HookOptions, operate } from '../hooks/life-cycle.js';
import type { CallOptions } from '../ports/transport.js';
import { assignFields, checkAssignable, checkNames } from '../state/assign.js';
import { checkOptions } from '../support/known-options.js';
import { part } from '../support/part.js';
import type { OnConflict } from './conflicts.js';
import { refuseDeleted } from './deleted.js';
import { refuseGivenId } from './identity.js';
import { warnOfOverwritten } from './overwritten.js';

const request = part(() => import('./save-request.js'));

/** Options of `record.save()`. */
export interface SaveOptions extends CallOptions, HookOptions {
  /** Whether to send even when nothing has changed, and to create again after a create whose response was lost. Default: false. */
  force?: boolean | undefined;
  /** Sent as the header Idempotency-Key, for platforms that honour it: the request may then be retried safely. */
  idempotencyKey?: string | undefined;
  /** Another path than the class's own. */
  resourcePath?: string | undefined;
  /** What to do when somebody else has changed the record since it was loaded. Default: the save fails with a StaleRecordError. */
  onConflict?: OnConflict | undefined;
}

/** Runs the save operation. @throws ValidationError for a deleted record and for unknown or read-only names. */
export async function saveRecord<R extends BaseResource>(record: R, attributes: object, options: SaveOptions): Promise<R> {
  refuseDeleted(record, 'save');
  checkNames(record, attributes, `save of ${String(record)}`);
  refuseGivenId(record, attributes, `save of ${String(record)}`);
  checkOptions(record.constructor, 'save', options);
  warnOfOverwritten(record);
  return operate<R>(record, {
    operation: 'save',
    args: Object.keys(attributes).length > 0 || Object.keys(options).length > 0 ? [attributes, options] : [],
    options,
    queued: true,
    admitted: () => {
      if (Object.keys(attributes).length > 0) checkAssignable(record, `save of ${String(record)}`);
      assignFields(record, attributes);
    },
    perform: async (context) => {
      refuseDeleted(record, 'save');
      const { sendSave } = await request();
      await sendSave(record, context, options);
      return record;
    },
  });
}
