import type { BaseResource } from '../base-resource.js';
import { requireConnection } from '../binding.js';
import { entityOptions } from '../fields/effective-options.js';
import { stateOf } from '../state/slot.js';
import { randomUuid } from '../support/random-uuid.js';

/** Whether creates and runs of a class have an idempotency key. */
function isIdempotent(record: BaseResource): boolean {
  const { environment } = requireConnection(record, 'save');
  return entityOptions(record.constructor).idempotency ?? environment.idempotency ?? false;
}

/** The key of one run; undefined where the platform does not honour keys. */
export function runKey(record: BaseResource, given: string | undefined): string | undefined {
  return given ?? (isIdempotent(record) ? randomUuid() : undefined);
}

/**
 * The key of a create, which is kept until the create has succeeded or failed for certain: a later save of the same values uses it again.
 * Undefined where the platform does not honour keys.
 */
export function createKey(record: BaseResource, given: string | undefined, payload: unknown): string | undefined {
  if (given !== undefined || !isIdempotent(record)) return given;
  const state = stateOf(record);
  const body = JSON.stringify(payload) ?? '';
  if (state.createKey?.body !== body) state.createKey = { key: randomUuid(), body };
  return state.createKey.key;
}
