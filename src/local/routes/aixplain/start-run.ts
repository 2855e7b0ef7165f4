import type { AppContext } from '../../context.js';
import { assetJob } from '../../executions/job-kinds.js';
import { insertRun as insert, newRun, type Runnable, type RunOrigin } from '../../executions/start.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRunRow } from '../../store/schema.js';
import { executeAll, insertion } from '../../store/statements.js';

export type { Runnable };

/** Whose run begins with a request. */
function originOf(c: AppContext, input: JsonRecord): RunOrigin {
  const { principal } = c.var;
  const sessionId = c.req.header('x-session-id') ?? input.sessionId;
  return {
    teamId: principal.homeTeamId,
    apiKeyId: principal.tokenId,
    sessionId: typeof sessionId === 'string' && sessionId !== '' ? sessionId : null,
  };
}

/** Writes a run that begins with a request. */
export async function insertRun(c: AppContext, store: Store, asset: Runnable, input: JsonRecord): Promise<AssetRunRow> {
  return await insert(c.var.platform, store, originOf(c, input), asset, input);
}

/** Writes a run that begins with a request, and its job. Gives the id of the run. */
export async function startRun(c: AppContext, asset: Runnable, input: JsonRecord): Promise<string> {
  const { platform } = c.var;
  const run = newRun(platform, originOf(c, input), asset, input);
  const { runId: subjectId, teamId } = run;
  await platform.queue.checkRoom(teamId);
  await platform.queue.addAndRun({ kind: assetJob, subjectId, teamId }, (addition) =>
    executeAll(platform.store, [insertion('assetRuns', run), addition]),
  );
  return subjectId;
}

/** Adds a run to the queue, in a transaction; wake the queue once it is committed. */
export async function enqueueRun(c: AppContext, store: Store, asset: Runnable, input: JsonRecord): Promise<string> {
  const { queue } = c.var.platform;
  const { runId: subjectId, teamId } = await insertRun(c, store, asset, input);
  await queue.add(store, { kind: assetJob, subjectId, teamId });
  return subjectId;
}
