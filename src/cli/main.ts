#!/usr/bin/env node
import { version } from '../version.js';
import { local, localHelp } from './local.js';
import { UsageError } from './usage-error.js';

const help = `Usage: remote-record <command> [options]

Commands:
  local    serves the local platform, for experiments and tests

  remote-record <command> --help   prints the options of a command
  remote-record --version          prints the version
`;

const commands: Record<string, { run: (args: readonly string[]) => Promise<void>; help: string }> = {
  local: { run: local, help: localHelp },
};

async function main(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help);
    return;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`Unknown command "${name}".`, help);
  if (rest.includes('--help') || rest.includes('-h')) process.stdout.write(command.help);
  else await command.run(rest);
}

// The reader of the output, such as `head`, may have enough of it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`remote-record: ${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof UsageError) process.stderr.write(`\n${error.help}`);
  process.exitCode = 1;
});
