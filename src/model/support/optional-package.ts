import { ConfigurationError } from '../errors/index.js';

/** The error codes for a package that cannot be found: of Node, of its CommonJS loader and jest, and of Vite. */
const absentCodes: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_LOAD_URL'];

/** How loaders say it that give no code: Bun, Deno, Vite and browsers. */
const absentWords =
  /cannot find|could not (?:find|resolve)|failed to (?:resolve|load)|not a dependency|not prefixed with|bare specifier|does not (?:exist|resolve)/i;

/** Where a message names what was not found: as the first text in quotation marks, or in words of Yarn and of Vite. */
const missingName = /Required package: (\S+)|load url (\S+)|["'‘“`]([^"'’”`]+)["'’”`]/;

/**
 * Whether an import failed because the package is not installed. It does not hold when the package is there but something that it
 * needs itself is missing, nor when it is there but broken.
 *
 * @param specifier The package's name, which may be followed by a path in it.
 */
export function isAbsent(error: unknown, specifier: string): boolean {
  // Not every loader throws an Error of this realm.
  const { code, message, cause } = (error ?? {}) as { code?: unknown; message?: unknown; cause?: unknown };
  if (typeof message === 'string' && (absentCodes.includes(code) || absentWords.test(message))) {
    const [, ...names] = missingName.exec(message) ?? [];
    const missing = names.find((name) => name !== undefined);
    if (missing === specifier || missing === packageOf(specifier)) return true;
  }
  return cause !== undefined && cause !== error && isAbsent(cause, specifier);
}

/** An optional package; null when it is not installed. Any other failure to load it is thrown. */
export async function importOptional<M>(specifier: string): Promise<M | null> {
  try {
    // A variable keeps bundlers from resolving the package, and the comments keep them from warning of that.
    return await import(/* webpackIgnore: true */ /* @vite-ignore */ specifier);
  } catch (error) {
    if (isAbsent(error, specifier)) return null;
    throw error;
  }
}

/**
 * An optional package that is needed now.
 *
 * @param sentence What needs it: 'A progress bar needs the package cli-progress.'
 * @throws ConfigurationError with the sentence and the command that installs it.
 */
export async function importNeeded<M>(specifier: string, sentence: string): Promise<M> {
  const loaded = await importOptional<M>(specifier);
  if (loaded !== null) return loaded;
  throw new ConfigurationError(`${sentence} Install it: npm install ${packageOf(specifier)}`);
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
