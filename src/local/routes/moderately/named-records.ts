import { type Context, Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { agents, pipelines, toWire } from '../../store/records.js';
import type { AgentRow, PipelineRow } from '../../store/schema.js';
import { checkTeam } from '../../wire/auth.js';
import { anyOf, contains, type ListDescription, list } from '../../wire/lists.js';
import { loadRow, recordId, stamps } from '../../wire/records.js';
import { body, name, text, z } from '../../wire/validation.js';
import { deleteRow, insertRow, nameProblem, updateRow, write } from '../../wire/writes.js';
import { type RunTable, withMetrics } from './metrics.js';

/** Pipelines and agents: a name and a description, versions of a configuration, executions. */
const kinds = {
  pipeline: { entity: pipelines, id: 'pipelineId', runs: 'pipelineExecutions' },
  agent: { entity: agents, id: 'agentId', runs: 'agentExecutions' },
} as const;

const creation = z.object({ teamId: text, name: name(), description: text.max(1000).nullish() });
const change = z.object({ name: name().optional(), description: text.max(1000).nullish() });

interface Options {
  /** The query parameter with a list of ids. */
  idsParameter: string;
  /** Whether a change of the name to one that is taken is a 409; otherwise it is a 400, where the contract has no 409. */
  updateConflicts: boolean;
  /** Stops and clears away what a record's executions left, once it is deleted. It is asked before, and called after. */
  cleanUp: (c: Context<AppContext>, id: string) => Promise<() => Promise<void>>;
}

/** The routes of pipelines, or of agents. */
export function namedRecordRoutes(kind: keyof typeof kinds, { idsParameter, updateConflicts, cleanUp }: Options): Hono<AppContext> {
  const { entity, id: idColumn, runs } = kinds[kind];
  const metrics: RunTable = { table: runs, owner: idColumn };
  const listing: ListDescription = {
    entity,
    filters: { teamIds: anyOf('teamId'), [idsParameter]: anyOf(idColumn), nameLike: contains('nameLower') },
    orderBy: ['name', 'createdAt', 'updatedAt'],
  };
  const article = kind === 'agent' ? 'An agent' : 'A pipeline';
  const taken = (value: string | undefined) => `${article} with the name '${value}' already exists in this team.`;

  return new Hono<AppContext>()
    .get('/', async (c) => {
      const { items, pagination } = await list(c, listing);
      return c.json({ items: await withMetrics(c, metrics, items), pagination });
    })

    .post('/', async (c) => {
      const request = await body(c, creation);
      checkTeam(c, request.teamId);
      const common = {
        teamId: request.teamId,
        name: request.name,
        nameLower: request.name.toLowerCase(),
        description: request.description ?? null,
        ...stamps(c),
      };
      const row = { [idColumn]: recordId(c), ...common } as unknown as PipelineRow | AgentRow;
      await write(c, taken(request.name), (store) => insertRow(c, store, entity, row));
      return c.json(toWire(entity, row), 201);
    })

    .get('/:id', async (c) => {
      const item = toWire(entity, await loadRow(c, entity, c.req.param('id')));
      return c.json((await withMetrics(c, metrics, [item]))[0]);
    })

    .patch('/:id', async (c) => {
      const request = await body(c, change);
      const id = c.req.param('id');
      const changes = { ...request, nameLower: request.name?.toLowerCase() };
      const updating = write(c, taken(request.name), async (store) => {
        await loadRow(c, entity, id, store);
        return await updateRow(c, store, entity, id, changes);
      });
      return c.json(toWire(entity, await (updateConflicts ? updating : nameProblem(updating))));
    })

    .delete('/:id', async (c) => {
      const row = await loadRow(c, entity, c.req.param('id'));
      const clean = await cleanUp(c, c.req.param('id'));
      await c.var.platform.store.transaction().execute((store) => deleteRow(c, store, entity, row));
      await clean();
      return c.json({});
    });
}
