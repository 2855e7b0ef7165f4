import { join } from 'node:path';
import type { BlockHandler, BlockProgress } from '../../../src/local/engine/types.js';
import { checkLimits, type WorkLimits } from '../../../src/local/isolation/limits.js';
import { ProcessPool } from '../../../src/local/isolation/pool.js';
import type { GraphTask } from '../../../src/local/isolation/protocol.js';
import { engineServices, type Sources } from '../../../src/local/isolation/sources.js';

/** A module with handlers. */
export const handlers = new URL('./files/handlers.js', import.meta.url).href;

const none = async (): Promise<never> => {
  throw new Error('There is none.');
};
export const noSources: Sources = { dataset: none, file: none };

export interface Given {
  sources?: Sources;
  /** Handlers of this process. */
  handlers?: Record<string, BlockHandler>;
  /** Types with a handler in the module. */
  modules?: string[];
  signal?: AbortSignal;
  blockSeconds?: number;
  progress?: BlockProgress[];
  inlineBytes?: number;
}

/** A pool of processes, without a platform. */
export class TestPool {
  readonly pool: ProcessPool;
  readonly #folder: { readonly path: string };

  constructor(folder: { readonly path: string }, limits: WorkLimits = {}) {
    this.#folder = folder;
    this.pool = new ProcessPool(checkLimits(limits));
  }

  async run(configuration: object, input: unknown, given: Given = {}): Promise<{ json?: string; file?: string; summary: string }> {
    const { sources = noSources, signal = new AbortController().signal, blockSeconds = 60, progress = [] } = given;
    const functions = new Map(Object.entries(given.handlers ?? {}));
    const task: GraphTask = {
      kind: 'graph',
      configuration: { json: JSON.stringify(configuration) },
      input: { json: JSON.stringify({ given: input }) },
      handlers: [...functions.keys()],
      modules: (given.modules ?? []).map((type) => [type, handlers]),
      llm: undefined,
      output: { kind: 'outputs', path: join(this.#folder.path, 'output'), inlineBytes: given.inlineBytes ?? 2 ** 20 },
    };
    const services = engineServices(sources, { handlers: functions });
    const host = { sources, handlers: functions, services, signal, blockSeconds, onProgress: (step: BlockProgress) => progress.push(step) };
    return await this.pool.run<'graph'>(task, host);
  }

  async output(...given: Parameters<TestPool['run']>): Promise<unknown> {
    const { json = '' } = await this.run(...given);
    return (JSON.parse(json) as { output: unknown }).output;
  }
}
