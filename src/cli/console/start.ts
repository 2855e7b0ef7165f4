import { exitCodes } from '../errors.js';
import type { Io } from '../io.js';
import type { SessionOptions } from '../session.js';
import { openOrOffer } from './offer.js';
import { runPiped } from './piped.js';
import { runPrompt } from './prompt.js';
import { install, scopeOf } from './scope.js';

/**
 * Runs a console until its input ends: at a prompt on a terminal, otherwise line by line as a script.
 *
 * @returns the exit code.
 * @throws as `openSession()` does.
 */
export async function startConsole(options: SessionOptions, io: Io): Promise<number> {
  const session = await openOrOffer(options, io);
  if (session === undefined) return exitCodes.misused;
  const uninstall = install(scopeOf(session));
  try {
    return await (io.stdin.isTTY ? runPrompt(session, io) : runPiped(session, io));
  } finally {
    uninstall();
    await session.close();
  }
}
