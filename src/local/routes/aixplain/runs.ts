import { type Context, Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { assetJob } from '../../executions/asset-runner.js';
import type { AssetRow, AssetRunRow } from '../../store/schema.js';
import { badRequest, notFound } from '../../wire/errors.js';
import { stamps } from '../../wire/records.js';
import { body, z } from '../../wire/validation.js';
import { findAsset, loadAsset } from './assets.js';

/** Starts a run of an asset; the answer says where to ask for the result, in the words of both generations of clients. */
async function start(
  c: Context<AppContext>,
  asset: Pick<AssetRow, 'assetId' | 'collection'>,
  poll: (runId: string) => string,
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
    ...stamps(c),
  };
  await platform.store.transaction().execute(async (store) => {
    await store.insertInto('assetRuns').values(run).execute();
    await platform.queue.add(store, assetJob, run.runId);
  });
  platform.queue.wake();
  const url = `${new URL(c.req.url).origin}${poll(run.runId)}`;
  return c.json({ requestId: run.runId, status: run.status, completed: false, url, data: url }, 201);
}

async function result(c: Context<AppContext>, runId: string): Promise<Response> {
  const run = await c.var.platform.store.selectFrom('assetRuns').selectAll().where('runId', '=', runId).executeTakeFirst();
  if (!run || !c.var.principal.teamIds.includes(run.teamId)) throw notFound('run', runId);
  const { status, sessionId, startedAt, finishedAt } = run;
  const common = { status, completed: status !== 'IN_PROGRESS', requestId: runId, ...(sessionId !== null && { sessionId }) };
  if (!common.completed) return c.json(common);
  const runTime = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0;
  const ended = { ...common, usedCredits: 0, runTime };
  return c.json(
    status === 'SUCCESS'
      ? { ...ended, data: JSON.parse(run.output ?? 'null') }
      : { ...ended, data: null, errorMessage: run.error, error: run.error },
  );
}

const pipelinePoll = (runId: string): string => `/assets/pipeline/execution/poll/${runId}`;
const assetPoll = (collection: string) => (runId: string) => `/sdk/${collection === 'agents' ? 'agents' : 'runs'}/${runId}/result`;

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`'${path}' is not escaped as addresses are.`);
  }
}

/** A model is run by an address of its own, where its id stands as it is, slashes and all. */
async function execute(c: Context<AppContext>): Promise<Response> {
  const id = unescaped(new URL(c.req.url).pathname.split('/execute/')[1] ?? '');
  const asset = await findAsset(c, id);
  if (!asset && !c.var.platform.handlers.has(id)) throw notFound('model', id);
  return await start(c, asset ?? { assetId: id, collection: 'models' }, assetPoll('models'));
}

/** Runs of assets, and where to ask for their results. */
export const runRoutes = new Hono<AppContext>()
  .post('/assets/pipeline/execution/run/:id', async (c) => start(c, await loadAsset(c, 'pipelines', c.req.param('id')), pipelinePoll))
  .get('/assets/pipeline/execution/poll/:runId', (c) => result(c, c.req.param('runId')))
  .post('/api/v1/execute/*', execute)
  .post('/api/v2/execute/*', execute)
  .post('/:prefix{v1|v2|sdk}/:collection/:id/run', async (c) => {
    const collection = c.req.param('collection');
    return await start(c, await loadAsset(c, collection, c.req.param('id')), assetPoll(collection));
  })
  .get('/sdk/:collection/:runId/result', (c) => result(c, c.req.param('runId')));
