import { ConfigurationError } from '../../model/errors/index.js';
import type { Platform } from '../context.js';
import type { BlockHandler } from '../engine/types.js';
import { limitedHandler, moduleHandler } from '../isolation/handlers.js';
import { checkModule } from '../isolation/modules.js';
import { engineServices, noSources } from '../isolation/sources.js';
import { agentBlock } from './job-kinds.js';

/** Registers a function, or a module that exports one. @throws ConfigurationError for a module that does not exist. */
export function registerHandler({ handlers, processes, limits }: Platform, type: string, handler: BlockHandler | URL): void {
  // An agent has a time limit of its own.
  if (typeof handler !== 'function') handlers.set(type, moduleHandler(type, checkModule(handler), processes, limits.blockSeconds));
  else handlers.set(type, type === agentBlock ? handler : limitedHandler(handler, limits.blockSeconds));
}

/** Registers all handlers of a module. @throws ConfigurationError when it cannot be loaded or has none. */
export async function registerModule(platform: Platform, module: URL): Promise<void> {
  const href = checkModule(module);
  const services = engineServices(noSources, { handlers: new Map() });
  const { blockSeconds } = platform.limits;
  const host = { sources: noSources, handlers: new Map(), services, signal: new AbortController().signal, blockSeconds };
  try {
    const types = await platform.processes.run<'module'>({ kind: 'module', href }, host);
    for (const type of types) registerHandler(platform, type, module);
  } catch (cause) {
    throw new ConfigurationError(`The option blocks cannot be used: ${(cause as Error).message}`, { cause });
  }
}
