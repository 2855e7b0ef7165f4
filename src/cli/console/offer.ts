import { createInterface } from 'node:readline/promises';
import type { Io } from '../io.js';
import { NoKeyError, openSession, type Session, type SessionOptions } from '../session.js';

/**
 * Opens a session. Without a key, whoever sits at a terminal is offered the local platform.
 *
 * @returns undefined when the offer was declined; what to set instead has been printed then.
 * @throws as `openSession()` does; elsewhere than at a terminal also NoKeyError.
 */
export async function openOrOffer(options: SessionOptions, io: Io): Promise<Session | undefined> {
  const environment = { env: io.env, ...(io.startLocal && { startLocal: io.startLocal }) };
  try {
    return await openSession(options, environment);
  } catch (error) {
    if (!(error instanceof NoKeyError) || !io.stdin.isTTY) throw error;
    if (await accepts(io)) return await openSession({ ...options, local: true }, environment);
    io.stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** Asks; the end of the input, and Ctrl+C, decline. */
async function accepts({ stdin: input, stdout: output }: Io): Promise<boolean> {
  const terminal = createInterface({ input, output, terminal: true });
  const ended = new AbortController();
  terminal.once('close', () => ended.abort());
  try {
    const question = 'There is no key in the environment. Work with a local platform, in this process and in memory? [Y/n] ';
    const answer = await terminal.question(question, { signal: ended.signal });
    return /^(?:y|yes)?$/i.test(answer.trim());
  } catch {
    output.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}
