import { ValidationError } from '../errors/index.js';

/** What we use of the process, where there is one: browsers have none. */
interface Process {
  env?: Readonly<Record<string, string | undefined>>;
  getBuiltinModule?(name: string): unknown;
  emitWarning?(warning: string | Error, name?: string): void;
}

function currentProcess(): Process | undefined {
  return (globalThis as { process?: Process }).process;
}

const { setImmediate: afterAll = queueMicrotask } = globalThis as { setImmediate?(action: () => void): void };

/** Resolves when all that can go on at once has done so: a request that was made has been sent. In browsers, which have no such moment, sooner. */
export function othersDone(): Promise<void> {
  return new Promise((resolve) => {
    afterAll(resolve);
  });
}

/** A variable of the environment; undefined where it is not set, and in browsers. */
export function environmentVariable(name: string): string | undefined {
  return currentProcess()?.env?.[name];
}

/** Shows a warning to whoever runs the program: as a warning of the process, or in a browser on its console. */
export function emitWarning(warning: string | Error, name?: string): void {
  const process = currentProcess();
  if (process?.emitWarning) process.emitWarning(warning, name);
  else console.warn(warning);
}

/**
 * A built-in module for files, without an import that a bundler for browsers would follow.
 *
 * @param name Without `node:`, such as `fs/promises`.
 * @param path What should be read, for the message.
 * @throws ValidationError in browsers, which have no paths.
 */
export function fileModule<M>(name: string, path: string): M {
  const found = currentProcess()?.getBuiltinModule?.(name) as M | undefined;
  if (found) return found;
  throw new ValidationError(`${path} cannot be read: a browser has no paths. Pass a File or Blob where one is taken.`);
}

/** The text of a file. @throws ValidationError in browsers; and what reading fails with. */
export async function readTextFile(path: string): Promise<string> {
  return fileModule<{ readFile(path: string, encoding: 'utf8'): Promise<string> }>('fs/promises', path).readFile(path, 'utf8');
}
