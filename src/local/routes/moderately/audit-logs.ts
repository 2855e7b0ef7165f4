import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.js';
import { anyOf, compareTime, exactly, type ListDescription, type ListQuery, list, within } from '../../requests/lists.js';
import { show } from '../../requests/records.js';
import { auditLogs } from '../../store/record-kinds.js';

const actions = ['create', 'read', 'update', 'delete', 'execute', 'export', 'import'] as const;

/** The audit logs of the key's teams, restricted by the path. */
function listing(restrict: (query: ListQuery) => ListQuery = (query) => query): ListDescription {
  return {
    kind: auditLogs,
    scope: (query, c: AppContext) => restrict(within(query, 'teamId', c.var.principal.teamIds)),
    filters: {
      teamId: exactly('teamId'),
      userId: exactly('userId'),
      apiTokenId: exactly('apiTokenId'),
      resourceType: exactly('resourceType'),
      resourceId: exactly('resourceId'),
      eventType: exactly('eventType'),
      action: exactly('action', actions),
      startDate: compareTime('createdAt', '>='),
      endDate: compareTime('createdAt', '<='),
      userIds: anyOf('userId'),
      apiTokenIds: anyOf('apiTokenId'),
      resourceIds: anyOf('resourceId'),
    },
    orderBy: ['createdAt', 'eventType', 'resourceType', 'action'],
  };
}

/** The audit log: who changed which record, and how. */
export const auditLogRoutes = new Hono<AppEnv>()
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
