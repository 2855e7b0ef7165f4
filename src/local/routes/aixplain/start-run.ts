import type { AppContext } from '../../context.js';
import { assetJob } from '../../executions/asset-runner.js';
import { newTimestamps } from '../../requests/records.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow, AssetRunRow } from '../../store/schema.js';

/** What a run is of. An asset that only has a handler counts as a model. */
export type Runnable = Pick<AssetRow, 'assetId' | 'collection'>;

/** Writes a run that begins. */
export async function insertRun(c: AppContext, store: Store, { assetId, collection }: Runnable, input: JsonRecord): Promise<AssetRunRow> {
  const { platform, principal } = c.var;
  const sessionId = c.req.header('x-session-id') ?? input.sessionId;
  const run: AssetRunRow = {
    runId: platform.newId(),
    teamId: principal.homeTeamId,
    assetId,
    collection,
    input: JSON.stringify(input),
    status: 'IN_PROGRESS',
    output: null,
    error: null,
    extras: null,
    sessionId: typeof sessionId === 'string' && sessionId !== '' ? sessionId : null,
    apiKeyId: principal.tokenId,
    tokens: 0,
    startedAt: null,
    finishedAt: null,
    ...newTimestamps(c),
  };
  await store.insertInto('assetRuns').values(run).execute();
  return run;
}

/** Adds a run to the queue, in a transaction; wake the queue once it is committed. */
export async function enqueueRun(c: AppContext, store: Store, asset: Runnable, input: JsonRecord): Promise<string> {
  const { runId } = await insertRun(c, store, asset, input);
  await c.var.platform.queue.add(store, assetJob, runId);
  return runId;
}
