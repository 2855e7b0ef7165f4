import { type FieldProblem, ValidationError } from '../errors/index.js';
import { hasMembers } from './has-members.js';

/** The names of a type's members. The compiler refuses a list that lacks one, or has one too many. */
/* @__NO_SIDE_EFFECTS__ */
export function namesOf<T extends object>(names: Readonly<Record<keyof T & string, true>>): readonly (keyof T & string)[] {
  return Object.keys(names) as (keyof T & string)[];
}

/** What options are called here, and by ORMs and clients of other APIs, in small letters. */
const elsewhere: Readonly<Record<string, string>> = {
  include: 'relations populate expand',
  pageSize: 'take limit',
  page: 'skip',
  headers: 'defaultheaders',
  query: 'defaultquery',
  apiKey: 'token',
  maxRetries: 'retries',
  waitTime: 'interval pollinterval',
};

/**
 * The known name that was most likely meant: the same but for case and punctuation, what another library calls it, a longer or shorter form,
 * or one a few letters away.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name);
  const candidates = [...known].map((candidate) => ({ candidate, text: plain(candidate) }));
  const found =
    candidates.find(({ text }) => text === wanted) ??
    candidates.find(({ candidate }) => ` ${elsewhere[candidate] ?? '-'} `.includes(` ${wanted} `)) ??
    candidates.find(({ text }) => wanted.length > 2 && text.length > 2 && (text.startsWith(wanted) || wanted.startsWith(text)));
  if (found) return found.candidate;
  const near = candidates.map(({ candidate, text }) => ({ candidate, text, edits: editDistance(wanted, text) }));
  const [best] = near.toSorted((one, other) => one.edits - other.edits);
  return best && best.edits <= Math.ceil(0.4 * Math.max(wanted.length, best.text.length)) ? best.candidate : undefined;
}

/**
 * The known name that a name is most likely a misspelling of: the same but for case and punctuation, or with one edit, two in names of
 * eight letters and more. Undefined for a known name, a plural, and another word: in short names only a letter that is missing, doubled or
 * has changed places with its neighbour counts, and of several words each must be like its counterpart (`createdBy` is not `createdAt`).
 *
 * @param most The highest number of edits.
 */
export function misspelled(name: string, known: Iterable<string>, most = 2): string | undefined {
  const wanted = plain(name);
  const names = [...known];
  if (names.includes(name)) return undefined;
  return names.find((candidate) => {
    const text = plain(candidate);
    if (text === wanted) return true;
    if (text === `${wanted}s` || wanted === `${text}s` || Math.min(text.length, wanted.length) < 3) return false;
    if (text.length <= longestShort) return most > 0 && isSlip(wanted, text);
    return editDistance(wanted, text) <= Math.min(most, text.length < 8 ? 1 : 2) && !hasOtherWord(name, candidate);
  });
}

/** Up to so many letters, another letter mostly makes another word: mail and fail, wave and save, close and clone. */
const longestShort = 5;

/** Whether a name is another one with a letter left out, doubled, or swapped with its neighbour. */
function isSlip(name: string, meant: string): boolean {
  for (let at = 0; at < meant.length; at++) {
    const [before, letter, next, after] = [meant.slice(0, at), meant[at]!, meant[at + 1] ?? '', meant.slice(at + 2)];
    if (name === before + next + after || name === before + letter + letter + next + after || name === before + next + letter + after)
      return true;
  }
  return false;
}

/** Whether one of a name's words is another word, or one more or less, than in the name that may have been meant. */
function hasOtherWord(name: string, meant: string): boolean {
  const [words, others] = [wordsOf(name), wordsOf(meant)];
  if (words.length !== others.length) return editDistance(plain(name), plain(meant)) > 1;
  return words.some(
    (word, at) => word !== others[at] && (Math.min(word.length, others[at]!.length) < 3 || editDistance(word, others[at]!) > 2),
  );
}

function wordsOf(name: string): string[] {
  return name
    .split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** What is said of an unknown name: the nearest known one, else all of them. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `known are ${[...known].join(', ') || 'none'}` : `did you mean ${nearest}?`;
}

/** The members of an options object that have a value and are not known. */
export function unknownNames(options: object, known: readonly string[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const field of Object.keys(options)) {
    if (known.includes(field) || (options as Record<string, unknown>)[field] === undefined) continue;
    problems.push({ field, message: `is not an option (${suggestion(field, known)})` });
  }
  return problems;
}

/**
 * Refuses options that nobody reads, which are most often misspelled.
 *
 * @param subject What they are options of, for the message.
 * @throws ValidationError that names each of them and the nearest known one; also for options that are not an object.
 */
export function checkOptionNames(subject: string, options: object | undefined, known: readonly string[]): void {
  if (options === undefined) return;
  if (!hasMembers(options)) {
    throw new ValidationError(`${subject}: the options must be an object (got ${options === null ? 'null' : typeof options}).`);
  }
  const details = unknownNames(options, known);
  if (details.length === 0) return;
  throw new ValidationError(`${subject}: ${details.map(({ field, message }) => `${field} ${message}`).join('; ')}.`, { details });
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** How many letters must be inserted, removed, replaced or swapped with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  // Names are short; a long text is not a misspelled name, and must not cost time.
  if (Math.max(one.length, other.length) > 64) return Number.POSITIVE_INFINITY;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_unused, column) => column)];
  for (let row = 1; row <= one.length; row++) {
    const line = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = rows[row - 1]![column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1);
      const swapped =
        row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
          ? rows[row - 2]![column - 2]! + 1
          : Number.POSITIVE_INFINITY;
      line.push(Math.min(rows[row - 1]![column]! + 1, line[column - 1]! + 1, replaced, swapped));
    }
    rows.push(line);
  }
  return rows[one.length]![other.length]!;
}
