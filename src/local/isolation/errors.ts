import { BlockError } from '../engine/errors.js';
import { RemoteError } from './channel.js';

/** A child process ended without a result, for no reason that the platform knows. */
export class ProcessEndedError extends Error {}

/** An error of the other process as one of this process: a BlockError if it was one there. */
export function localError(error: unknown): unknown {
  if (!(error instanceof RemoteError) || !error.block) return error;
  const { id, type, reason } = error.block;
  return Object.assign(new BlockError({ id, type }, reason, { cause: error }), { message: error.message });
}
