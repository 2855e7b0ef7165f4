import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../support/consumer.js';
import type { Block } from './blocks.js';

/** Commands of `remote-record` that go on until they are stopped. */
const endless = ['local', 'console'];

/** The commands of a block, each with its words; comments and the prompt are left out, continued lines joined. */
export function commandsOf({ code }: Block): string[][] {
  return code
    .replace(/\\\n/g, ' ')
    .split(/\n|&&|\|\||[;|]/)
    .map((line) =>
      line
        .replace(/^\s*\$ /, '')
        .replace(/(^|\s)#.*$/, '')
        .trim(),
    )
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/).filter((word) => !/^[A-Z_]+=/.test(word)));
}

/** The words of a command after `remote-record`, or undefined for other commands. */
function ours(words: string[]): string[] | undefined {
  const at = words[0] === 'npx' ? 1 : 0;
  return words[at] === 'remote-record' ? words.slice(at + 1) : undefined;
}

/** Whether a block ends by itself and changes nothing but what is in its folder: it then is run. */
export function ends(block: Block): boolean {
  return commandsOf(block).every((words) => {
    const command = ours(words);
    return command
      ? !endless.includes(command[0] ?? 'console') || command.includes('--help')
      : ['echo', 'cat', 'head', 'export', 'mkdir'].includes(words[0] ?? 'export');
  });
}

/** What is wrong with the commands of a block: names of commands, options, scripts and packages that do not exist. */
export async function faultsOf(block: Block): Promise<string[]> {
  const { scripts, name, peerDependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
    name: string;
    peerDependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const packages = [name, 'tsx', 'vitest', ...Object.keys(peerDependencies), ...Object.keys(devDependencies)];
  const faults = await Promise.all(
    commandsOf(block).map(async (words): Promise<string[]> => {
      const command = ours(words);
      if (command) return faultsOfOurs(command);
      const [program, verb, ...rest] = words;
      if (program === 'npm' && (verb === 'install' || verb === 'i'))
        return rest
          .filter((word) => !word.startsWith('-') && !packages.includes(word.replace(/(?<=.)@[^/]*$/, '')))
          .map((word) => `the package ${word}`);
      if (program === 'npm' && verb === 'run') return rest[0] && rest[0] in scripts ? [] : [`the script ${rest[0]}`];
      return [];
    }),
  );
  return faults.flat();
}

const helps = new Map<string, Promise<string>>();

/** The help of a command; rejects when there is none. */
function helpOf(command: string[]): Promise<string> {
  const key = command.join(' ');
  const args = [join(root, 'dist', 'cli', 'main.js'), ...command, '--help'];
  const help = helps.get(key) ?? promisify(execFile)(process.execPath, args).then(({ stdout }) => stdout);
  helps.set(key, help);
  return help;
}

async function faultsOfOurs(words: string[]): Promise<string[]> {
  const command = words.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-')).slice(0, 1);
  let help = await helpOf(command).catch(() => undefined);
  if (help === undefined) return [`the command remote-record ${command.join(' ')}`];
  const [, inner = ''] = words.filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'));
  const [, commands = ''] = help.split('\nCommands:\n');
  if (inner !== '' && commands.split('\n').some((line) => line.startsWith(`  ${inner} `))) help += await helpOf([...command, inner]);
  return words
    .filter((word) => /^--[a-z]/.test(word) && !help.includes(word.replace(/=.*/, '')) && word !== '--help' && word !== '--version')
    .map((word) => `the option ${word} of remote-record ${command.join(' ')}`);
}
