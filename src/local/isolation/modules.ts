import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../../model/errors/index.js';
import type { BlockHandler } from '../engine/types.js';

type Exports = Readonly<Record<string, unknown>>;

/** The URL of a module that can be imported. @throws ConfigurationError for any other. */
export function checkModule(module: URL): string {
  if (module.protocol !== 'file:') {
    throw new ConfigurationError(
      `The module of a handler must be a file, such as new URL('./handler.js', import.meta.url) (got ${module.href}).`,
    );
  }
  if (!existsSync(fileURLToPath(module))) throw new ConfigurationError(`There is no module ${fileURLToPath(module)} with handlers.`);
  return module.href;
}

/** The block types of which a module exports handlers: its named exports, or the members of an object that is its default. */
export async function handlerTypes(href: string): Promise<string[]> {
  const exports = await load(href);
  const types = Object.entries({ ...objectOf(exports.default), ...exports })
    .filter(([type, value]) => type !== 'default' && typeof value === 'function')
    .map(([type]) => type);
  if (types.length > 0) return types;
  throw new Error(
    `The module ${href} exports no handlers: export functions that have the names of block types, or an object of them as default.`,
  );
}

/** The handler of a block type: the export of that name, the default export, or that name's member of it. */
export async function handlerIn(href: string, type: string): Promise<BlockHandler> {
  const exports = await load(href);
  const found = [own(exports, type), own(objectOf(exports.default), type), exports.default].find((value) => typeof value === 'function');
  if (found) return found as BlockHandler;
  throw new Error(`the module ${href} exports no handler for the type '${type}': export a function as default or under that name`);
}

async function load(href: string): Promise<Exports> {
  try {
    return (await import(href)) as Exports;
  } catch (cause) {
    throw new Error(`the module ${href} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

const own = (exports: Exports, type: string): unknown => (Object.hasOwn(exports, type) ? exports[type] : undefined);

const objectOf = (value: unknown): Exports => (typeof value === 'object' && value !== null ? (value as Exports) : {});
