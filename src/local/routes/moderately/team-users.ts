import { Hono } from 'hono';
import type { AppEnv } from '../../context.js';
import { checkAdmin } from '../../requests/authentication.js';
import { badRequest } from '../../requests/errors.js';
import { anyOf, contains, type ListDescription, list } from '../../requests/lists.js';
import { loadRow, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { deleteRow, updateRow } from '../../requests/writes.js';
import type { Store } from '../../store/database.js';
import { serialize, teamUsers } from '../../store/record-kinds.js';

const listing: ListDescription = {
  kind: teamUsers,
  filters: {
    teamUserIds: anyOf('teamUserId'),
    teamIds: anyOf('teamId'),
    userIds: anyOf('userId'),
    roles: anyOf('role'),
    nameLike: contains('nameLower'),
    emailLike: contains('email'),
  },
  orderBy: ['name', 'role', 'createdAt', 'updatedAt'],
};

const change = schema(({ z }) => z.object({ isDefault: z.boolean().optional(), role: z.enum(['admin', 'member']).optional() }));

/** @throws HttpError 400 when the team has no other admin. */
async function checkAnotherAdmin(store: Store, teamId: string, teamUserId: string): Promise<void> {
  const other = await store
    .selectFrom('teamUsers')
    .select('teamUserId')
    .where('teamId', '=', teamId)
    .where('role', '=', 'admin')
    .where('teamUserId', '!=', teamUserId)
    .executeTakeFirst();
  if (!other) throw badRequest('This is the last admin of the team: make somebody else an admin first.');
}

/** The memberships of users in teams. */
export const teamUserRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .get('/:id', show(teamUsers))

  .patch('/:id', async (c) => {
    const { platform, principal } = c.var;
    const id = c.req.param('id');
    const { role, isDefault } = await body(c, change);
    const updated = await platform.store.transaction().execute(async (store) => {
      const row = await loadRow(c, teamUsers, id, store);
      if (role !== undefined || row.userId !== principal.userId) checkAdmin(c, row.teamId);
      if (role === 'member' && row.role === 'admin') await checkAnotherAdmin(store, row.teamId, id);
      if (isDefault) await store.updateTable('teamUsers').set({ isDefault: 0 }).where('userId', '=', row.userId).execute();
      return await updateRow(c, store, teamUsers, id, { role, isDefault: isDefault === undefined ? undefined : Number(isDefault) });
    });
    platform.apiKeys.invalidate();
    return c.json(serialize(teamUsers, updated));
  })

  .delete('/:id', async (c) => {
    const { platform, principal } = c.var;
    const id = c.req.param('id');
    await platform.store.transaction().execute(async (store) => {
      const row = await loadRow(c, teamUsers, id, store);
      checkAdmin(c, row.teamId);
      if (row.userId === principal.userId) throw badRequest('You cannot remove yourself from a team.');
      if (row.role === 'admin') await checkAnotherAdmin(store, row.teamId, id);
      await deleteRow(c, store, teamUsers, row);
    });
    platform.apiKeys.invalidate();
    return c.json({ message: 'The user was removed from the team.' });
  });
