import { ValidationError } from '#front';

/** Statements that would end the transaction, or that reach beyond it. */
const refused = /^\s*(?:begin|commit|end|rollback|abort|savepoint|release|attach|detach|pragma|vacuum|start\s+transaction)\b/i;

/** @throws ValidationError for a statement about the transaction itself. */
export function refuseEnding(sql: string): void {
  if (!refused.test(sql)) return;
  throw new ValidationError(
    'transaction.execute: the transaction begins and ends by itself, and statements about it are not executed in it.',
  );
}

/** The error for a statement that comes after the handler has ended. */
export function tooLate(): ValidationError {
  return new ValidationError('transaction.execute: the transaction has ended. Await its statements in the handler.');
}
