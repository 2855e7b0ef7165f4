import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Io } from '../io.js';

/** The options of `durable` as they are written. */
export interface DurableCommandOptions {
  dataDir?: string;
  databaseUrl?: string;
  state?: string[];
  handler?: string;
  limit?: number;
  all?: boolean;
  json?: boolean;
}

/** Adds `durable list`, `retry` and `drop`. What they do is loaded when it is used. */
export function addDurable(program: Command, io: Io): void {
  const durable = program
    .command('durable')
    .description('shows the runs that outlive their process, and puts failed ones back')
    .action(() => durable.outputHelp());
  const add = (name: string, description: string): Command =>
    durable
      .command(name)
      .description(description)
      .option('--data-dir <folder>', 'the folder of the runs, as given to Durable.open')
      .option('--database-url <url>', 'the database of the runs, as given to Durable.open')
      .option('--json', 'prints a line of JSON for each run');
  const act = (command: Command, verb: 'list' | 'retry' | 'drop'): Command =>
    command.action(async (...values: unknown[]) => {
      const [ids, options] = verb === 'list' ? [[], values[0]] : values;
      const commands = await import('../durable/commands.js');
      await commands[verb](ids as string[], options as DurableCommandOptions, io);
    });
  const list = (value: string, values: readonly string[] = []): string[] => [...values, value];
  act(
    add('list', 'lists runs, oldest first')
      .addOption(
        new Option('--state <state>', 'of this state; may be repeated (default: all but those whose end was handled)')
          .choices(['starting', 'running', 'ended', 'failed'])
          .argParser(list),
      )
      .option('--handler <name>', 'of this handler')
      .option('--limit <number>', 'at most so many (default: 100)', wholeNumber),
    'list',
  );
  for (const [verb, description] of [
    ['retry', 'puts failed runs back: their attempts begin anew'],
    ['drop', 'removes failed runs, and their keys with them'],
  ] as const) {
    act(
      add(`${verb} [ids...]`, description)
        .option('--all', 'all that have failed')
        .option('--handler <name>', 'with --all: those of this handler'),
      verb,
    );
  }
}

/** A whole number from 1. @throws InvalidArgumentError for another text. */
function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
