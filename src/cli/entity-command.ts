import { type Command, InvalidArgumentError, Option } from 'commander';
import type { FieldSummary } from '../vendor.js';
import type { RunOptions } from './commands/run.js';
import type { SearchOptions } from './commands/search.js';
import type { DownloadOptions } from './commands/transfer.js';
import { type Context, withContext } from './context.js';
import { commandName } from './entities.js';
import { type EntityClass, offeredFilters, sortKeysOf, type Verb, verbsOf, writableFields } from './entity-class.js';
import type { Io } from './io.js';
import type { SessionOptions } from './session.js';
import { addSessionOptions } from './session-options.js';
import { UsageError } from './usage-error.js';
import { type Given, readValues, waysOfValues } from './values.js';

/** Builds the command of an entity, with a command for each thing that can be done with it. */
export function addEntityCommand(program: Command, entity: string, target: EntityClass, io: Io): Command {
  const name = commandName(target.name);
  const command = addSessionOptions(program.command(entity).description(`works with ${target.name} records`)).enablePositionalOptions(
    false,
  );
  command.usage('<verb> [arguments] [options]').helpCommand(false);
  command.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (each) => each.name(),
    visibleGlobalOptions: (each) => (each === command ? [] : [...command.options]),
  });
  command.addHelpText(
    'after',
    () =>
      `\nExamples:\n${examples[verbsOf(target)[0] ?? 'get'](name)
        .map((line) => `  $ remote-record ${line}\n`)
        .join('')}`,
  );
  const build = new Builder(command, entity, target, io);
  for (const verb of verbsOf(target)) build[verb]();
  // Reached when no verb was recognized.
  return command
    .allowExcessArguments()
    .allowUnknownOption()
    .action(() => {
      throw unknownVerb(command.args[0], target);
    });
}

function unknownVerb(verb: string | undefined, target: EntityClass): UsageError {
  const can = verbsOf(target).join(', ');
  const name = commandName(target.name);
  const problem = verb === undefined ? `What should be done with ${target.name}?` : `${target.name} has no "${verb}".`;
  return new UsageError(`${problem} It can ${can}.`, `remote-record ${name} --help explains them.`);
}

const examples: Readonly<Record<Verb, (name: string) => string[]>> = {
  search: (name) => [`${name} search`, `${name} search --all --json`, `${name} search --columns id,createdAt --csv`],
  get: (name) => [`${name} get ID`, `${name} get ID --json`],
  create: (name) => [`${name} create name=Airports`, `${name} create @${name}.json`, `${name} create - < ${name}.json`],
  update: (name) => [`${name} update ID name=Airports`, `${name} update ID 'settings:={"depth":2}'`],
  delete: (name) => [`${name} delete ID`, `${name} delete ID ID --yes`],
  upload: (name) => [`${name} upload report.pdf`],
  download: (name) => [`${name} download ID`, `${name} download ID copy.bin`, `${name} download ID - | head -c 100`],
  run: (name) => [`${name} run ID text=Hello`, `${name} run ID @input.json --no-wait`],
  watch: (name) => [`${name} watch ID`],
};

/** The options of all verbs; those that fields make are beside them. */
interface Options extends SearchOptions, RunOptions, DownloadOptions {
  yes?: boolean;
  name?: string | string[];
}

/** Adds the commands of one entity. */
class Builder {
  readonly #entity: Command;
  readonly #name: string;
  readonly #target: EntityClass;
  readonly #io: Io;

  constructor(entity: Command, name: string, target: EntityClass, io: Io) {
    this.#entity = entity;
    this.#name = name;
    this.#target = target;
    this.#io = io;
  }

  search(): void {
    const keys = sortKeysOf(this.#target);
    const command = this.#verb('search', `finds ${this.#target.name} records`).argument('[filters...]', waysOfValues);
    output(command)
      .option('--limit <number>', 'at most so many records (default: 20)', wholeNumber(0))
      .option('--all', 'all records there are')
      .option('--page-size <number>', 'how many records one request asks for', wholeNumber(1));
    if (keys === undefined || keys.length > 0) {
      const known = keys === undefined ? '' : `: ${keys.join(', ')}`;
      command.option('--sort <key>', `sorts by a key, downwards with a minus before it or :desc behind it${known}`);
    }
    const properties = this.#fieldOptions(
      command,
      'Filters:',
      offeredFilters(this.#target).map((name) => ({ name })),
    );
    command.action(async (operands: string[], options: Options) => {
      const { search } = await import('./commands/search.js');
      const given = await this.#given(operands, options, properties);
      const filters = single(given, 'A search takes one set of filters');
      await this.#run(command, (context) => search(context, filters, options));
    });
  }

  get(): void {
    const command = this.#verb('get', `shows ${this.#target.name} records by their ids`).argument('<ids...>');
    output(command);
    command.action(async (ids: string[], options: Options) => {
      const { get } = await import('./commands/get.js');
      await this.#run(command, (context) => get(context, ids, options));
    });
  }

  create(): void {
    const command = this.#verb('create', `creates ${article(this.#target.name)}, or one for each object of a list`);
    output(command.argument('[values...]', waysOfValues));
    const properties = this.#fieldOptions(command, 'Fields:', writableFields(this.#target, 'create').map(fieldOption));
    command.action(async (operands: string[], options: Options) => {
      const { create } = await import('./commands/save.js');
      const given = await this.#given(operands, options, properties);
      await this.#run(command, (context) => create(context, given, options));
    });
  }

  update(): void {
    const command = this.#verb('update', `changes fields of ${article(this.#target.name)}`).argument('<id>');
    output(command.argument('[values...]', waysOfValues));
    const fields = writableFields(this.#target, 'update').map((field) => fieldOption({ ...field, required: false }));
    const properties = this.#fieldOptions(command, 'Fields:', fields);
    command.action(async (id: string, operands: string[], options: Options) => {
      const { update } = await import('./commands/save.js');
      const given = await this.#given(operands, options, properties);
      const values = single(given, 'An update takes the values of one record');
      await this.#run(command, (context) => update(context, id, values, options));
    });
  }

  delete(): void {
    const command = this.#verb('delete', `deletes ${this.#target.name} records`).argument('<ids...>');
    command.option('-y, --yes', 'does not ask first').option('--json', 'prints a line of JSON for each record');
    command.action(async (ids: string[], options: Options) => {
      const { remove } = await import('./commands/delete.js');
      await this.#run(command, (context) => remove(context, ids, options));
    });
  }

  upload(): void {
    const command = this.#verb('upload', 'uploads a file');
    const needsId = 'uploadData' in this.#target.prototype;
    if (needsId) command.argument('<id>', `the ${this.#target.name} to upload to`);
    command.argument('<file>', 'a path, or - for standard input').argument('[values...]', waysOfValues);
    output(command).option('--name <name>', 'the name at the platform (default: that of the file)');
    const fields = needsId ? [] : writableFields(this.#target, 'create').map((field) => fieldOption({ ...field, required: false }));
    const properties = this.#fieldOptions(command, 'Fields:', fields);
    command.action(async (...args: unknown[]) => {
      const { upload } = await import('./commands/transfer.js');
      const [id, file, operands, options] = (needsId ? args : [undefined, ...args]) as [string | undefined, string, string[], Options];
      if (file === '-' && operands.includes('-')) throw new UsageError('Standard input is either the file or the values.');
      const given = single(await this.#given(operands, options, properties), 'An upload takes the values of one record');
      await this.#run(command, (context) => upload(context, { id, file, given }, options));
    });
  }

  download(): void {
    const command = this.#verb('download', 'downloads a file').argument('<id>');
    command.argument('[path]', 'where to write it, or - for standard output (default: its own name in the current folder)');
    if ('downloadData' in this.#target.prototype) command.option('--version-id <id>', 'another version of the data than the current one');
    command.option('--force', 'replaces a file that is there already').option('--timeout <seconds>', 'how long it may take', seconds);
    command.action(async (id: string, path: string | undefined, options: Options) => {
      const { download } = await import('./commands/transfer.js');
      await this.#run(command, (context) => download(context, id, path, options));
    });
  }

  run(): void {
    const command = this.#verb('run', `runs ${article(this.#target.name)} and prints the result`).argument('<id>');
    const takesInput = !('process' in this.#target.prototype);
    if (takesInput) command.argument('[input...]', waysOfValues);
    waiting(command).option('--no-wait', 'prints the token of the run instead of waiting for its end');
    command.action(async (...args: unknown[]) => {
      const { run } = await import('./commands/run.js');
      const [id, operands, options] = (takesInput ? args : [args[0], [], args[1]]) as [string, string[], Options];
      const input = single(await readValues(operands, this.#io), 'A run takes one input');
      await this.#run(command, (context) => run(context, id, takesInput ? input : undefined, options));
    });
  }

  watch(): void {
    const command = this.#verb('watch', 'follows a run until its end').argument('<id>', 'an id, or the token that a run has printed');
    waiting(command).action(async (id: string, options: Options) => {
      const { watch } = await import('./commands/run.js');
      await this.#run(command, (context) => watch(context, id, options));
    });
  }

  #verb(verb: Verb, description: string): Command {
    const command = this.#entity.command(verb).description(description);
    const lines = examples[verb](commandName(this.#target.name));
    return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ remote-record ${line}\n`).join('')}`);
  }

  #run(command: Command, work: (context: Context) => Promise<void>): Promise<void> {
    return withContext(this.#name, command.optsWithGlobals<SessionOptions>(), this.#io, work);
  }

  /** Adds an option for each field. Returns their properties by the attribute that commander keeps the values in. */
  #fieldOptions(command: Command, group: string, fields: readonly { name: string; about?: string }[]): Map<string, string> {
    const properties = new Map<string, string>();
    const isTaken = (flag: string): boolean => [...command.options, ...this.#entity.options].some(({ long }) => long === flag);
    const collect = (value: string, before: string[] = []): string[] => [...before, value];
    for (const { name, about = '' } of fields) {
      const flag = `--${commandName(name)}`;
      if (isTaken(flag) || flag === '--help' || flag.startsWith('--no-')) continue;
      const option = new Option(`${flag} <value>`, about).argParser(collect).helpGroup(group);
      command.addOption(option);
      properties.set(option.attributeName(), name);
      const alias = new Option(`--${name} <value>`).argParser(collect).hideHelp();
      if (alias.long === flag || isTaken(alias.long!)) continue;
      command.addOption(alias);
      properties.set(alias.attributeName(), name);
    }
    return properties;
  }

  /** What the arguments and the options give, a list for each object. */
  async #given(operands: readonly string[], options: Options, properties: ReadonlyMap<string, string>): Promise<Given[][]> {
    const sets = await readValues(operands, this.#io);
    const more = [...properties].flatMap(([attribute, name]) =>
      (((options as Record<string, unknown>)[attribute] as string[] | undefined) ?? []).map(
        (value): Given => ({ name, value, isJson: false }),
      ),
    );
    return sets.map((set) => [...set, ...more]);
  }
}

/** The only set of values. @throws UsageError where there are none or several. */
function single(sets: readonly Given[][], rule: string): Given[] {
  const [set] = sets;
  if (set !== undefined && sets.length === 1) return set;
  throw new UsageError(`${rule}, not ${sets.length === 0 ? 'an empty list' : 'several objects'}.`);
}

function fieldOption({ property, type, required }: FieldSummary): { name: string; about: string } {
  const kinds = {
    text: 'text',
    number: 'a number',
    boolean: 'true or false',
    date: 'a date',
    bigint: 'a whole number',
    list: 'a list: a,b,c',
    any: '',
  };
  return { name: property, about: [kinds[type], required ? 'required' : ''].filter((part) => part !== '').join(', ') };
}

/** The forms of results. */
function output(command: Command): Command {
  return command
    .addOption(new Option('--json', 'prints a line of JSON for each record').conflicts('csv'))
    .addOption(new Option('--csv', 'prints CSV, the names of the columns first'))
    .option('--columns <names>', 'the fields to show, separated by commas', commaSeparated);
}

function waiting(command: Command): Command {
  return command
    .option('--timeout <seconds>', 'how long to wait (default: that of the class)', seconds)
    .option('--json', 'prints the result as a line of JSON');
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && Number.isSafeInteger(value)) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds.');
}

function commaSeparated(text: string): string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('It must have at least one name.');
  return names;
}

function article(name: string): string {
  return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
}
