import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { relative, resolve } from 'node:path';
import { inspect } from 'node:util';
import { RemoteRecordError } from '../../index.js';
import { describeError, exitCodeOf, exitCodes, InterruptedError } from '../errors.js';
import type { Io } from '../io.js';
import { loadModule } from '../modules.js';
import { openSession, type SessionOptions } from '../session.js';
import { UsageError } from '../usage-error.js';
import { install, scopeOf } from './scope.js';

/** What a script ends with: the end of the process, or what a test puts in its place. */
export interface ScriptProcess {
  /** Resolves when the process has nothing left to do. */
  idle(): Promise<unknown>;
  /** Ends the process, with whatever the script has left running. */
  exit(code: number): void;
}

const thisProcess: ScriptProcess = {
  idle: () => once(process, 'beforeExit'),
  exit: (code) => process.exit(code),
};

/**
 * Runs a script with the connection and the entity classes as globals, until nothing of it is left to do. When it fails, or at Ctrl+C, the
 * process ends.
 *
 * @param args What follows the script's name on the command line: `process.argv.slice(2)` of the script.
 * @returns `process.exitCode` where the script has set it, else 0.
 * @throws as `openSession()` does.
 */
export async function runScript(
  file: string,
  args: readonly string[],
  options: SessionOptions,
  io: Io,
  { idle, exit }: ScriptProcess = thisProcess,
): Promise<number> {
  const session = await openSession(options, { env: io.env, ...(io.startLocal && { startLocal: io.startLocal }) });
  const uninstall = install(scopeOf(session));
  const { argv } = process;
  process.argv = [argv[0]!, resolve(file), ...args];
  const [ended, stopListening] = endedEarly(io);
  try {
    await Promise.race([loadModule(file).then(idle), ended]);
    await session.close();
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (!(error instanceof InterruptedError)) io.stderr.write(`${described(error, file)}\n`);
    await session.close();
    exit(exitCodeOf(error));
    return exitCodeOf(error);
  } finally {
    stopListening();
    process.argv = argv;
    uninstall();
  }
}

/** Rejects when something that the script has left running fails, and at Ctrl+C unless the script listens itself. The function undoes it. */
function endedEarly(io: Io): [Promise<never>, () => void] {
  const undo: (() => void)[] = [];
  const ended = new Promise<never>((_resolve, reject) => {
    process.on('uncaughtException', reject);
    undo.push(
      () => process.off('uncaughtException', reject),
      io.onInterrupt(() => {
        if (process.listenerCount('SIGINT') <= 1) reject(new InterruptedError('The script was interrupted.'));
      }),
    );
  });
  return [
    ended,
    () => {
      for (const each of undo) each();
    },
  ];
}

/** An error of the library in a line that says where in the script; any other error as Node shows it. */
function described(error: unknown, file: string): string {
  if (error instanceof UsageError) return `remote-record: ${describeError(error)}`;
  const path = resolve(file);
  if (error instanceof SyntaxError && !error.stack?.includes(path)) return syntaxError(path) ?? inspect(error);
  if (!(error instanceof RemoteRecordError)) return inspect(error);
  const frame = error.stack?.split('\n').find((line) => line.includes(path));
  const [, line] = (frame && /:(\d+):\d+\)?$/.exec(frame)) ?? [];
  return `${relative('.', path)}${line === undefined ? '' : `:${line}`}: ${error.name}: ${describeError(error)}`;
}

/** Where the syntax error of a script is, which only Node itself tells; undefined when it is in another file. */
function syntaxError(path: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trimEnd();
}
