import { Hono } from 'hono';
import { agentCollections, modelCollections } from '../../assets/collections.js';
import { bodyOf } from '../../assets/rows.js';
import { keysOf } from '../../assets/spelling.js';
import type { AppContext, AppEnv } from '../../context.js';
import { assetRunner } from '../../executions/asset-runner.js';
import { questionOf } from '../../executions/assets/question.js';
import { writeEnd } from '../../queue/queue.js';
import { badRequest } from '../../requests/errors.js';
import { body } from '../../requests/validation.js';
import { z } from '../../requests/vocabulary.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow, AssetRunRow } from '../../store/schema.js';
import { rowOf } from '../../store/statements.js';
import { checkUsageLimits } from './api-keys.js';
import { findAsset, loadAsset, missing } from './assets.js';
import { checkParams } from './model-params.js';
import { insertRun, type Runnable, startRun } from './start-run.js';
import { streamRun, wantsStream } from './stream.js';
import { platformAction } from './tools.js';

type PollPath = (runId: string) => string;

const input = (c: AppContext): Promise<JsonRecord> => body(c, z.looseObject({}));

/** Starts a run. The response has the poll URL under the names that both generations of clients read. */
async function start(c: AppContext, asset: Runnable, sent: JsonRecord, pollPath: PollPath): Promise<Response> {
  await checkUsageLimits(c, asset.assetId);
  const runId = await startRun(c, asset, sent);
  const url = `${c.var.platform.address.url}${pollPath(runId)}`;
  return c.json({ requestId: runId, status: 'IN_PROGRESS', completed: false, url, data: url }, 201);
}

/** A run as a poll sees it. */
function resultOf(run: AssetRunRow): JsonRecord {
  const { runId, status, sessionId, startedAt, finishedAt } = run;
  const extras = run.extras ? (JSON.parse(run.extras) as JsonRecord) : {};
  const common = { status, completed: status !== 'IN_PROGRESS', requestId: runId, ...(sessionId !== null && { sessionId }) };
  if (!common.completed) {
    // The steps so far.
    const data = run.output === null ? { steps: [] } : (JSON.parse(run.output) as unknown);
    return { ...common, ...(agentCollections.includes(run.collection) && { data }) };
  }
  const runTime = startedAt && finishedAt ? (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000 : 0;
  const finished = { ...common, usedCredits: 0, runTime };
  if (status === 'SUCCESS') return { ...finished, data: JSON.parse(run.output ?? 'null'), ...extras };
  return { ...finished, data: null, errorMessage: run.error, error: run.error, ...extras };
}

async function result(c: AppContext, runId: string): Promise<Response> {
  const run = await rowOf<AssetRunRow>(c.get('platform').store, 'select * from "assetRuns" where "runId" = ?', [runId]);
  if (!run || !c.var.principal.teamIds.includes(run.teamId)) throw missing('run', runId);
  return c.json(resultOf(run));
}

/** Runs a model to its end within the request, as models do that are only synchronous. */
async function runDirectly(c: AppContext, asset: Runnable, sent: JsonRecord): Promise<Response> {
  const { platform } = c.var;
  await checkUsageLimits(c, asset.assetId);
  const { runId } = await insertRun(c, platform.store, asset, sent);
  const end = await assetRunner(platform).run(runId, c.req.raw.signal);
  await platform.store.transaction().execute((store) => writeEnd(store, end));
  return await result(c, runId);
}

function isOnlySynchronous({ connectionType }: JsonRecord): boolean {
  const types = keysOf(connectionType);
  return types.includes('synchronous') && !types.includes('asynchronous');
}

/** Runs a model, a tool, an integration or a utility, or asks one about itself. */
async function runModel(c: AppContext, asset: Runnable, row: AssetRow | undefined, pollPath: PollPath, direct: boolean): Promise<Response> {
  const sent = await input(c);
  const record = row ? bodyOf(row) : {};
  const answer = row && (await platformAction(c, row, sent));
  if (answer) return c.json(answer);
  checkParams(record, sent);
  if (wantsStream(sent)) {
    await checkUsageLimits(c, asset.assetId);
    return await streamRun(c, asset, row, sent);
  }
  return direct && isOnlySynchronous(record) ? await runDirectly(c, asset, sent) : await start(c, asset, sent, pollPath);
}

/** @throws HttpError 400 for a run of an agent without anything to do. */
function checkQuery(sent: JsonRecord): void {
  const question = questionOf(sent) ?? sent.data;
  const empty = question === undefined || question === null || (typeof question === 'string' && question.trim() === '');
  const other = [sent.attachments, sent.tasks, sent.history].some((list) => Array.isArray(list) && list.length > 0);
  if (empty && !other) throw badRequest('The query is empty: send `query` as text, or as an object with `input`.');
}

const pipelinePollPath: PollPath = (runId) => `/assets/pipeline/execution/poll/${runId}`;
const modelPollPath: PollPath = (runId) => `/api/v1/data/${runId}`;
const assetPollPath =
  (collection: string): PollPath =>
  (runId) =>
    `/sdk/${agentCollections.includes(collection) ? 'agents' : 'runs'}/${runId}/result`;

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw badRequest(`'${path}' is not a valid percent-encoded path.`);
  }
}

/** Runs a model by its own URL, in which the slashes of the id need not be encoded. */
const execute =
  (direct: boolean) =>
  async (c: AppContext): Promise<Response> => {
    const id = unescaped(new URL(c.req.url).pathname.split('/execute/')[1] ?? '');
    const row = await findAsset(c, id);
    if (!row && !c.var.platform.handlers.has(id)) throw missing('model', id);
    const asset = row ?? { assetId: id, collection: 'models' };
    return await runModel(c, asset, row, modelPollPath, direct);
  };

/** Starting and polling runs of assets. */
export const runRoutes = new Hono<AppEnv>()
  .post('/assets/pipeline/execution/run/:id', async (c) => {
    return await start(c, await loadAsset(c, 'pipelines', c.req.param('id')), await input(c), pipelinePollPath);
  })
  .get('/assets/pipeline/execution/poll/:runId', (c) => result(c, c.req.param('runId')))
  .post('/api/v1/execute/*', execute(false))
  .post('/api/v2/execute/*', execute(true))
  .get('/api/:version{(?:v1|v2)}/data/:runId', (c) => result(c, c.req.param('runId')))
  .post('/:prefix{(?:v1|v2|sdk)}/:collection/:id/run', async (c) => {
    const collection = c.req.param('collection');
    const row = await loadAsset(c, collection, c.req.param('id'));
    const pollPath = assetPollPath(collection);
    if (modelCollections.includes(row.collection)) return await runModel(c, row, row, pollPath, true);
    const sent = await input(c);
    if (agentCollections.includes(row.collection)) checkQuery(sent);
    return await start(c, row, sent, pollPath);
  })
  .get('/sdk/:collection/:runId/result', (c) => result(c, c.req.param('runId')));
