import type { BaseResource } from '../base-resource.js';
import { operate } from '../hooks/life-cycle.js';
import { assignFields, checkNames } from '../state/assign.js';
import { checkOptions } from '../support/known-options.js';
import { refuseDeleted } from './deleted.js';
import { replacing } from './replacing.js';
import type { SaveOptions } from './save.js';

/**
 * Saves a record in another way than by one request, such as an upload: for an override of `save()`. Names are checked, a deleted
 * record is refused, saves of the record wait for each other, and hooks and events are those of any save.
 *
 * @param work Saves the record and resolves to what the platform now has of it, with the keys of the wire; null when there was nothing
 *   to do. It calls `sending` before its first request, so that the `save` event says that something was sent, and makes its requests with
 *   the options that `sending` returns: their `timeout` is what is left after the record's other saves and the before hooks.
 * @throws ValidationError for a deleted record and for unknown or read-only names, before anything is assigned; and what `work` throws.
 *   `sending` throws an AbortedError or a TimeoutError when the operation is over.
 */
export async function saveWith<R extends BaseResource>(
  record: R,
  attributes: object,
  options: SaveOptions,
  work: (sending: () => SaveOptions) => Promise<Record<string, unknown> | null>,
): Promise<R> {
  refuseDeleted(record, 'save');
  checkOptions(record.constructor, 'save', options);
  checkNames(record, attributes, `save of ${String(record)}`);
  return operate<R>(record, {
    operation: 'save',
    args: [attributes, options],
    options,
    queued: true,
    admitted: () => assignFields(record, attributes),
    perform: async (context) => {
      refuseDeleted(record, 'save');
      context.settle();
      const { replaceSaved } = await replacing();
      const json = await work(() => {
        const limited = context.limit.callOptions(options);
        context.sent = true;
        return limited;
      });
      if (json) replaceSaved(record, { ...record.toDict({ secrets: true }), ...json });
      return record;
    },
  });
}
