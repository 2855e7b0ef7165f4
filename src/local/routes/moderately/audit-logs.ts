import { type Context, Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { auditLogs } from '../../store/records.js';
import { anyOf, exactly, type ListDescription, type ListQuery, list, since, within } from '../../wire/lists.js';
import { show } from '../../wire/records.js';

const actions = ['create', 'read', 'update', 'delete', 'execute', 'export', 'import'] as const;

type Narrow = (query: ListQuery) => ListQuery;

/** The audit logs of the key's teams, narrowed by what is in the path. */
function listing(narrow: Narrow = (query) => query): ListDescription {
  return {
    entity: auditLogs,
    scope: (query, c: Context<AppContext>) => narrow(within(query, 'teamId', c.var.principal.teamIds)),
    filters: {
      teamId: exactly('teamId'),
      userId: exactly('userId'),
      apiTokenId: exactly('apiTokenId'),
      resourceType: exactly('resourceType'),
      resourceId: exactly('resourceId'),
      eventType: exactly('eventType'),
      action: exactly('action', actions),
      startDate: since('createdAt', '>='),
      endDate: since('createdAt', '<='),
      userIds: anyOf('userId'),
      apiTokenIds: anyOf('apiTokenId'),
      resourceIds: anyOf('resourceId'),
    },
    orderBy: ['createdAt', 'eventType', 'resourceType', 'action'],
  };
}

/** What was done, by whom, to what. */
export const auditLogRoutes = new Hono<AppContext>()
  .get('/', async (c) => c.json(await list(c, listing())))
  .get('/entity/:type/:id', async (c) => {
    const { type, id } = c.req.param();
    return c.json(
      await list(
        c,
        listing((query) => query.where('resourceType', '=', type).where('resourceId', '=', id)),
      ),
    );
  })
  .get('/user/:id', async (c) => {
    const id = c.req.param('id');
    return c.json(
      await list(
        c,
        listing((query) => query.where('userId', '=', id)),
      ),
    );
  })
  .get('/:id', show(auditLogs));
