import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import {
  AbortedError,
  AuthenticationError,
  ConfigurationError,
  ConnectionError,
  NotFoundError,
  OperationTimeoutError,
  PermissionDeniedError,
  RateLimitError,
  TimeoutError,
  ValidationError,
} from '../model/errors/index.js';
import { plainText } from './output/text.js';
import { UsageError } from './usage-error.js';

/** What the exit codes of the command line mean. */
export const exitCodes = { done: 0, failed: 1, misused: 2, notFound: 3, timedOut: 4, interrupted: 130 } as const;

/** The command was ended with Ctrl+C; `message` says how to go on, where there is more to say than that. */
export class InterruptedError extends Error {}

/** The reader of the output, such as `head`, has gone. The command has done what was wanted. */
export class ReaderGoneError extends Error {}

/** The command ends with an exit code, and has printed why. */
export class ExitError extends Error {
  constructor(readonly code: number) {
    super(`The command ended with the exit code ${code}.`);
  }
}

/** The exit code that says what an error means. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof ExitError) return error.code;
  if (error instanceof ReaderGoneError) return exitCodes.done;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.misused;
  if (error instanceof InterruptedError || error instanceof AbortedError) return exitCodes.interrupted;
  if (error instanceof UsageError || error instanceof ValidationError || error instanceof ConfigurationError) return exitCodes.misused;
  if (error instanceof NotFoundError) return exitCodes.notFound;
  if (error instanceof OperationTimeoutError || error instanceof TimeoutError) return exitCodes.timedOut;
  return exitCodes.failed;
}

/**
 * What is told of an error: its message, and a line that says what to do where the message does not.
 *
 * @param verbose Whether the stack, and those of its causes, follow.
 */
export function describeError(error: unknown, { verbose = false }: { verbose?: boolean } = {}): string {
  const message = messageOf(error);
  const lines = [plainText(message.replace(/\n\(request id /, ' (request id ').trim() || 'Something failed without a message.')];
  const advice = adviceFor(error);
  if (advice !== undefined) lines.push(advice);
  if (verbose) for (let at: unknown = error; at instanceof Error; at = at.cause) lines.push(plainText(at.stack ?? String(at)));
  return lines.join('\n');
}

/** The message of an error, and as much of anything else that is thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return String(thrown.message);
  return typeof thrown === 'object' && thrown !== null ? inspect(thrown) : String(thrown);
}

/** What to do about an error, where its message does not say it. */
export function adviceFor(error: unknown): string | undefined {
  if (error instanceof UsageError) return error.help === '' ? undefined : error.help;
  if (error instanceof AuthenticationError)
    return 'Check the key in the environment: MODERATELY_API_KEY for Moderately AI, TEAM_API_KEY for aiXplain.';
  if (error instanceof PermissionDeniedError) return 'The key is valid, but may not do this: ask the owner of the team.';
  if (error instanceof RateLimitError) return 'Wait a moment and try again.';
  if (error instanceof ConnectionError)
    return 'Check the network, and the address if you have set one (MODERATELY_BASE_URL, BACKEND_URL). REMOTE_RECORD_LOG=debug shows the requests.';
  return undefined;
}
