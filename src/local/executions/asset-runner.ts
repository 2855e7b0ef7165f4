import { builtinAsset } from '../assets/builtin.js';
import { agentCollections, collectionOf } from '../assets/collections.js';
import { addMessage } from '../assets/messages.js';
import { bodyOf } from '../assets/rows.js';
import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import { jsonText } from '../isolation/json-writer.js';
import type { JobRunner } from '../queue/queue.js';
import type { Store } from '../store/database.js';
import type { JsonRecord } from '../store/record-kinds.js';
import type { AssetRow, AssetRunRow } from '../store/schema.js';
import { assignments, rowOf } from '../store/statements.js';
import { finishTriggered } from '../triggers/scheduler.js';
import { runArchitecture } from './architecture/run.js';
import { runAgent } from './assets/agents.js';
import { textOf, wholeOf } from './assets/chunks.js';
import { callHandler } from './assets/handlers.js';
import { type AssetResult, modelResult, RunFailure } from './assets/results.js';
import { rethrowIfUnfinished } from './interruption.js';

const begin = `
  update "assetRuns" set "startedAt" = coalesce("startedAt", ?), "updatedAt" = ? where "runId" = ? and status = 'IN_PROGRESS' returning *`;

type RunEnd = { result: AssetResult } | { error: unknown };

/** What writes the end of a run, also to the trigger that started it. The message that did gets its answer in the session. */
async function endOf(platform: Platform, runId: string, end: RunEnd): Promise<(store: Store) => Promise<void>> {
  const { clock } = platform;
  const at = timestamp(clock);
  const changes: Partial<AssetRunRow> =
    'result' in end
      ? {
          status: 'SUCCESS',
          output: await jsonText(end.result.data ?? null),
          extras: JSON.stringify(end.result.extras),
          tokens: end.result.tokens,
        }
      : {
          status: 'FAILED',
          error: end.error instanceof Error ? end.error.message : String(end.error),
          extras: end.error instanceof RunFailure ? JSON.stringify(end.error.extras) : null,
        };
  return async (store) => {
    const before = await rowOf<Pick<AssetRunRow, 'extras'>>(store, 'select extras from "assetRuns" where "runId" = ?', [runId]);
    const values = { ...changes, finishedAt: at, updatedAt: at };
    const text = `update "assetRuns" set ${assignments(values)} where "runId" = ? and status = 'IN_PROGRESS' returning *`;
    const run = await rowOf<AssetRunRow>(store, text, [...Object.values(values), runId]);
    const origin = run && before?.extras ? (JSON.parse(before.extras) as JsonRecord) : {};
    if (origin.triggerId !== undefined) await finishTriggered(platform, store, origin, 'error' in end);
    if (!run?.sessionId) return;
    const started = await store
      .selectFrom('assets')
      .innerJoin('assetFacets', 'assetFacets.assetId', 'assets.assetId')
      .select('assets.assetId')
      .where('parentId', '=', run.sessionId)
      .where('facet', '=', 'requestId')
      .where('value', '=', runId)
      .executeTakeFirst();
    const session = started && (await store.selectFrom('assets').selectAll().where('assetId', '=', run.sessionId).executeTakeFirst());
    if (!session) return;
    const { output = null } = 'result' in end ? ((end.result.data ?? {}) as JsonRecord) : {};
    const content = 'result' in end ? textOf(output) : `The run failed: ${run.error}`;
    await addMessage(store, platform, session, { role: 'assistant', content, requestId: runId, attachments: null }, 'completed');
  };
}

/** Writes the end of a run that no job is for. */
export async function finishAssetRun(platform: Platform, runId: string, end: RunEnd): Promise<void> {
  await platform.store.transaction().execute(await endOf(platform, runId, end));
  platform.queue.wake();
}

/** The asset that a run is of; undefined for one that only has a handler. */
async function assetOf({ store, handlers }: Platform, run: AssetRunRow): Promise<AssetRow | undefined> {
  const saved = await rowOf<AssetRow>(store, 'select * from assets where "assetId" = ?', [run.assetId]);
  const asset = saved ?? builtinAsset(run.assetId, run.teamId);
  if (asset || handlers.has(run.assetId)) return asset;
  const { label } = collectionOf(run.collection);
  throw new Error(`${label[0]?.toUpperCase()}${label.slice(1)} not found: there is none with the id '${run.assetId}'.`);
}

/** Runs aiXplain's assets: pipelines by their graph, all others with their handler. */
export function assetRunner(platform: Platform): JobRunner {
  const { store, clock } = platform;

  async function work(run: AssetRunRow, signal: AbortSignal): Promise<AssetResult> {
    const input = JSON.parse(run.input) as JsonRecord;
    const asset = await assetOf(platform, run);
    const record = asset && bodyOf(asset);
    if (run.collection === 'pipelines') {
      return { data: await runArchitecture(platform, run.teamId, record ?? {}, input, signal), extras: {}, tokens: 0 };
    }
    if (agentCollections.includes(run.collection)) return await runAgent(platform, run, record, input, signal);
    const result = await wholeOf(await callHandler(platform, run, record, input, signal), signal);
    return modelResult(record, run, input, result);
  }

  return {
    fail: (runId, message) => endOf(platform, runId, { error: message }),
    async run(runId, signal) {
      const at = timestamp(clock);
      const run = await rowOf<AssetRunRow>(store, begin, [at, at, runId]);
      if (!run) return;
      try {
        return await endOf(platform, runId, { result: await work(run, signal) });
      } catch (error) {
        rethrowIfUnfinished(signal, error);
        return await endOf(platform, runId, { error });
      }
    },
  };
}
