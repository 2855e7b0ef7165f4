import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.js';
import { agentJob } from '../../executions/job-kinds.js';
import { HttpError, notFound } from '../../requests/errors.js';
import { anyOf, type Filter, type ListDescription, list, number } from '../../requests/lists.js';
import { loadRow, newTimestamps, show } from '../../requests/records.js';
import { respond } from '../../requests/respond.js';
import { body, schema } from '../../requests/validation.js';
import { agentConfigurationVersions, agentExecutions, type JsonRecord, memoryStates, serialize } from '../../store/record-kinds.js';
import type { AgentExecutionRow, MemoryStateRow } from '../../store/schema.js';
import { noStateTimes } from './execution-states.js';
import { startExecution } from './start-execution.js';

const hasOutput: Filter = (query, parameters, parameter) => {
  const expected = parameters.boolean(parameter);
  return expected === undefined ? query : query.add(`"agentOutput" is ${expected ? 'not ' : ''}null`);
};

const listing: ListDescription = {
  kind: agentExecutions,
  filters: {
    agentExecutionIds: anyOf('agentExecutionId'),
    agentIds: anyOf('agentId'),
    teamIds: anyOf('teamId'),
    agentConfigurationVersionIds: anyOf('agentConfigurationVersionId'),
    statuses: anyOf('status'),
    hasAgentOutput: hasOutput,
  },
  orderBy: [],
  pageSize: { default: 20, max: 100 },
};

const creation = schema(({ anyObject, name, text, z }) =>
  z.object({
    agentConfigurationVersionId: text,
    agentInput: anyObject,
    agentInputSummary: name(500),
    agentInputSchema: z.unknown().optional(),
    agentOutputSchema: z.unknown().optional(),
    maxActions: z.int().min(1).max(100).nullish(),
    planningInterval: z.int().min(1).max(50).nullish(),
  }),
);

/** The memory states of one execution; the filter `latest` selects the newest only. */
function statesOf(agentExecutionId: string): ListDescription {
  const latest: Filter = (query, parameters, parameter) =>
    parameters.boolean(parameter)
      ? query.add('version = (select max(version) from "agentExecutionMemoryStates" where "agentExecutionId" = ?)', agentExecutionId)
      : query;
  return {
    kind: memoryStates,
    scope: (query) => query.where('agentExecutionId', '=', agentExecutionId),
    filters: { version: number('version'), latest },
    orderBy: ['version', 'createdAt'],
  };
}

function latestState(c: AppContext, agentExecutionId: string): Promise<MemoryStateRow | undefined> {
  return c.var.platform.store
    .selectFrom('agentExecutionMemoryStates')
    .selectAll()
    .where('agentExecutionId', '=', agentExecutionId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The current state of an execution in one response: its status, its latest memory state and its steps. */
async function liveTail(c: AppContext, row: AgentExecutionRow): Promise<JsonRecord> {
  const { agentExecutionId, status, currentStep, createdAt, updatedAt, startedAt, completedAt } = row;
  const latest = await latestState(c, agentExecutionId);
  const latestMemoryState = latest ? serialize(memoryStates, latest) : null;
  const { steps = [] } = JSON.parse(latest?.state ?? '{}') as { steps?: unknown[] };
  return {
    execution: { agentExecutionId, status, currentStep, createdAt, updatedAt, startedAt, completedAt },
    latestMemoryState,
    steps,
    totalVersions: latest?.version ?? 0,
  };
}

/** Executions of agents. They run in the background; clients poll them. */
export const agentExecutionRoutes = new Hono<AppEnv>()
  .get('/', async (c) => respond(c, await list(c, listing)))

  .post('/', async (c) => {
    const { platform } = c.var;
    const request = await body(c, creation);
    const version = await loadRow(c, agentConfigurationVersions, request.agentConfigurationVersionId);
    const { max_actions, planning_interval } = JSON.parse(version.executionConfig) as { max_actions: number; planning_interval: number };
    const row: AgentExecutionRow = {
      agentExecutionId: platform.newId(),
      agentConfigurationVersionId: version.agentConfigurationVersionId,
      agentId: version.agentId,
      teamId: version.teamId,
      agentInput: JSON.stringify(request.agentInput),
      agentInputSchema: request.agentInputSchema === undefined ? version.inputSchema : JSON.stringify(request.agentInputSchema),
      agentInputSummary: request.agentInputSummary,
      agentOutput: null,
      agentOutputSchema: request.agentOutputSchema === undefined ? version.outputSchema : JSON.stringify(request.agentOutputSchema),
      agentOutputSummary: null,
      status: 'pending',
      thoughts: '[]',
      maxActions: request.maxActions ?? max_actions,
      currentStep: null,
      planningInterval: request.planningInterval ?? planning_interval,
      ...noStateTimes,
      ...newTimestamps(c),
    };
    return await startExecution(c, agentExecutions, row, { kind: agentJob, subjectId: row.agentExecutionId });
  })

  .get('/:id', show(agentExecutions))

  .get('/:id/memory-states', async (c) => {
    const { agentExecutionId } = await loadRow(c, agentExecutions, c.req.param('id'));
    return respond(c, await list(c, statesOf(agentExecutionId)));
  })

  .get('/:id/memory-states/:version', async (c) => {
    const { agentExecutionId } = await loadRow(c, agentExecutions, c.req.param('id'));
    const version = c.req.param('version');
    if (!/^\d+$/.test(version)) throw notFound('memory state version', version);
    const row = await c.var.platform.store
      .selectFrom('agentExecutionMemoryStates')
      .selectAll()
      .where('agentExecutionId', '=', agentExecutionId)
      .where('version', '=', Number(version))
      .executeTakeFirst();
    if (!row) throw new HttpError(404, `This execution has no memory state ${version}.`);
    return respond(c, serialize(memoryStates, row));
  })

  .get('/:id/live-tail', async (c) => respond(c, await liveTail(c, await loadRow(c, agentExecutions, c.req.param('id')))));
