import { type Command, Option } from 'commander';

/** Adds the options that choose the platform and the classes. */
export function addSessionOptions(command: Command): Command {
  return command
    .addOption(new Option('--moderately', 'works with Moderately AI').helpGroup('Platform:'))
    .addOption(new Option('--aixplain', 'works with aiXplain').helpGroup('Platform:'))
    .addOption(
      new Option('--local', 'works with a platform in this process, with the classes of Moderately AI or with --aixplain').helpGroup(
        'Platform:',
      ),
    )
    .addOption(
      new Option('--data-dir <folder>', 'keeps the data of --local (default: in memory, for this command only)').helpGroup('Platform:'),
    )
    .addOption(requireOption().helpGroup('Platform:'));
}

/** `--require`, which may be repeated. */
export function requireOption(): Option {
  const list = (file: string, files: readonly string[] = []): string[] => [...files, file];
  return new Option('--require <file>', 'a module with entity classes of your own; may be repeated').argParser(list);
}
