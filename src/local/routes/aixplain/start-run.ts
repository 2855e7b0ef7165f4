import type { AppContext } from '../../context.js';
import { assetJob } from '../../executions/job-kinds.js';
import { insertRun as insert, type Runnable } from '../../executions/start.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRunRow } from '../../store/schema.js';

export type { Runnable };

/** Writes a run that begins with a request. */
export async function insertRun(c: AppContext, store: Store, asset: Runnable, input: JsonRecord): Promise<AssetRunRow> {
  const { platform, principal } = c.var;
  const sessionId = c.req.header('x-session-id') ?? input.sessionId;
  const origin = {
    teamId: principal.homeTeamId,
    apiKeyId: principal.tokenId,
    sessionId: typeof sessionId === 'string' && sessionId !== '' ? sessionId : null,
  };
  return await insert(platform, store, origin, asset, input);
}

/** Adds a run to the queue, in a transaction; wake the queue once it is committed. */
export async function enqueueRun(c: AppContext, store: Store, asset: Runnable, input: JsonRecord): Promise<string> {
  const { queue } = c.var.platform;
  const { runId: subjectId, teamId } = await insertRun(c, store, asset, input);
  await queue.add(store, { kind: assetJob, subjectId, teamId });
  return subjectId;
}
