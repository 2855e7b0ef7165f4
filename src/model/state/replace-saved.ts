import type { BaseResource } from '../base-resource.js';
import { replaceSaved as replace } from './merge.js';

/**
 * Replaces a record's saved state with what the platform now has, without validating it, for operations other than save and refresh.
 *
 * @param options.keepChanges Whether unsaved edits stay in place. Default: false.
 */
export function replaceSaved(record: BaseResource, json: Record<string, unknown>, options: { keepChanges?: boolean } = {}): void {
  replace(record, json, options.keepChanges ?? false);
}
