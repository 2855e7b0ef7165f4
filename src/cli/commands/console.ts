import type { Command } from 'commander';
import { ExitError } from '../errors.js';
import type { Io } from '../io.js';
import type { SessionOptions } from '../session.js';
import { addSessionOptions } from '../session-options.js';

/** Adds `console` and `run`. What they do is loaded when they are used. */
export function addConsole(program: Command, io: Io): void {
  addSessionOptions(program.command('console'))
    .description('opens a JavaScript console with the records of a platform')
    .addHelpText(
      'after',
      `
In scope are the connection (mai, aix or api) and the entity classes. Promises and searches are awaited. Input that is piped in is evaluated
line by line, up to the first line that fails. Without a key, it offers the local platform.

Examples:
  $ remote-record console --local
  $ remote-record console --require entities.js
  $ echo "Dataset.search().count()" | remote-record console
`,
    )
    .action(async (options: SessionOptions) => {
      const { startConsole } = await import('../console/start.js');
      exitWith(await startConsole(options, io));
    });
  addSessionOptions(program.command('run'))
    .description('runs a script with the classes of a platform in scope')
    .argument('<script>', 'a JavaScript module, or TypeScript where Node strips types (22.18 or later)')
    .argument('[args...]', 'what the script finds in process.argv')
    .passThroughOptions()
    .addHelpText(
      'after',
      `
Options come before the script; what follows it belongs to the script. In scope are the connection (mai, aix or api) and the entity classes.

Examples:
  $ remote-record run report.mjs --month 11
  $ remote-record run --local --data-dir platform seed.ts
`,
    )
    .action(async (script: string, args: string[], options: SessionOptions) => {
      const { runScript } = await import('../console/run.js');
      exitWith(await runScript(script, args, options, io));
    });
}

function exitWith(code: number): void {
  if (code !== 0) throw new ExitError(code);
}
