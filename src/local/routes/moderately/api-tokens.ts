import { Hono } from 'hono';
import { usageOf } from '../../accounts/token-usage.js';
import { newToken, tokenRow } from '../../accounts/tokens.js';
import { timestamp } from '../../clock.js';
import type { AppContext, AppEnv } from '../../context.js';
import { checkAdmin, checkTeam } from '../../requests/authentication.js';
import { invalid, notFound } from '../../requests/errors.js';
import { anyOf, exactly, type ListDescription, list } from '../../requests/lists.js';
import { Query } from '../../requests/query.js';
import { loadRow } from '../../requests/records.js';
import { body, schema } from '../../requests/validation.js';
import { deleteRow, insertRow, updateRow } from '../../requests/writes.js';
import { apiTokens, type JsonRecord, serialize } from '../../store/record-kinds.js';
import type { ApiTokenRow } from '../../store/schema.js';

const listing: ListDescription = {
  kind: apiTokens,
  filters: { teamId: exactly('teamId'), tokenIds: anyOf('tokenId') },
  orderBy: ['createdAt', 'name'],
};

const creation = schema(({ name, text, time, z }) =>
  z.object({
    teamId: text,
    name: name(),
    role: z.enum(['member', 'admin', 'readonly']).default('member'),
    expiresAt: time.optional(),
  }),
);
const change = schema(({ name, time, z }) =>
  z.object({ name: name().optional(), expiresAt: time.optional(), isActive: z.boolean().optional() }),
);

const secondsPerDay = 24 * 3600;

async function requestsSince(c: AppContext, tokenId: unknown, days: number): Promise<number> {
  const { platform } = c.var;
  return (await usageOf(platform, String(tokenId), { from: timestamp(platform.clock, -days * secondsPerDay) })).requests;
}

async function listItem(c: AppContext, item: JsonRecord): Promise<JsonRecord> {
  return { ...item, usage7Days: await requestsSince(c, item.tokenId, 7) };
}

/** A token of a team that the key has access to. The platform's own key belongs to no team and is not found. */
async function loadToken(c: AppContext, id: string): Promise<ApiTokenRow & { teamId: string }> {
  const row = await loadRow(c, apiTokens, id);
  if (row.teamId === null) throw notFound(apiTokens.label, id);
  return { ...row, teamId: row.teamId };
}

async function details(c: AppContext, row: ApiTokenRow): Promise<JsonRecord> {
  const { platform } = c.var;
  const { createdByUserId, ...token } = serialize(apiTokens, row);
  const user = await platform.store
    .selectFrom('users')
    .select(['userId', 'fullName', 'nickname'])
    .where('userId', '=', String(createdByUserId))
    .executeTakeFirst();
  const usageStats = {
    totalRequests: (await usageOf(platform, row.tokenId)).requests,
    requestsLast24Hours: await requestsSince(c, row.tokenId, 1),
    requestsLast7Days: await requestsSince(c, row.tokenId, 7),
    requestsLast30Days: await requestsSince(c, row.tokenId, 30),
  };
  return { ...token, createdBy: user ?? null, usageStats };
}

/** Keys that are restricted to one team. A key is shown only in the response that creates it. */
export const apiTokenRoutes = new Hono<AppEnv>()
  .get('/', async (c) => {
    const teamId = new Query(c.req.url).text('teamId');
    if (teamId === undefined) throw invalid([{ field: 'teamId', message: 'is required' }]);
    checkTeam(c, teamId);
    const { items, pagination } = await list(c, listing);
    return c.json({ items: await Promise.all(items.map((item) => listItem(c, item))), pagination });
  })

  .post('/', async (c) => {
    const { platform, principal } = c.var;
    const { teamId, name, role, expiresAt = null } = await body(c, creation);
    checkAdmin(c, teamId);
    const token = newToken();
    const attributes = {
      tokenId: platform.newId(),
      teamId,
      name,
      role,
      expiresAt,
      createdByUserId: principal.userId,
      at: timestamp(platform.clock),
    };
    const row = await platform.store.transaction().execute((store) => insertRow(c, store, apiTokens, tokenRow(token, attributes)));
    return c.json({ token, tokenId: row.tokenId, name, role, teamId, expiresAt, createdAt: row.createdAt }, 201);
  })

  .get('/:id', async (c) => c.json(await details(c, await loadToken(c, c.req.param('id')))))

  .patch('/:id', async (c) => {
    const { platform } = c.var;
    const { tokenId, teamId } = await loadToken(c, c.req.param('id'));
    checkAdmin(c, teamId);
    const { isActive, ...request } = await body(c, change);
    const changes = { ...request, isActive: isActive === undefined ? undefined : Number(isActive) };
    const row = await platform.store.transaction().execute((store) => updateRow(c, store, apiTokens, tokenId, changes));
    platform.apiKeys.invalidate();
    return c.json(await listItem(c, serialize(apiTokens, row)));
  })

  .delete('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadToken(c, c.req.param('id'));
    checkAdmin(c, row.teamId);
    await platform.store.transaction().execute((store) => deleteRow(c, store, apiTokens, row));
    platform.apiKeys.invalidate();
    return c.body(null, 204);
  })

  .get('/:id/usage', async (c) => {
    const { tokenId } = await loadToken(c, c.req.param('id'));
    const query = new Query(c.req.url);
    const filters = {
      from: query.time('startDate'),
      to: query.time('endDate'),
      endpoint: query.text('endpoint'),
      method: query.text('method'),
    };
    if (query.problems.length > 0) throw invalid(query.problems);
    const { requests, errors, milliseconds, byEndpoint, byMethod } = await usageOf(c.var.platform, tokenId, filters);
    return c.json({
      totalRequests: requests,
      requestsByEndpoint: byEndpoint,
      requestsByMethod: byMethod,
      averageResponseTime: requests === 0 ? 0 : milliseconds / requests,
      errorRate: requests === 0 ? 0 : errors / requests,
    });
  });
