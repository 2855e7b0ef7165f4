import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.js';
import { forbidden } from '../../requests/errors.js';
import { anyOf, contains, type Filter, type ListDescription, ListQuery, list, within } from '../../requests/lists.js';
import { loadRow } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { updateRow } from '../../requests/writes.js';
import { serialize, users } from '../../store/record-kinds.js';

const naming = schema(({ name, z }) => z.object({ fullName: name() }));

/** Restricts a list to members of any of these teams. */
function membersOf(query: ListQuery, teamIds: readonly string[]): ListQuery {
  const members = within(new ListQuery(), 'teamId', teamIds);
  return query.add(`"userId" in (select "userId" from "teamUsers" where ${members.text})`, ...members.parameters);
}

const inTeams: Filter = (query, parameters, parameter) => {
  const teamIds = parameters.list(parameter);
  return teamIds ? membersOf(query, teamIds) : query;
};

const listing: ListDescription = {
  kind: users,
  scope: (query, c) => membersOf(query, c.var.principal.teamIds),
  filters: {
    userIds: anyOf('userId'),
    userEmails: anyOf('email', (email) => email.toLowerCase()),
    teamIds: inTeams,
    fullNameLike: contains('fullNameLower'),
    nicknameLike: contains('nicknameLower'),
  },
  orderBy: ['createdAt', 'fullName'],
};

/** @throws HttpError 403 for a user who is in none of the key's teams. */
async function checkColleague(c: AppContext, userId: string): Promise<void> {
  const { platform, principal } = c.var;
  const shared = await platform.store
    .selectFrom('teamUsers')
    .select('teamUserId')
    .where('userId', '=', userId)
    .where('teamId', 'in', principal.teamIds)
    .executeTakeFirst();
  if (!shared) throw forbidden('This user is in none of the teams that this key has access to.');
}

/** Users. A key has access to those of its teams, and may change its own user only. */
export const userRoutes = new Hono<AppEnv>()
  .get('/', async (c) => c.json(await list(c, listing)))

  .get('/:id', async (c) => {
    const row = await loadRow(c, users, c.req.param('id'));
    await checkColleague(c, row.userId);
    return c.json(serialize(users, row));
  })

  .patch('/:id', async (c) => {
    const id = c.req.param('id');
    const { fullName } = await body(c, naming);
    const lower = fullName.toLowerCase();
    const updated = await c.var.platform.store.transaction().execute(async (store) => {
      await loadRow(c, users, id, store);
      if (id !== c.var.principal.userId) throw forbidden('Only the user may change this name.');
      await store.updateTable('teamUsers').set({ name: fullName, nameLower: lower }).where('userId', '=', id).execute();
      return await updateRow(c, store, users, id, { fullName, fullNameLower: lower });
    });
    return c.json(serialize(users, updated));
  });
