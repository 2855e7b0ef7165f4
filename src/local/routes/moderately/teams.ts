import { Hono } from 'hono';
import type { AppContext } from '../../context.js';
import { addMember } from '../../store/accounts.js';
import { teams, toWire } from '../../store/records.js';
import { checkAdmin } from '../../wire/auth.js';
import { anyOf, exactly, type ListDescription, list } from '../../wire/lists.js';
import { recordId, show, stamps } from '../../wire/records.js';
import { body, name, z } from '../../wire/validation.js';
import { insertRow, updateRow } from '../../wire/writes.js';

const listing: ListDescription = {
  entity: teams,
  filters: { teamIds: anyOf('teamId'), name: exactly('name') },
  orderBy: ['createdAt', 'updatedAt', 'name'],
};

/** Teams. Whoever makes one is its first admin. */
export const teamRoutes = new Hono<AppContext>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/', async (c) => {
    const { platform, principal } = c.var;
    const request = await body(c, z.object({ name: name() }));
    const row = { teamId: recordId(c), name: request.name, createdByTokenId: principal.tokenId, ...stamps(c) };
    await platform.store.transaction().execute(async (store) => {
      await insertRow(c, store, teams, row);
      await addMember(store, platform, row.teamId, principal.userId, 'admin');
    });
    platform.accounts.forget();
    return c.json(toWire(teams, row));
  })

  .get('/:id', show(teams))

  .patch('/:id', async (c) => {
    const teamId = c.req.param('id');
    checkAdmin(c, teamId);
    const request = await body(c, z.object({ name: name().optional() }));
    return c.json(toWire(teams, await c.var.platform.store.transaction().execute((store) => updateRow(c, store, teams, teamId, request))));
  });
