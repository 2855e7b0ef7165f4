import { BlockLimitError } from '../engine/errors.js';
import type { BlockHandler } from '../engine/types.js';
import { inSeconds } from './limits.js';
import type { ProcessPool } from './pool.js';
import { lentSources } from './sources.js';

/** The modules of handlers that run in a child. */
const modules = new WeakMap<BlockHandler, string>();

/** The module that a handler comes from; undefined for a function of this process. */
export function moduleOf(handler: BlockHandler): string | undefined {
  return modules.get(handler);
}

/** The handler of a module, which runs in a child. The blocks of a run that is in a child already call the module there. */
export function moduleHandler(type: string, href: string, pool: ProcessPool, blockSeconds: number): BlockHandler {
  const handler: BlockHandler = async ({ blockId, blockType, config, inputs, services, signal }) => {
    const sources = lentSources(services);
    try {
      return await pool.run<'handler'>(
        { kind: 'handler', type, href, block: { blockId, blockType }, context: { config, inputs }, llm: services.llm },
        { sources, handlers: new Map(), services, signal, blockSeconds },
      );
    } finally {
      await sources.release();
    }
  };
  modules.set(handler, href);
  return handler;
}

/** A handler of this process that fails when it takes too long; its signal aborts then. */
export function limitedHandler(handler: BlockHandler, seconds: number): BlockHandler {
  return async (context) => {
    const { blockId, blockType, signal } = context;
    const limit = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const exceeded = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new BlockLimitError(
          { id: blockId, type: blockType },
          `took more than ${inSeconds(seconds)}`,
          'raise limits.blockSeconds of the platform if that is not enough',
        );
        limit.abort(error);
        reject(error);
      }, seconds * 1000);
      timer.unref();
    });
    try {
      return await Promise.race([handler({ ...context, signal: AbortSignal.any([signal, limit.signal]) }), exceeded]);
    } finally {
      clearTimeout(timer);
    }
  };
}
