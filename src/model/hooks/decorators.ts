import { ConfigurationError } from '../errors/index.js';
import type { RecordMethodContext } from '../support/decoration.js';
import { type Phase, registerHook } from './registry.js';

/**
 * Decorates a method as a hook, as a legacy or as a standard decorator. The method receives the operation's HookContext and may be async.
 *
 * @throws ConfigurationError for a static or private method, and for what is not a method.
 */
export interface HookDecorator {
  (target: object, method: string | symbol): void;
  (method: (...args: never) => unknown, context: RecordMethodContext): void;
}

const hook =
  (phase: Phase, operation: string): HookDecorator =>
  (first: unknown, second: unknown, descriptor?: PropertyDescriptor) =>
    registerHook(first, second, descriptor, phase, operation);

/** The function that makes the decorator of one operation; it takes nothing. */
/* @__NO_SIDE_EFFECTS__ */
function hookOf(phase: Phase, operation: string, name: string): () => HookDecorator {
  return (...given: readonly unknown[]): HookDecorator => {
    if (given.length > 0) throw new ConfigurationError(`@${name}() needs its parentheses, and takes nothing.`);
    return hook(phase, operation);
  };
}

/**
 * Runs the method before an operation: 'save', 'clone', 'delete', 'refresh', 'run', or the name of a `@withHooks` method. The method may
 * change the record. When it returns anything other than undefined, null or the record, the operation ends with that value and nothing
 * is sent; when it throws, the operation fails with that error.
 */
export const Before = (operation: string): HookDecorator => hook('before', checkedName('Before', operation));

/** Runs the method after an operation, with `context.result`, which a returned value replaces, or after a failure with `context.error`. */
export const After = (operation: string): HookDecorator => hook('after', checkedName('After', operation));

function checkedName(decorator: string, operation: unknown): string {
  if (typeof operation === 'string') return operation;
  throw new ConfigurationError(`@${decorator}('…') needs its parentheses, with the name of an operation in them.`);
}

/** `@Before('save')`. */
export const BeforeSave: () => HookDecorator = hookOf('before', 'save', 'BeforeSave');
/** `@After('save')`. */
export const AfterSave: () => HookDecorator = hookOf('after', 'save', 'AfterSave');
/** `@Before('clone')`. */
export const BeforeClone: () => HookDecorator = hookOf('before', 'clone', 'BeforeClone');
/** `@After('clone')`. */
export const AfterClone: () => HookDecorator = hookOf('after', 'clone', 'AfterClone');
/** `@Before('delete')`. */
export const BeforeDelete: () => HookDecorator = hookOf('before', 'delete', 'BeforeDelete');
/** `@After('delete')`. */
export const AfterDelete: () => HookDecorator = hookOf('after', 'delete', 'AfterDelete');
/** `@Before('run')`. */
export const BeforeRun: () => HookDecorator = hookOf('before', 'run', 'BeforeRun');
/** `@After('run')`. */
export const AfterRun: () => HookDecorator = hookOf('after', 'run', 'AfterRun');
/** `@Before('refresh')`. */
export const BeforeRefresh: () => HookDecorator = hookOf('before', 'refresh', 'BeforeRefresh');
/** `@After('refresh')`. */
export const AfterRefresh: () => HookDecorator = hookOf('after', 'refresh', 'AfterRefresh');
/** Runs the method after every poll of a wait, the last one included, with a PollEvent. An error it throws ends the wait. */
export const OnPoll: () => HookDecorator = hookOf('before', 'poll', 'OnPoll');
