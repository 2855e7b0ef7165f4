import { Worker } from 'node:worker_threads';
import type { BlockHandler, EngineServices } from '../engine/types.js';
import { toJson } from '../engine/values/convert.js';
import { Activity } from './activity.js';
import { Channel, type Message } from './channel.js';
import { localError } from './errors.js';
import { handlerIn, handlerTypes } from './modules.js';
import type { ChildMethods, HandlerTask, ParentMethods, SentTask, WatchdogData } from './protocol.js';
import { engineServices, type Sources } from './sources.js';
import { countRows, runGraphTask } from './tasks.js';
import { decode, type Encoded, SentValues } from './values.js';

/*
 * The entry of a child process. It does one job at a time for the platform that has forked it, and ends with that platform.
 */

const activity = new Activity();
const sent = new SentValues();
/** The handlers of modules that work now. */
const working = new Set<Promise<unknown>>();
let jobs = 0;

const methods: ChildMethods = {
  async run({ task, blockSeconds }, signal) {
    activity.begin(++jobs, blockSeconds, (blocks) => parent.tell('blocks', blocks));
    try {
      const value = await perform(task, signal);
      return { value, rss: process.memoryUsage.rss() };
    } finally {
      // A handler whose signal aborts may tidy up; the parent waits for a moment.
      if (signal.aborted) await Promise.allSettled(working);
      activity.end();
    }
  },
  piece: (request) => sent.piece(request),
  release: (cursor) => sent.release(cursor),
  finish: () => sent.clear(),
};
const parent = new Channel<ChildMethods, ParentMethods>(
  (message) => process.send?.(message),
  () => methods,
);
process.on('message', (message: Message) => parent.receive(message));

const sources: Sources = {
  dataset: (id) => parent.call('dataset', id),
  file: (id) => parent.call('file', id),
};
/** Values that the parent has sent by reference. */
const received = {
  piece: (request: Parameters<ParentMethods['piece']>[0]) => parent.call('piece', request),
  release: (cursor: number) => parent.tell('release', cursor),
};

async function perform(task: SentTask, signal: AbortSignal): Promise<unknown> {
  switch (task.kind) {
    case 'graph': {
      const handlers = new Map<string, BlockHandler>([
        ...task.handlers.map((type) => [type, handlerOfParent(type)] as const),
        ...task.modules.map(([type, href]) => [type, handlerOfModule(href, type)] as const),
      ]);
      const services = engineServices(sources, { handlers, llm: task.llm });
      return await runGraphTask(task, { services, signal, activity, onProgress: (progress) => parent.tell('progress', progress) });
    }
    case 'table':
      return await countRows(task.table, signal);
    case 'handler':
      return await runHandler(task, signal);
    case 'module':
      return await handlerTypes(task.href);
  }
}

function handlerOfModule(href: string, type: string): BlockHandler {
  return async (context) => {
    const handler = await handlerIn(href, type);
    const work = (async () => handler(context))();
    working.add(work);
    try {
      return await work;
    } finally {
      working.delete(work);
    }
  };
}

/** A handler that is a function of the parent. */
function handlerOfParent(type: string): BlockHandler {
  return async ({ blockId, blockType, config, inputs, services, signal }) => {
    const { block } = activity;
    activity.enter(undefined);
    try {
      const context = sent.encode({ config, inputs });
      const value = await parent.call('handler', { type, blockId, blockType, context }, signal);
      return await decode(value, received, () => services);
    } catch (error) {
      throw localError(error);
    } finally {
      activity.enter(block);
    }
  };
}

async function runHandler({ href, type, block, context, llm }: HandlerTask<Encoded>, signal: AbortSignal): Promise<Encoded> {
  const services: EngineServices = engineServices(sources, { handlers: new Map(), llm });
  const { config, inputs } = (await decode(context, received, () => services)) as Record<'config' | 'inputs', Record<string, unknown>>;
  const handler = handlerOfModule(href, type);
  activity.blocks([{ id: block.blockId, type: block.blockType }]);
  activity.enter(0);
  return sent.encode(await toJson(await handler({ ...block, config, inputs, services, signal })));
}

const watched: WatchdogData = { memory: activity.memory, bytes: Number(process.argv[2]) };
new Worker(new URL('./watchdog.js', import.meta.url), { workerData: watched, execArgv: [] }).unref();

process.on('disconnect', () => process.exit());
// A terminal sends its signals to all processes; the parent ends its children when their work is done or given up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
