import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.js';
import { assetJob } from '../../executions/asset-runner.js';
import { badRequest, notFound } from '../../requests/errors.js';
import { newTimestamps } from '../../requests/records.js';
import { body, z } from '../../requests/validation.js';
import type { AssetRow, AssetRunRow } from '../../store/schema.js';
import { findAsset, loadAsset } from './assets.js';

/** Starts a run of an asset. The response has the poll URL under the names that both generations of clients read. */
async function start(
  c: AppContext,
  asset: Pick<AssetRow, 'assetId' | 'collection'>,
  pollPath: (runId: string) => string,
): Promise<Response> {
  const { platform } = c.var;
  const input = await body(c, z.looseObject({}));
  const run: AssetRunRow = {
    runId: platform.newId(),
    teamId: c.var.principal.homeTeamId,
    assetId: asset.assetId,
    collection: asset.collection,
    input: JSON.stringify(input),
    status: 'IN_PROGRESS',
    output: null,
    error: null,
    sessionId: c.req.header('x-session-id') ?? null,
    startedAt: null,
    finishedAt: null,
    ...newTimestamps(c),
  };
  await platform.store.transaction().execute(async (store) => {
    await store.insertInto('assetRuns').values(run).execute();
    await platform.queue.add(store, assetJob, run.runId);
  });
  platform.queue.wake();
  const url = `${platform.address.url}${pollPath(run.runId)}`;
  return c.json({ requestId: run.runId, status: run.status, completed: false, url, data: url }, 201);
}

async function result(c: AppContext, runId: string): Promise<Response> {
  const run = await c.var.platform.store.selectFrom('assetRuns').selectAll().where('runId', '=', runId).executeTakeFirst();
  if (!run || !c.var.principal.teamIds.includes(run.teamId)) throw notFound('run', runId);
  const { status, sessionId, startedAt, finishedAt } = run;
  const common = { status, completed: status !== 'IN_PROGRESS', requestId: runId, ...(sessionId !== null && { sessionId }) };
  if (!common.completed) return c.json(common);
  const runTime = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0;
  const finished = { ...common, usedCredits: 0, runTime };
  return c.json(
    status === 'SUCCESS'
      ? { ...finished, data: JSON.parse(run.output ?? 'null') }
      : { ...finished, data: null, errorMessage: run.error, error: run.error },
  );
}

const pipelinePollPath = (runId: string): string => `/assets/pipeline/execution/poll/${runId}`;
const assetPollPath = (collection: string) => (runId: string) => `/sdk/${collection === 'agents' ? 'agents' : 'runs'}/${runId}/result`;

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`'${path}' is not a valid percent-encoded path.`);
  }
}

/** Runs a model by its own URL, in which the slashes of the id need not be encoded. */
async function execute(c: AppContext): Promise<Response> {
  const id = unescaped(new URL(c.req.url).pathname.split('/execute/')[1] ?? '');
  const asset = await findAsset(c, id);
  if (!asset && !c.var.platform.handlers.has(id)) throw notFound('model', id);
  return await start(c, asset ?? { assetId: id, collection: 'models' }, assetPollPath('models'));
}

/** Starting and polling runs of assets. */
export const runRoutes = new Hono<AppEnv>()
  .post('/assets/pipeline/execution/run/:id', async (c) => start(c, await loadAsset(c, 'pipelines', c.req.param('id')), pipelinePollPath))
  .get('/assets/pipeline/execution/poll/:runId', (c) => result(c, c.req.param('runId')))
  .post('/api/v1/execute/*', execute)
  .post('/api/v2/execute/*', execute)
  .post('/:prefix{v1|v2|sdk}/:collection/:id/run', async (c) => {
    const collection = c.req.param('collection');
    return await start(c, await loadAsset(c, collection, c.req.param('id')), assetPollPath(collection));
  })
  .get('/sdk/:collection/:runId/result', (c) => result(c, c.req.param('runId')));
