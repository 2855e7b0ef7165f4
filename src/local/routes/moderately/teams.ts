import { Hono } from 'hono';
import { addMember } from '../../accounts/members.js';
import type { AppEnv } from '../../context.js';
import { checkAdmin } from '../../requests/authentication.js';
import { anyOf, exactly, type ListDescription, list } from '../../requests/lists.js';
import { newRecordId, newTimestamps, show } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { insertRow, updateRow } from '../../requests/writes.js';
import { serialize, teams } from '../../store/record-kinds.js';

const creation = schema(({ name, z }) => z.object({ name: name() }));
const change = schema(({ name, z }) => z.object({ name: name().optional() }));

const listing: ListDescription = {
  kind: teams,
  filters: { teamIds: anyOf('teamId'), name: exactly('name') },
  orderBy: ['createdAt', 'updatedAt', 'name'],
};

/** Teams. The user who creates one is its first admin. */
export const teamRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .post('/', async (c) => {
    const { platform, principal } = c.var;
    const request = await body(c, creation);
    const row = { teamId: newRecordId(c), name: request.name, createdByTokenId: principal.tokenId, ...newTimestamps(c) };
    await platform.store.transaction().execute(async (store) => {
      await insertRow(c, store, teams, row);
      await addMember(store, platform, row.teamId, principal.userId, 'admin');
    });
    platform.apiKeys.invalidate();
    return c.json(serialize(teams, row));
  })

  .get('/:id', show(teams))

  .patch('/:id', async (c) => {
    const teamId = c.req.param('id');
    checkAdmin(c, teamId);
    const request = await body(c, change);
    return c.json(
      serialize(teams, await c.var.platform.store.transaction().execute((store) => updateRow(c, store, teams, teamId, request))),
    );
  });
