import { ConfigurationError } from '../errors/index.js';
import { misspelled } from '../support/names.js';

/** The operations that every record may have. */
export const ownOperations = ['save', 'clone', 'delete', 'refresh', 'run'] as const;

/** Methods of records that are no operations of their own; null for those without hooks. */
const otherMethods: Readonly<Record<string, string | null>> = {
  create: 'save',
  update: 'save',
  runAsync: 'run',
  stream: 'run',
  get: null,
  retrieve: null,
  search: null,
  list: null,
  poll: null,
};

/** What other libraries call an operation. */
const elsewhere: Readonly<Record<string, string>> = { destroy: 'delete', insert: 'save', reload: 'refresh', dup: 'clone' };

/** Names that look like a misspelled operation, and are words of their own. */
const otherWords = ['close'];

/** The operations of all `@withHooks` methods of the classes that have been loaded. */
const declared = new Set<string>();

/** The operations that `@withHooks` methods of another name have. */
const byMethod = new Map<string, string>();

/** Notes that a `@withHooks` method has an operation. */
export function noteOperation(operation: string, method: string): void {
  declared.add(operation);
  if (method !== operation) byMethod.set(method, operation);
}

/**
 * Refuses a name that is most likely a misspelled operation. Other unknown names are accepted: the class whose `@withHooks` method has the
 * operation may not have been loaded yet.
 *
 * @param where What the name was given to, such as `connection.before`.
 * @throws ConfigurationError with the nearest name, and with all names there are.
 */
export function checkOperation(operation: unknown, where: string): void {
  if (typeof operation !== 'string' || operation.trim() === '') {
    throw new ConfigurationError(`${where}: the operation must be a text; ${listOfOperations()}.`);
  }
  const hint = problemWith(operation);
  if (hint !== undefined)
    throw new ConfigurationError(`${where}('${operation}'): there is no such operation (${hint}); ${listOfOperations()}.`);
}

function problemWith(operation: string): string | undefined {
  if (isKnown(operation) || otherWords.includes(operation)) return undefined;
  if (Object.hasOwn(otherMethods, operation)) {
    const instead = otherMethods[operation];
    if (operation === 'poll') return 'poll hooks are onPoll() and @OnPoll() methods, and the event poll';
    return instead ? `it is part of ${instead}` : `${operation} has no hooks`;
  }
  if (Object.hasOwn(elsewhere, operation)) return `did you mean ${elsewhere[operation]}?`;
  const instead = byMethod.get(operation);
  if (instead !== undefined) return `the hooks of ${operation} are those of ${instead}`;
  const plain = operation.replace(/^(?:before|after)[-_ ]?(?=\w)/i, '');
  const singular = plain.replace(/s$/i, '');
  const known = [plain, singular].find(isKnown);
  const meant = known ?? misspelled(plain, ownOperations, 1) ?? misspelledDeclared(plain);
  return meant === undefined ? undefined : `did you mean ${meant}?`;
}

/** Of the operations of users, one may well be another with a letter before or behind it, such as lock and block. */
function misspelledDeclared(name: string): string | undefined {
  const others = [...declared].filter(
    (each) => !each.endsWith(name) && !name.endsWith(each) && !each.startsWith(name) && !name.startsWith(each),
  );
  return name.length < 4 ? undefined : misspelled(name, others, 1);
}

function isKnown(operation: string): boolean {
  return declared.has(operation) || ownOperations.some((name) => name === operation);
}

function listOfOperations(): string {
  return `operations are ${[...new Set([...ownOperations, ...declared])].join(', ')}, and those of other @withHooks methods`;
}
