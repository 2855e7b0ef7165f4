import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.js';
import { checkTeam } from '../../requests/authentication.js';
import { anyOf, contains, type ListDescription, list } from '../../requests/lists.js';
import { loadRow, newRecordId, newTimestamps } from '../../requests/records.js';
import { respond } from '../../requests/respond.js';
import { body, schema } from '../../requests/validation.js';
import { conflictAsInvalidName, conflicting, deleteRow, insertRow, updateRow, write } from '../../requests/writes.js';
import { agents, pipelines, serialize } from '../../store/record-kinds.js';
import type { AgentRow, PipelineRow } from '../../store/schema.js';
import { type RunTable, withMetrics } from './metrics.js';

/** Pipelines and agents have a name, a description, configuration versions and executions. */
const definitions = {
  pipeline: { kind: pipelines, id: 'pipelineId', runs: 'pipelineExecutions' },
  agent: { kind: agents, id: 'agentId', runs: 'agentExecutions' },
} as const;

const creation = schema(({ name, text, z }) => z.object({ teamId: text, name: name(), description: text.max(1000).nullish() }));
const change = schema(({ name, text, z }) => z.object({ name: name().optional(), description: text.max(1000).nullish() }));

interface Options {
  /** The query parameter that filters by a list of ids. */
  idsParameter: string;
  /** Whether renaming a record to an existing name is a 409; otherwise it is a 400, for operations that do not document a 409. */
  updateConflicts: boolean;
  /** Called before a record is deleted. The function it gives stops and cleans up the record's executions afterwards. */
  cleanUp: (c: AppContext, id: string) => Promise<() => Promise<void>>;
}

/** The routes of pipelines, or of agents. */
export function namedRecordRoutes(name: keyof typeof definitions, { idsParameter, updateConflicts, cleanUp }: Options): Hono<AppEnv> {
  const { kind, id: idColumn, runs } = definitions[name];
  const metrics: RunTable = { table: runs, owner: idColumn };
  const listing: ListDescription = {
    kind,
    filters: { teamIds: anyOf('teamId'), [idsParameter]: anyOf(idColumn), nameLike: contains('nameLower') },
    orderBy: ['name', 'createdAt', 'updatedAt'],
  };
  const subject = name === 'agent' ? 'An agent' : 'A pipeline';
  const taken = (value: string | undefined) => `${subject} with the name '${value}' already exists in this team.`;

  return new Hono<AppEnv>()
    .get('/', async (c) => {
      const { items, pagination } = await list(c, listing);
      return respond(c, { items: await withMetrics(c, metrics, items), pagination });
    })

    .post('/', async (c) => {
      const request = await body(c, creation);
      checkTeam(c, request.teamId);
      const common = {
        teamId: request.teamId,
        name: request.name,
        nameLower: request.name.toLowerCase(),
        description: request.description ?? null,
        ...newTimestamps(c),
      };
      const row = { [idColumn]: newRecordId(c), ...common } as unknown as PipelineRow | AgentRow;
      await conflicting(taken(request.name), insertRow(c, c.get('platform').store, kind, row));
      return respond(c, serialize(kind, row), 201);
    })

    .get('/:id', async (c) => {
      const item = serialize(kind, await loadRow(c, kind, c.req.param('id')));
      const [shown = item] = await withMetrics(c, metrics, [item]);
      return respond(c, shown);
    })

    .patch('/:id', async (c) => {
      const request = await body(c, change);
      const id = c.req.param('id');
      const changes = { ...request, nameLower: request.name?.toLowerCase() };
      const updating = write(c, taken(request.name), async (store) => {
        await loadRow(c, kind, id, store);
        return await updateRow(c, store, kind, id, changes);
      });
      return respond(c, serialize(kind, await (updateConflicts ? updating : conflictAsInvalidName(updating))));
    })

    .delete('/:id', async (c) => {
      const row = await loadRow(c, kind, c.req.param('id'));
      const clean = await cleanUp(c, c.req.param('id'));
      await c
        .get('platform')
        .store.transaction()
        .execute((store) => deleteRow(c, store, kind, row));
      await clean();
      return c.json({});
    });
}
