import { type Phase, registerHook } from './registry.js';

/** Decorates a method as a hook. The method receives the operation's HookContext and may be async. */
type HookDecorator = (target: object, method: string | symbol) => void;

const hook =
  (phase: Phase, operation: string): HookDecorator =>
  (target, method) =>
    registerHook(target, method, phase, operation);

/**
 * Runs the method before an operation: 'save', 'clone', 'delete', 'refresh', 'run', or the name of a `@withHooks` method. The method may
 * change the record. When it returns anything other than undefined, null or the record, the operation ends with that value and nothing
 * is sent; when it throws, the operation fails with that error.
 */
export const Before = (operation: string): HookDecorator => hook('before', operation);

/** Runs the method after an operation, with `context.result`, which a returned value replaces, or after a failure with `context.error`. */
export const After = (operation: string): HookDecorator => hook('after', operation);

/** `@Before('save')`. */
export const BeforeSave = (): HookDecorator => hook('before', 'save');
/** `@After('save')`. */
export const AfterSave = (): HookDecorator => hook('after', 'save');
/** `@Before('clone')`. */
export const BeforeClone = (): HookDecorator => hook('before', 'clone');
/** `@After('clone')`. */
export const AfterClone = (): HookDecorator => hook('after', 'clone');
/** `@Before('delete')`. */
export const BeforeDelete = (): HookDecorator => hook('before', 'delete');
/** `@After('delete')`. */
export const AfterDelete = (): HookDecorator => hook('after', 'delete');
/** `@Before('run')`. */
export const BeforeRun = (): HookDecorator => hook('before', 'run');
/** `@After('run')`. */
export const AfterRun = (): HookDecorator => hook('after', 'run');
/** `@Before('refresh')`. */
export const BeforeRefresh = (): HookDecorator => hook('before', 'refresh');
/** `@After('refresh')`. */
export const AfterRefresh = (): HookDecorator => hook('after', 'refresh');
/** Runs the method after every poll of a wait, the last one included, with a PollEvent. An error it throws ends the wait. */
export const OnPoll = (): HookDecorator => hook('before', 'poll');
