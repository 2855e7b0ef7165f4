import { RemoteRecordError } from '../errors/index.js';

/** Errors of calls that the platform may have carried out, whoever chose the idempotency key. */
const marked = new WeakSet<object>();

/** How many causes of an error are followed. */
const mostCauses = 20;

/** Notes that the platform may have carried out the call that failed with this error, or an earlier try of it. */
export function markPossibleEffect(error: unknown): void {
  if (typeof error === 'object' && error !== null) marked.add(error);
}

/**
 * Whether the platform may have carried out the call that failed with this error, or with one that caused it. `outcome` says so only where
 * the caller has no idempotency key to repeat the call under.
 */
export function mayHaveHadEffect(error: unknown): boolean {
  let found = error;
  for (let left = mostCauses; left > 0 && found instanceof Error; left--) {
    if (marked.has(found) || (found instanceof RemoteRecordError && found.outcome === 'unknown')) return true;
    found = found.cause;
  }
  return false;
}
