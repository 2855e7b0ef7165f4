import { Command, type CommanderError } from 'commander';
import { version } from '../version.js';
import { addConsole } from './commands/console.js';
import { addDurable } from './commands/durable.js';
import type { LocalOptions } from './commands/local.js';
import { commandName, vendorEntities, vendorTitles } from './entities.js';
import { describeError, ExitError, exitCodeOf, exitCodes, ReaderGoneError } from './errors.js';
import type { Io } from './io.js';
import type { SessionOptions, Vendor } from './session.js';
import { addSessionOptions, requireOption } from './session-options.js';
import { UsageError } from './usage-error.js';

/** Runs one command line. Resolves to the exit code; what went wrong is on standard error by then. */
export async function runCommandLine(args: readonly string[], io: Io): Promise<number> {
  const isVerbose = args.includes('--verbose') || io.env.REMOTE_RECORD_LOG === 'debug';
  try {
    const line = normalized(args);
    const program = createProgram(io);
    const [first] = line;
    if (first !== undefined && !first.startsWith('-') && !isCommand(program, first)) await addEntity(program, first, line, io);
    await program.parseAsync(line, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    const code = exitCodeOf(error);
    if (error instanceof ExitError) return code;
    // The terminal has written ^C, and perhaps a question, on the line.
    if (code === exitCodes.interrupted && io.stderr.isTTY) io.stderr.write('\n');
    if (code !== exitCodes.done) io.stderr.write(`remote-record: ${describeError(explained(error, args), { verbose: isVerbose })}\n`);
    else if (!(error instanceof ReaderGoneError) && !isCommanderError(error)) throw error;
    return code;
  }
}

/** The program with the commands that are always there. What a command does is loaded when it is used. */
export function createProgram(io: Io): Command {
  const program = new Command('remote-record')
    .description('Works with the records of Moderately AI, of aiXplain and of your own API.')
    .usage('<entity> <verb> [arguments] [options]')
    .version(version, '-v, --version', 'prints the version')
    .helpOption('-h, --help', 'explains a command')
    .helpCommand('help [command...]', 'explains a command, such as help dataset search')
    .enablePositionalOptions()
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .action(() => program.outputHelp());
  addConsole(program, io);
  addLocal(program, io);
  addDurable(program, io);
  program
    .command('entities')
    .description('lists the entities, and what can be done with them')
    .option('--moderately', 'those of Moderately AI')
    .option('--aixplain', 'those of aiXplain')
    .addOption(requireOption())
    .option('--json', 'prints a line of JSON for each entity')
    .action(async (_options, command: Command) => {
      const { entities } = await import('./commands/entities.js');
      await entities(command.optsWithGlobals(), io);
    });
  program
    .command('completion')
    .description('prints a script that completes commands in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const { completion } = await import('./commands/completion.js');
      await completion(shell, io);
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const { candidates } = await import('./commands/completion.js');
      const find = (entity: string): Promise<Command | undefined> => addEntity(program, entity, words, io).catch(() => undefined);
      for (const candidate of await candidates(program, words, find)) io.stdout.write(`${candidate}\n`);
    });
  program.addHelpText('after', () => mainHelp());
  return program;
}

const environmentHelp = `
Environment:
  Each option is also a variable, which counts when the option is not given: REMOTE_RECORD_LOCAL_DATA_DIR for --data-dir. A flag is 1 or 0,
  and lists are separated by commas. An empty variable counts as none.
  REMOTE_RECORD_LOCAL_API_KEY    the key of a new platform (default: a key is generated). It has no option, because
                                 every user of a machine can see command lines.
  A variable with _FILE behind its name, such as REMOTE_RECORD_LOCAL_API_KEY_FILE, names a file with the value of a secret.
`;

function addLocal(program: Command, io: Io): void {
  const list = (value: string, values: readonly string[] = []): string[] => [...values, value];
  const local = program
    .command('local')
    .description('serves the local platform, for experiments and tests')
    .summary('serves the local platform, for experiments and tests')
    .option('--host <address>', 'the address to listen on; 0.0.0.0 is all (default: 127.0.0.1)')
    .option('--port <number>', 'the port; 0 chooses a free one (default: 0)')
    .option('--data-dir <folder>', 'keeps the data in a folder (default: in memory)')
    .option('--s3-bucket <name>', 'keeps files in a bucket, with the keys of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (default: none)')
    .option('--s3-endpoint <url>', 'the storage that has the bucket (default: Amazon S3)')
    .option('--public-url <url>', 'where clients reach the platform, such as a proxy in front of it (default: the address it listens on)')
    .option('--cors <origin>', 'an origin whose pages may call the platform, beside those of localhost; may be repeated, * is any', list)
    .option('--blocks <file>', 'a module that exports handlers by block type; they run in child processes (default: none)')
    .option('--block-seconds <number>', 'the seconds that one block may take (default: 300)')
    .option('--block-memory <mebibytes>', 'the memory that the process of a run may use, at least 128 (default: 1024)')
    .option(
      '--database-url <url>',
      'a PostgreSQL database for the data, which several servers may use; --data-dir then has the files (default: SQLite)',
    )
    .option(
      '--worker',
      'runs executions for the servers of the same --database-url; with --port it serves /health, /ready and /metrics only',
    )
    .option('--no-worker', 'leaves executions to the workers of the same --database-url')
    .option('--concurrency <number>', 'how many executions it runs at a time (default: 8)')
    .option('--metrics', 'serves metrics for Prometheus at /metrics, to anybody who asks')
    .option('--log <format>', 'writes a line for each request to standard error; json is the only format (default: none)')
    .option('--drain <seconds>', 'at SIGTERM, serves on for so long while /ready responds with 503 (default: 0)')
    .option(
      '--json',
      'prints only { url, apiKey, teamId, userId, pid }, or { concurrency, pid } for a worker, with url where it has a port, as one line of JSON',
    )
    .addHelpText(
      'after',
      `\nIt serves until it receives SIGINT (Ctrl+C) or SIGTERM.\n${environmentHelp}\nExamples:\n  $ remote-record local --port 8080 --data-dir platform\n  $ remote-record local --port 8080 --database-url postgresql://db.example.test/platform --data-dir /srv/files\n`,
    )
    .action(async (_options: LocalOptions, command: Command) => {
      const { localCommand } = await import('./commands/local.js');
      await localCommand(command, io);
    });
  addTransfers(local, io);
}

/** The commands that move a platform. */
function addTransfers(local: Command, io: Io): void {
  const add = (name: string, description: string, side: string, sideText: string): Command =>
    local
      .command(name)
      .description(description)
      .option(`--${side} <folder>`, sideText)
      .option('--data-dir <folder>', 'the folder of the platform: its database and its files, or its files alone')
      .option('--database-url <url>', 'its PostgreSQL database (default: SQLite, in the folder)')
      .option('--s3-bucket <name>', 'the bucket with its files (default: none, they are in the folder)')
      .option('--s3-endpoint <url>', 'the storage that has the bucket (default: Amazon S3)')
      .option('--json', 'prints what was compared, as one line of JSON');
  add('export', 'writes all that a platform has into a folder', 'to', 'a new or empty folder, or one with an export that was broken off')
    .addHelpText(
      'after',
      `
A platform with SQLite has to be stopped; of one with PostgreSQL, the rows are those of one moment. The folder has the
platform's keys: keep it as safe as the platform. Broken off, the same command goes on.
Options are variables too, as those of remote-record local are.

Example:
  $ remote-record local export --data-dir platform --to moved
`,
    )
    .action(async (_options: object, command: Command) => {
      const { exportCommand } = await import('./commands/local-transfer.js');
      await exportCommand(command, io);
    });
  add('import', 'fills a new platform with an export', 'from', 'the folder of the export')
    .addHelpText(
      'after',
      `
The platform has to be empty, and cannot be started before the import has ended. Keys, ids and times stay. At the end,
all that was written is read again and compared with the export. Broken off, the same command goes on.
Options are variables too, as those of remote-record local are.

Example:
  $ REMOTE_RECORD_LOCAL_DATABASE_URL=postgresql://platform@db/platform remote-record local import --from moved --data-dir files
`,
    )
    .action(async (_options: object, command: Command) => {
      const { importCommand } = await import('./commands/local-transfer.js');
      await importCommand(command, io);
    });
}

/** Adds the command of an entity, with the options that its fields make. */
export async function addEntity(program: Command, entity: string, line: readonly string[], io: Io): Promise<Command> {
  const [{ describedEntities, unknownEntity }, { addEntityCommand }, { findEntity }] = await Promise.all([
    import('./context.js'),
    import('./entity-command.js'),
    import('./entities.js'),
  ]);
  const { platform, entities } = await describedEntities(await sessionOptionsIn(line), io, entity);
  const name = findEntity(entity, entities.keys());
  if (name === undefined) {
    const { nearestName } = await import('../vendor.js');
    const commands = program.commands.map((command) => command.name());
    const nearest = nearestName(entity, [...commands, ...[...entities.keys()].map(commandName)]);
    const problem = unknownEntity(entity, [...entities.keys()], platform);
    if (/has it: give --/.test(problem.message)) throw problem;
    throw new UsageError(
      `Unknown command "${entity}"${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.`,
      'Usage: remote-record <entity> <verb>; remote-record entities lists what there is, remote-record --help explains it.',
    );
  }
  return addEntityCommand(program, entity, entities.get(name)!, io);
}

/** The options of the session wherever they are in a command line. */
export async function sessionOptionsIn(line: readonly string[]): Promise<SessionOptions> {
  const command = addSessionOptions(new Command())
    .allowUnknownOption()
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  command.parseOptions([...line]);
  return command.opts<SessionOptions>();
}

/** `help a b` is `a b --help`, options of the session may come before the entity, and `--verbose` is not an option of any command. */
function normalized(args: readonly string[]): string[] {
  const end = scriptAt(args) ?? args.indexOf('--');
  const line = args.filter((arg, index) => arg !== '--verbose' || (end >= 0 && index > end));
  const leading: string[] = [];
  while (line[0] !== undefined && /^--(?:moderately|aixplain|local)$|^--(?:data-dir|require)(?:=|$)/.test(line[0])) {
    leading.push(...line.splice(0, takesNext(line[0]) ? 2 : 1));
  }
  const [first, ...rest] = line;
  if (first === undefined) return leading;
  if (first === 'help' && rest.length > 0) return [...rest, ...leading, '--help'];
  return [first, ...leading, ...rest];
}

/** Where the name of a script is, from which on the arguments are those of the script. */
function scriptAt(args: readonly string[]): number | undefined {
  const isRun = args.find((arg, index) => !arg.startsWith('-') && !takesNext(args[index - 1])) === 'run';
  if (!isRun) return undefined;
  return args.findIndex((arg, index) => index > args.indexOf('run') && !arg.startsWith('-') && !takesNext(args[index - 1]));
}

/** Whether an option of the session is followed by its value. */
function takesNext(option: string | undefined): boolean {
  return option === '--data-dir' || option === '--require';
}

function isCommand(program: Command, name: string): boolean {
  return name === 'help' || program.commands.some((command) => command.name() === name);
}

function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && 'exitCode' in error && String((error as CommanderError).code).startsWith('commander.');
}

/** A command line that is refused says where its options are explained. */
function explained(error: unknown, args: readonly string[]): unknown {
  if (!isCommanderError(error)) return error;
  const words = args.filter((arg, index) => /^[a-zA-Z]/.test(arg) && !takesNext(args[index - 1])).slice(0, 2);
  const known = words[0] === 'local' && !/^(?:export|import)$/.test(words[1] ?? '') ? ['local'] : words;
  const usage = known.length === 0 ? 'remote-record --help' : `remote-record ${known.join(' ')} --help`;
  const message = error.message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)$/, ' (did you mean $1?)');
  return new UsageError(`${message.charAt(0).toUpperCase()}${message.slice(1)}`, `Usage: ${usage} explains the arguments and options.`);
}

function mainHelp(): string {
  const lists = (Object.keys(vendorEntities) as Vendor[]).map(
    (vendor) => `  ${vendorTitles[vendor].padEnd(15)}${wrapped(vendorEntities[vendor].map(commandName).join(', '), 17, 83)}`,
  );
  return `
Entities, in any spelling (Dataset, datasets):
${lists.join('\n')}
  your own       --require FILE, a module that exports their classes

Verbs:
  search, get, create, update, delete, upload, download, run, watch; remote-record <entity> --help says which

Platform:
  --moderately   needs MODERATELY_API_KEY and MODERATELY_TEAM_ID
  --aixplain     needs TEAM_API_KEY
  --local        a platform in this process, kept in the folder --data-dir
                 Default: the one that has a key in the environment.

Errors:
  --verbose      prints the stack of an error; REMOTE_RECORD_LOG=debug shows requests, responses and polls
  Exit codes: 0 done, 1 failed, 2 misused, 3 not found, 4 timed out, 130 ended with Ctrl+C

Examples:
  $ remote-record dataset search --name-like air
  $ remote-record file upload report.pdf --json
  $ remote-record pipeline run ID text=Hello
  $ remote-record help dataset search
`;
}

/** A text in lines of at most so many characters, all but the first indented. */
function wrapped(text: string, indent: number, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}
