import type { BaseResource } from '../base-resource.js';
import { OperationFailedError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { outcomeOfResult } from './response.js';
import type { Result } from './result.js';

/** Refuses a result that is a failure, in the platform's own words. */
export function refuseFailure(record: BaseResource, result: Result): void {
  if (outcomeOfResult(record, result) !== 'failed') return;
  const reason = failureText(result.raw) ?? '';
  throw new OperationFailedError(reason === '' ? 'Operation failed' : `Operation failed: ${reason}`, {
    result,
    reason,
    code: (result.get('statusCode') as string | number | undefined) ?? result.status,
  });
}

const failureKeys = ['supplierError', 'supplier_error', 'error_message', 'errorMessage', 'error', 'message'] as const;

/** The first text among the members that platforms put the reason of a failure into, at the top or in `data`. */
function failureText(raw: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of failureKeys) {
    const said = raw[key];
    if (typeof said === 'string' && said.trim() !== '') return said;
    const inner = isObject(said) ? failureText(said) : undefined;
    if (inner !== undefined) return inner;
  }
  return isObject(raw.data) ? failureText(raw.data) : undefined;
}
