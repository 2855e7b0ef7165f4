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
  const attempt = `save of ${String(record)}`;
  checkNames(record, attributes, attempt);
  refuseGivenId(record, attributes, attempt);
  checkOptions(record.constructor, 'save', options);
  warnOfOverwritten(record);
  const isGiven = Object.keys(attributes).length > 0;
  return operate<R>(record, {
    operation: 'save',
    args: isGiven || Object.keys(options).length > 0 ? [attributes, options] : [],
    options,
    queued: true,
    admitted: () => {
      if (isGiven) checkAssignable(record, attempt);
      assignFields(record, attributes);
    },
    perform: (context) => {
      refuseDeleted(record, 'save');
      return request.use(record, ({ sendSave }) => sendSave(record, context, options)) as Promise<R>;
    },
  });
}
