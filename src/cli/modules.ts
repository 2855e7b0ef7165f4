import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from './usage-error.js';

/**
 * Loads a module that a user names, TypeScript where the runtime strips its types.
 *
 * @param file Relative to the current folder.
 * @throws UsageError that says what to do when there is no such file, or when the runtime cannot read what it is written in; and what the
 *   module itself throws.
 */
export async function loadModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  const path = resolve(file);
  await access(path).catch(() => {
    throw new UsageError(`${file}: there is no such file.`);
  });
  try {
    return (await import(/* webpackIgnore: true */ /* @vite-ignore */ pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    throw explained(file, error);
  }
}

/** What a loader's error means for a TypeScript file; other errors are returned as they are. */
function explained(file: string, error: unknown): unknown {
  if (!/\.[cm]?ts$/.test(file)) return error;
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new UsageError(
      `${file}: Node ${process.versions.node} does not run TypeScript. Use Node 22.18 or later, compile the file to JavaScript, ` +
        'or start with a loader: NODE_OPTIONS="--import tsx" remote-record …',
    );
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' || name === 'SyntaxError') {
    return new UsageError(
      `${file}: ${error instanceof Error ? error.message : String(error)}. Node only strips types: it runs neither decorators nor enums. ` +
        'Compile the file to JavaScript, or describe the classes with defineEntity.',
    );
  }
  return error;
}
