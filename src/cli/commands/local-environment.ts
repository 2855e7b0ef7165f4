import { readFileSync } from 'node:fs';
import type { Command, Option } from 'commander';
import { nearestName } from '../../vendor.js';
import type { Io } from '../io.js';
import { UsageError } from '../usage-error.js';

/** How the variables begin that stand for options of `remote-record local`. */
export const variablePrefix = 'REMOTE_RECORD_LOCAL_';

/** An option that only the environment gives: on a command line, every user of the machine can read it. */
interface SecretSetting {
  /** The name of its value among the options. */
  readonly key: string;
  readonly variable: string;
}

/** The variable that stands for an option: `REMOTE_RECORD_LOCAL_DATA_DIR` for `--data-dir`. */
export function variableOf(flag: string): string {
  return variablePrefix + flag.replace(/^--/, '').replaceAll('-', '_').toUpperCase();
}

/** What only the environment gives. */
const secrets: readonly SecretSetting[] = [{ key: 'apiKey', variable: variableOf('--api-key') }];

/** The variables that a file may hold instead: that with `_FILE` behind its name names the file. */
export function hasFileVariable(variable: string): boolean {
  return /_(?:URL|KEY|KEY_ID)$/.test(variable) && !variable.endsWith('PUBLIC_URL');
}

/**
 * The options of a command: those of its command line, and for the others what the environment says. An empty variable is none.
 * @throws UsageError that names the variable.
 */
export function withEnvironment<Options extends object>(command: Command, { env, stderr }: Io): Options {
  const values: Record<string, unknown> = { ...command.opts() };
  const known = new Set<string>();
  const know = (variable: string): void => {
    known.add(variable);
    if (hasFileVariable(variable)) known.add(`${variable}_FILE`);
  };
  const read = (variable: string): string | undefined => {
    know(variable);
    const value = env[variable] || undefined;
    if (!hasFileVariable(variable)) return value;
    const file = env[`${variable}_FILE`] || undefined;
    if (file === undefined) return value;
    if (value !== undefined) throw misused(`${variable} and ${variable}_FILE are both set: set one of them.`, command);
    return contentOf(`${variable}_FILE`, file, command);
  };
  for (const option of command.options) {
    const variable = variableOf(option.long ?? '');
    const given = command.getOptionValueSource(option.attributeName()) === 'cli';
    const text = read(variable);
    const value = given || text === undefined ? undefined : settingOf(option, variable, text, command);
    if (value !== undefined) values[option.attributeName()] = value;
  }
  // Those of the command that serves are known to the others as well.
  for (const { long } of command.parent?.options ?? []) if (long) know(variableOf(long));
  for (const { key, variable } of secrets) {
    const text = read(variable);
    if (text !== undefined) values[key] = text;
  }
  for (const name of Object.keys(env)) {
    if (!name.startsWith(variablePrefix) || known.has(name)) continue;
    const nearest = nearestName(name, [...known]);
    stderr.write(
      `remote-record: ${name} is ignored: it stands for no option${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}.\n`,
    );
  }
  return values as Options;
}

function settingOf(option: Option, variable: string, text: string, command: Command): unknown {
  if (option.isBoolean()) {
    if (/^(?:1|true|yes)$/i.test(text)) return !option.negate;
    if (/^(?:0|false|no)$/i.test(text)) return undefined;
    throw misused(`${variable} must be 1 or 0 (got "${text}").`, command);
  }
  if (!option.parseArg) return text;
  // A list: each of its parts is what the flag takes once.
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .reduce<unknown>((before, part) => option.parseArg?.(part, before), undefined);
}

function contentOf(variable: string, file: string, command: Command): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw misused(`${variable}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'failed'}).`, command);
  }
}

/** An error that names options, with the variables in their place where the values come from these. */
export function namingVariables(error: unknown, command: Command, { env }: Io): unknown {
  if (!(error instanceof UsageError)) return error;
  const message = error.message.replace(/--[a-z][a-z\d-]*/g, (flag) => {
    const option = command.options.find(({ long }) => long === flag);
    const isGiven = option === undefined || command.getOptionValueSource(option.attributeName()) === 'cli';
    const variable = [variableOf(flag), `${variableOf(flag)}_FILE`].find((name) => env[name]);
    return isGiven ? flag : (variable ?? flag);
  });
  return new UsageError(message, error.help);
}

function misused(message: string, command: Command): UsageError {
  const names = [command.parent?.parent ? command.parent.name() : '', command.name()].filter((name) => name !== '').join(' ');
  return new UsageError(message, `Usage: remote-record ${names} [options]; remote-record ${names} --help explains them.`);
}
