import type { BaseResource } from '../base-resource.js';
import { OperationFailedError } from '../errors/index.js';
import { isObject } from '../state/json.js';
import { outcomeOfResult } from './response.js';
import type { Result } from './result.js';

/** @throws OperationFailedError for a result that is a failure, with the platform's own text. */
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

/** The first non-empty string among the members that hold the reason of a failure, at the top level, nested, or in `data`. */
function failureText(raw: Readonly<Record<string, unknown>>): string | undefined {
  for (const key of failureKeys) {
    const value = raw[key];
    if (typeof value === 'string' && value.trim() !== '') return value;
    const inner = isObject(value) ? failureText(value) : undefined;
    if (inner !== undefined) return inner;
  }
  return isObject(raw.data) ? failureText(raw.data) : undefined;
}
