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

/** The text of a file. @throws ValidationError in browsers, which have no paths; and what reading fails with. */
export async function readTextFile(path: string): Promise<string> {
  const files = currentProcess()?.getBuiltinModule?.('fs/promises') as
    | { readFile(path: string, encoding: 'utf8'): Promise<string> }
    | undefined;
  if (!files) throw new ValidationError(`${path} cannot be read: a browser has no paths. Pass a File or Blob.`);
  return files.readFile(path, 'utf8');
}
