import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import type { BlockHandler } from '../engine/types.js';
import { jsonText } from '../isolation/json-writer.js';
import type { JobRunner } from '../queue/queue.js';
import type { AssetRunRow } from '../store/schema.js';
import { untilAborted } from '../until-aborted.js';
import { runArchitecture } from './architecture/run.js';
import { servicesFor } from './engine-services.js';
import { rethrowIfUnfinished } from './interruption.js';

/** The kind of job that runs an asset. */
export const assetJob = 'asset-run';

type Input = Record<string, unknown>;

/** Runs aiXplain's assets: pipelines by their graph, all others with their handler. */
export function assetRunner(platform: Platform): JobRunner {
  const { store, clock } = platform;

  async function finish(runId: string, changes: Partial<AssetRunRow>): Promise<void> {
    const at = timestamp(clock);
    await store
      .updateTable('assetRuns')
      .set({ ...changes, finishedAt: at, updatedAt: at })
      .where('runId', '=', runId)
      .where('status', '=', 'IN_PROGRESS')
      .execute();
  }

  const fail = (runId: string, error: string): Promise<void> => finish(runId, { status: 'FAILED', error });

  async function output(run: AssetRunRow, signal: AbortSignal): Promise<unknown> {
    const input = JSON.parse(run.input) as Input;
    const asset = await store.selectFrom('assets').selectAll().where('assetId', '=', run.assetId).executeTakeFirst();
    if (asset?.collection === 'pipelines') return await runArchitecture(platform, run.teamId, JSON.parse(asset.body), input, signal);
    const handler = platform.handlers.get(run.assetId) ?? platform.handlers.get(run.collection) ?? echo;
    const context = {
      blockId: run.assetId,
      blockType: run.collection,
      config: asset ? (JSON.parse(asset.body) as Input) : {},
      inputs: input,
      services: servicesFor(platform, run.teamId),
      signal,
    };
    const result = await untilAborted(() => handler(context), signal);
    return run.collection === 'agents' ? agentResult(run, input, result) : (result ?? null);
  }

  return {
    fail,
    async run(runId, signal) {
      const at = timestamp(clock);
      const run = await store
        .updateTable('assetRuns')
        .set((set) => ({ startedAt: set.fn.coalesce('startedAt', set.val(at)), updatedAt: at }))
        .where('runId', '=', runId)
        .where('status', '=', 'IN_PROGRESS')
        .returningAll()
        .executeTakeFirst();
      if (!run) return;
      try {
        await finish(runId, { status: 'SUCCESS', output: await jsonText(await output(run, signal)) });
      } catch (error) {
        rethrowIfUnfinished(signal, error);
        await fail(runId, error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** The handler of an asset without one of its own: it returns its input. */
const echo: BlockHandler = ({ inputs }) => {
  const { data = inputs.text ?? questionOf(inputs) ?? inputs } = inputs;
  return data;
};

/** The question to an agent, from either of the places where clients put it. */
function questionOf({ query }: Input): unknown {
  return typeof query === 'object' && query !== null && 'input' in query ? query.input : query;
}

/** An agent's output in the structure that its clients read. */
function agentResult(run: AssetRunRow, input: Input, output: unknown): Input {
  return {
    input: questionOf(input) ?? input,
    output: output ?? null,
    session_id: run.sessionId,
    steps: [],
    intermediateSteps: [],
    executionStats: { sessionId: run.sessionId, requestId: run.runId },
  };
}
