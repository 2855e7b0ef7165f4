import { ConfigurationError } from '../errors/index.js';
import { decoratedMember, MemberNotes } from '../support/decoration.js';
import { checkOperation } from './operations.js';

export type Phase = 'before' | 'after';

interface Hook {
  phase: Phase;
  operation: string;
  method: string;
}

const hooks = new MemberNotes<Hook>();

/** The cached results of `decoratedHooks`, by the record's prototype. */
let known = new WeakMap<object, Readonly<Record<Phase, Map<string, readonly string[]>>>>();

/**
 * Registers a decorated method.
 *
 * @param first, second, descriptor The arguments of the decorator, legacy or standard.
 * @throws ConfigurationError for a static or private method, for one named by a symbol, and for what is not a method.
 */
export function registerHook(
  first: unknown,
  second: unknown,
  descriptor: PropertyDescriptor | undefined,
  phase: Phase,
  operation: string,
): void {
  const decorator = operation === 'poll' ? '@OnPoll()' : `@${phase === 'before' ? 'Before' : 'After'}('${operation}')`;
  const { owner, title, name: method, kind } = decoratedMember(decorator, first, second);
  if (kind === undefined ? descriptor?.get : kind !== 'method')
    throw new ConfigurationError(`${decorator} on ${title}: a hook must be a method.`);
  if (operation !== 'poll' || phase !== 'before') checkOperation(operation, phase === 'before' ? '@Before' : '@After');
  hooks.add(owner, { phase, operation, method });
  known = new WeakMap();
}

/**
 * The names of the methods decorated for a phase of an operation, from base class to subclass in order of declaration. Methods are looked
 * up by name on the instance, so an override replaces its parent's method and is listed once.
 */
export function decoratedHooks(record: object, phase: Phase, operation: string): readonly string[] {
  const prototype = Object.getPrototypeOf(record);
  let names = known.get(prototype);
  if (!names) {
    names = { before: new Map(), after: new Map() };
    known.set(prototype, names);
  }
  let found = names[phase].get(operation);
  if (!found) {
    found = collect(prototype, phase, operation);
    names[phase].set(operation, found);
  }
  return found;
}

function collect(prototype: object, phase: Phase, operation: string): readonly string[] {
  const names = new Set<string>();
  const chain: object[] = [];
  for (let link: object | null = prototype; link !== null; link = Object.getPrototypeOf(link)) chain.unshift(link);
  for (const ancestor of chain) {
    for (const hook of hooks.of(ancestor.constructor)) {
      // The decorators of the class have all been run by now, so that more names are known than when this one was.
      if (hook.operation !== 'poll') checkOperation(hook.operation, hook.phase === 'before' ? '@Before' : '@After');
      if (hook.phase === phase && hook.operation === operation) names.add(hook.method);
    }
  }
  return [...names];
}
