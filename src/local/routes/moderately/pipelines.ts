import { Hono } from 'hono';
import { deleteObjects } from '../../blobs/objects.js';
import type { Environment } from '../../context.js';
import { Interrupted } from '../../executions/interrupted.js';
import { pipelines, toWire } from '../../store/records.js';
import type { PipelineRow } from '../../store/schema.js';
import { checkTeam } from '../../wire/auth.js';
import { anyOf, contains, type ListDescription, list } from '../../wire/lists.js';
import { loadRow, stamps } from '../../wire/records.js';
import { body, name, text, z } from '../../wire/validation.js';
import { deleteRow, insertRow, updateRow, write } from '../../wire/writes.js';
import { withMetrics } from './metrics.js';

const listing: ListDescription = {
  entity: pipelines,
  filters: { teamIds: anyOf('teamId'), pipelineIds: anyOf('pipelineId'), nameLike: contains('nameLower') },
  orderBy: ['name', 'createdAt', 'updatedAt'],
};

const creation = z.object({ teamId: z.string(), name: name(), description: text.max(1000).nullish() });
const change = z.object({ name: name().optional(), description: text.max(1000).nullish() });

const taken = (value: string | undefined) => `A pipeline with the name '${value}' already exists in this team.`;

/** Pipelines. What they do is in their configuration versions. */
export const pipelineRoutes = new Hono<Environment>()
  .get('/', async (c) => {
    const { items, pagination } = await list(c, listing);
    return c.json({ items: await withMetrics(c, 'pipelineExecutions', 'pipelineId', items), pagination });
  })

  .post('/', async (c) => {
    const request = await body(c, creation);
    checkTeam(c, request.teamId);
    const row: PipelineRow = {
      pipelineId: c.var.platform.newId(),
      teamId: request.teamId,
      name: request.name,
      nameLower: request.name.toLowerCase(),
      description: request.description ?? null,
      ...stamps(c),
    };
    await write(c, taken(row.name), (store) => insertRow(c, store, pipelines, row));
    return c.json(toWire(pipelines, row), 201);
  })

  .get('/:id', async (c) => {
    const item = toWire(pipelines, await loadRow(c, pipelines, c.req.param('id')));
    return c.json((await withMetrics(c, 'pipelineExecutions', 'pipelineId', [item]))[0]);
  })

  .patch('/:id', async (c) => {
    const row = await loadRow(c, pipelines, c.req.param('id'));
    const request = await body(c, change);
    const changes = { ...request, nameLower: request.name?.toLowerCase() };
    const updated = await write(c, taken(request.name), (store) => updateRow(c, store, pipelines, row.pipelineId, changes));
    return c.json(toWire(pipelines, updated));
  })

  .delete('/:id', async (c) => {
    const { store, queue } = c.var.platform;
    const row = await loadRow(c, pipelines, c.req.param('id'));
    const executions = await store
      .selectFrom('pipelineExecutions')
      .select(['pipelineExecutionId', 'status', 'outputObjectKey'])
      .where('pipelineId', '=', row.pipelineId)
      .where((is) => is.or([is('status', 'in', ['pending', 'running', 'paused']), is('outputObjectKey', 'is not', null)]))
      .execute();
    await store.transaction().execute((trx) => deleteRow(c, trx, pipelines, row));
    for (const { pipelineExecutionId } of executions) queue.abort(pipelineExecutionId, new Interrupted('The pipeline was deleted.'));
    await deleteObjects(
      c.var.platform,
      executions.flatMap(({ outputObjectKey }) => outputObjectKey ?? []),
    );
    return c.json({});
  });
