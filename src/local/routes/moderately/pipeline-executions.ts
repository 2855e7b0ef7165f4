import { Hono } from 'hono';
import { findObject } from '../../blobs/objects.js';
import { signDownload } from '../../blobs/transfers.js';
import { timestamp } from '../../clock.js';
import type { AppContext, AppEnv } from '../../context.js';
import type { endedAtOnce as EndedAtOnce } from '../../executions/at-once.js';
import { pipelineJob } from '../../executions/job-kinds.js';
import { Interrupted } from '../../queue/queue.js';
import { badRequest, HttpError } from '../../requests/errors.js';
import { anyOf, exactly, type ListDescription, list } from '../../requests/lists.js';
import { loadKeptRow, loadRow, newTimestamps, show } from '../../requests/records.js';
import { respond } from '../../requests/respond.js';
import { body, schema } from '../../requests/validation.js';
import { insertions, updateRow } from '../../requests/writes.js';
import { pipelineConfigurationVersions, pipelineExecutions, serialize } from '../../store/record-kinds.js';
import type { PipelineExecutionRow } from '../../store/schema.js';
import { executeAll } from '../../store/statements.js';
import { type ExecutionStatus, executionStatuses, isFinal, noStateTimes, transition } from './execution-states.js';
import { startExecution } from './start-execution.js';

const listing: ListDescription = {
  kind: pipelineExecutions,
  filters: {
    pipelineIds: anyOf('pipelineId'),
    pipelineConfigurationVersionIds: anyOf('pipelineConfigurationVersionId'),
    pipelineExecutionIds: anyOf('pipelineExecutionId'),
    teamIds: anyOf('teamId'),
    status: exactly('status', executionStatuses),
    statuses: anyOf('status'),
  },
  orderBy: ['createdAt', 'updatedAt', 'startedAt'],
};

const creation = schema(({ anyObject, count, positive, text, z }) =>
  z.object({
    pipelineConfigurationVersionId: text,
    pipelineInput: anyObject,
    pipelineInputSummary: text.max(1000),
    currentStep: count.optional(),
    totalSteps: positive.optional(),
  }),
);

const change = schema(({ anyObject, count, positive, text, time, z }) =>
  z.object({
    pipelineOutput: anyObject.nullish(),
    pipelineOutputSummary: text.max(1000).nullish(),
    status: z.enum(executionStatuses).optional(),
    progressData: anyObject.optional(),
    currentStep: count.optional(),
    totalSteps: positive.optional(),
    startedAt: time.optional(),
    completedAt: time.optional(),
    failedAt: time.optional(),
    cancelledAt: time.optional(),
    pausedAt: time.optional(),
  }),
);

const cancellation = schema(({ text, z }) => z.object({ reason: text.max(500).optional() }));

const reasonOf = ({ status }: PipelineExecutionRow): Interrupted => new Interrupted(`The execution is ${status}.`);

/** Whether a change of an execution ends the job that runs it. */
const stops = (before: PipelineExecutionRow, after: PipelineExecutionRow): boolean =>
  after.status !== before.status && after.status !== 'running';

/** Updates an execution and its job: the states cancelled and paused stop it, running resumes it. */
async function changeExecution(
  c: AppContext,
  id: string,
  status: ExecutionStatus | undefined,
  changesOf: (row: PipelineExecutionRow) => Partial<PipelineExecutionRow>,
): Promise<PipelineExecutionRow> {
  const { store, queue, clock } = c.var.platform;
  const [before, updated] = await store.transaction().execute(async (trx) => {
    const row = await loadRow(c, pipelineExecutions, id, trx);
    if (isFinal(row.status)) throw badRequest(`This execution is ${row.status}: it is finished and cannot be changed.`);
    if (status !== undefined && row.status === 'paused' && status === 'running')
      await queue.add(trx, { kind: pipelineJob, subjectId: id, teamId: row.teamId });
    const changes = { ...(status && transition(row, status, timestamp(clock))), ...changesOf(row) };
    const changed = await updateRow(c, trx, pipelineExecutions, id, changes);
    if (stops(row, changed)) await queue.requestAbort(trx, id, reasonOf(changed));
    return [row, changed] as const;
  });
  if (updated.status !== before.status) {
    if (stops(before, updated)) queue.abort(id, reasonOf(updated));
    else queue.wake();
  }
  return updated;
}

/** Loaded with the first execution. */
let endedAtOnce: typeof EndedAtOnce | undefined;

/** Executions of pipelines. They run in the background, unless they are done at once; clients poll them. */
export const pipelineExecutionRoutes = new Hono<AppEnv>()
  .get('/', async (c) => respond(c, await list(c, listing)))

  .post('/', async (c) => {
    const platform = c.get('platform');
    const request = await body(c, creation);
    const version = await loadKeptRow(c, pipelineConfigurationVersions, request.pipelineConfigurationVersionId);
    const row: PipelineExecutionRow = {
      pipelineExecutionId: platform.newId(),
      pipelineConfigurationVersionId: version.pipelineConfigurationVersionId,
      pipelineId: version.pipelineId,
      teamId: version.teamId,
      pipelineInput: JSON.stringify(request.pipelineInput),
      pipelineInputSummary: request.pipelineInputSummary,
      pipelineOutput: null,
      pipelineOutputSummary: null,
      status: 'pending',
      progressData: '{}',
      pipelineOutputFileUri: null,
      outputObjectKey: null,
      currentStep: request.currentStep ?? null,
      totalSteps: request.totalSteps ?? null,
      ...noStateTimes,
      ...newTimestamps(c),
    };
    // Importing what is loaded takes a tenth of a short run.
    endedAtOnce ??= (await import('../../executions/at-once.js')).endedAtOnce;
    const begin = performance.now();
    const ended = platform.runsExecutions ? await endedAtOnce(platform, row, version.configuration) : undefined;
    if (!ended) return await startExecution(c, pipelineExecutions, row, { kind: pipelineJob, subjectId: row.pipelineExecutionId });
    await executeAll(platform.store, insertions(c, pipelineExecutions, ended, 'execute'));
    const job = { kind: pipelineJob, subjectId: row.pipelineExecutionId };
    platform.observer?.jobStarted(pipelineJob);
    platform.observer?.jobEnded({ ...job, status: ended.status, seconds: (performance.now() - begin) / 1000 });
    // As any other, it is pending in the response to its start.
    return respond(c, serialize(pipelineExecutions, row), 201);
  })

  .get('/:id', show(pipelineExecutions))

  .patch('/:id', async (c) => {
    const { pipelineOutput, progressData, status, ...rest } = await body(c, change);
    const updated = await changeExecution(c, c.req.param('id'), status, () => ({
      ...rest,
      pipelineOutput: pipelineOutput && JSON.stringify(pipelineOutput),
      progressData: progressData && JSON.stringify(progressData),
    }));
    return respond(c, serialize(pipelineExecutions, updated));
  })

  .post('/:id/cancel', async (c) => {
    const { reason } = await body(c, cancellation);
    const updated = await changeExecution(c, c.req.param('id'), 'cancelled', ({ progressData }) =>
      reason === undefined ? {} : { progressData: JSON.stringify({ ...JSON.parse(progressData), cancelReason: reason }) },
    );
    return respond(c, serialize(pipelineExecutions, updated));
  })

  .get('/:id/output', async (c) => {
    const { platform } = c.var;
    const row = await loadRow(c, pipelineExecutions, c.req.param('id'));
    if (row.pipelineOutput !== null) {
      return c.json({ type: 'inline', data: JSON.parse(row.pipelineOutput), summary: row.pipelineOutputSummary });
    }
    const object = row.outputObjectKey === null ? undefined : await findObject(platform, row.outputObjectKey);
    if (!object) throw new HttpError(404, `This execution is ${row.status} and has no output.`);
    const { url, expiresAt } = await signDownload(platform, object);
    return c.json({
      type: 's3',
      downloadUrl: url,
      expiresAt,
      metadata: { fileSizeBytes: object.size, compressionType: 'gzip', fileType: 'json', outputSummary: row.pipelineOutputSummary },
    });
  });
