import type { Command } from 'commander';
import { commandName, vendorEntities } from '../entities.js';
import type { Io } from '../io.js';
import { UsageError } from '../usage-error.js';

/** Prints the script that completes commands in a shell; it asks this program for what may come next. */
export async function completion(shell: string, io: Io): Promise<void> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw new UsageError(`There is no completion for ${shell}.`, 'There is one for bash, for zsh and for fish.');
  io.stdout.write(script);
}

const scripts: Readonly<Record<string, string>> = {
  bash: `# Completion of remote-record for bash. Add to ~/.bashrc: source <(remote-record completion bash)
_remote_record() {
  local word="\${COMP_WORDS[COMP_CWORD]}" line="\${COMP_LINE:0:COMP_POINT}"
  # Bash splits words at = and :, which are parts of values here.
  local -a words
  read -r -a words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  local last="\${words[\${#words[@]}-1]}"
  local prefix="\${last%"$word"}"
  local candidates candidate
  candidates="$(remote-record __complete -- "\${words[@]:1}" 2>/dev/null)" || return
  COMPREPLY=()
  while IFS= read -r candidate; do
    [[ -n "$candidate" && "$candidate" == "$last"* ]] && COMPREPLY+=("\${candidate#"$prefix"}")
  done <<< "$candidates"
  [[ \${#COMPREPLY[@]} -eq 1 && "\${COMPREPLY[0]}" == *= ]] && compopt -o nospace
  return 0
}
complete -o default -F _remote_record remote-record
`,
  zsh: `#compdef remote-record
# Completion of remote-record for zsh. Add to ~/.zshrc: source <(remote-record completion zsh)
_remote_record() {
  local -a candidates
  candidates=("\${(@f)$(remote-record __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=(\${candidates:#})
  if (( \${#candidates} == 0 )); then
    _files
  else
    compadd -S '' -- \${(M)candidates:#*=}
    compadd -- \${candidates:#*=}
  fi
}
compdef _remote_record remote-record
`,
  fish: `# Completion of remote-record for fish. Write to ~/.config/fish/completions/remote-record.fish
function __remote_record_complete
  set -l words (commandline -opc) (commandline -ct)
  remote-record __complete -- $words[2..-1] 2>/dev/null
end
complete -c remote-record -a '(__remote_record_complete)'
`,
};

/** Options whose values are paths, which the shell completes. */
const pathOptions = new Set(['--data-dir', '--require', '--blocks']);

/**
 * What may stand where the last of the words is, which may have been begun: commands and entities, verbs, options, and fields with `=`.
 * Nothing where the shell should complete a path or where anything may stand.
 *
 * @param find Adds the command of an entity to the program; undefined where there is no such entity.
 */
export async function candidates(
  program: Command,
  words: readonly string[],
  find: (entity: string) => Promise<Command | undefined>,
): Promise<string[]> {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? '';
  if (pathOptions.has(before.at(-1) ?? '')) return [];
  const operands = operandsOf(before);
  const [first, second] = operands;
  if (first === undefined) return starting(word, word.startsWith('-') ? ['--help', '--version', ...platformFlags] : topLevel(program));
  if (first === 'completion') return starting(word, ['bash', 'zsh', 'fish']);
  const own = program.commands.find((command) => command.name() === first);
  if (first === 'help') return starting(word, topLevel(program));
  const command = own ?? (await find(first));
  if (!command) return [];
  if (own || word.startsWith('-')) {
    const verb = command.commands.find((each) => each.name() === second) ?? command;
    return word.startsWith('-') ? starting(word, flagsOf(verb, command)) : [];
  }
  if (second === undefined)
    return starting(
      word,
      command.commands.map((each) => each.name()),
    );
  const verb = command.commands.find((each) => each.name() === second);
  return verb && takesValues(verb) ? starting(word, fieldsOf(verb)) : [];
}

const platformFlags = ['--moderately', '--aixplain', '--local', '--data-dir', '--require'];

function topLevel(program: Command): string[] {
  const entities = Object.values(vendorEntities).flat().map(commandName);
  return [
    ...new Set([...program.commands.map((command) => command.name()).filter((name) => !name.startsWith('_')), ...entities]),
  ].toSorted();
}

/** The words that are neither options nor values of options of the session. */
function operandsOf(words: readonly string[]): string[] {
  return words.filter((word, index) => !word.startsWith('-') && !pathOptions.has(words[index - 1] ?? ''));
}

function flagsOf(command: Command, parent: Command): string[] {
  const options = command === parent ? command.options : [...command.options, ...parent.options];
  return [...options.filter(({ hidden }) => !hidden).map(({ long }) => long!), '--help'];
}

function takesValues(command: Command): boolean {
  return command.registeredArguments.some((argument) => ['filters', 'values'].includes(argument.name()));
}

/** The fields of a verb, as its options have them, ready for a value. */
function fieldsOf(command: Command): string[] {
  return command.options
    .filter(({ hidden, helpGroupHeading }) => !hidden && (helpGroupHeading === 'Filters:' || helpGroupHeading === 'Fields:'))
    .map((option) => `${option.attributeName()}=`);
}

function starting(word: string, all: readonly string[]): string[] {
  return [...new Set(all)].filter((each) => each.startsWith(word));
}
