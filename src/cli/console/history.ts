import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { REPLServer } from 'node:repl';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The file that keeps the history: in `XDG_DATA_HOME` (https://specifications.freedesktop.org/basedir-spec/latest/), `LOCALAPPDATA` on
 * Windows, else `~/.local/share`.
 */
export function historyFile(env: Environment, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  const data = env.XDG_DATA_HOME || (platform === 'win32' && env.LOCALAPPDATA) || join(home, '.local', 'share');
  return join(data, 'remote-record', 'history');
}

/** A text in quotation marks that is given to something named like a secret. */
const secretAssignment = /(?:key|token|secret|password|authorization|bearer|credential)\w*["'`\]]*\s*[:=]\s*["'`]/i;
/** A shell's way to set a key, which is easily pasted into the wrong window. */
const secretVariable = /\b[A-Z_]*(?:KEY|TOKEN|SECRET|PASSWORD)=\S/;

/** Whether a line may be kept: it contains none of the known keys, and nothing that looks like giving one. */
export function mayBeKept(line: string, keys: readonly string[]): boolean {
  return !secretAssignment.test(line) && !secretVariable.test(line) && !keys.some((key) => key !== '' && line.includes(key));
}

/**
 * Keeps the lines of a console in a file that only its user can read, without those that contain a key.
 *
 * @param warn Told why the history is not kept, where the file cannot be used; the console works without it.
 */
export async function keepHistory(
  server: REPLServer,
  file: string,
  keys: readonly string[],
  warn: (message: string) => void,
): Promise<void> {
  // Node writes what is left in the list: https://nodejs.org/api/readline.html#event-history
  server.on('history', (lines: string[]) => {
    const kept = lines.filter((line) => mayBeKept(line, keys));
    if (kept.length < lines.length) lines.splice(0, lines.length, ...kept);
  });
  try {
    mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
    await new Promise<void>((resolve, reject) => server.setupHistory(file, (error) => (error ? reject(error) : resolve())));
  } catch (error) {
    warn(`The history is not kept: ${error instanceof Error ? error.message : String(error)}`);
  }
}
