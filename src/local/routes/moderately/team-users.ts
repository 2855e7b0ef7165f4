import { Hono } from 'hono';
import type { AppContext } from '../../context.js';
import type { Store } from '../../store/database.js';
import { teamUsers, toWire } from '../../store/records.js';
import { checkAdmin } from '../../wire/auth.js';
import { badRequest } from '../../wire/errors.js';
import { anyOf, contains, type ListDescription, list } from '../../wire/lists.js';
import { loadRow, show } from '../../wire/records.js';
import { body, z } from '../../wire/validation.js';
import { deleteRow, updateRow } from '../../wire/writes.js';

const listing: ListDescription = {
  entity: teamUsers,
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

const change = z.object({ isDefault: z.boolean().optional(), role: z.enum(['admin', 'member']).optional() });

/** Refuses to leave a team without an admin. */
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

/** Who is in which team, and as what. */
export const teamUserRoutes = new Hono<AppContext>()
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
    platform.accounts.forget();
    return c.json(toWire(teamUsers, updated));
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
    platform.accounts.forget();
    return c.json({ message: 'The user was removed from the team.' });
  });
