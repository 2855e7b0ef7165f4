import { type Context, Hono } from 'hono';
import { timestamp } from '../../clock.js';
import type { AppContext } from '../../context.js';
import { apiTokens, toWire, type WireRecord } from '../../store/records.js';
import type { ApiTokenRow } from '../../store/schema.js';
import { newToken, tokenRow } from '../../store/tokens.js';
import { checkAdmin, checkTeam } from '../../wire/auth.js';
import { invalid, notFound } from '../../wire/errors.js';
import { anyOf, exactly, type ListDescription, list } from '../../wire/lists.js';
import { Query } from '../../wire/query.js';
import { loadRow } from '../../wire/records.js';
import { usageOf } from '../../wire/usage.js';
import { body, name, text, time, z } from '../../wire/validation.js';
import { deleteRow, insertRow, updateRow } from '../../wire/writes.js';

const listing: ListDescription = {
  entity: apiTokens,
  filters: { teamId: exactly('teamId'), tokenIds: anyOf('tokenId') },
  orderBy: ['createdAt', 'name'],
};

const creation = z.object({
  teamId: text,
  name: name(),
  role: z.enum(['member', 'admin', 'readonly']).default('member'),
  expiresAt: time.optional(),
});
const change = z.object({ name: name().optional(), expiresAt: time.optional(), isActive: z.boolean().optional() });

const day = 24 * 3600;

async function requestsSince(c: Context<AppContext>, tokenId: unknown, days: number): Promise<number> {
  const { platform } = c.var;
  return (await usageOf(platform, String(tokenId), { from: timestamp(platform.clock, -days * day) })).requests;
}

async function listItem(c: Context<AppContext>, item: WireRecord): Promise<WireRecord> {
  return { ...item, usage7Days: await requestsSince(c, item.tokenId, 7) };
}

/** A token of a team the key is in. The platform's own key belongs to no team, and is not shown. */
async function loadToken(c: Context<AppContext>, id: string): Promise<ApiTokenRow & { teamId: string }> {
  const row = await loadRow(c, apiTokens, id);
  if (row.teamId === null) throw notFound(apiTokens.label, id);
  return { ...row, teamId: row.teamId };
}

async function details(c: Context<AppContext>, row: ApiTokenRow): Promise<WireRecord> {
  const { platform } = c.var;
  const { createdByUserId, ...token } = toWire(apiTokens, row);
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

/** Keys that are restricted to one team. Only the answer that makes one shows it. */
export const apiTokenRoutes = new Hono<AppContext>()
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
    const known = {
      tokenId: platform.newId(),
      teamId,
      name,
      role,
      expiresAt,
      createdByUserId: principal.userId,
      at: timestamp(platform.clock),
    };
    const row = await platform.store.transaction().execute((store) => insertRow(c, store, apiTokens, tokenRow(token, known)));
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
    platform.accounts.forget();
    return c.json(await listItem(c, toWire(apiTokens, row)));
  })

  .delete('/:id', async (c) => {
    const { platform } = c.var;
    const row = await loadToken(c, c.req.param('id'));
    checkAdmin(c, row.teamId);
    await platform.store.transaction().execute((store) => deleteRow(c, store, apiTokens, row));
    platform.accounts.forget();
    return c.body(null, 204);
  })

  .get('/:id/usage', async (c) => {
    const { tokenId } = await loadToken(c, c.req.param('id'));
    const query = new Query(c.req.url);
    const wanted = {
      from: query.time('startDate'),
      to: query.time('endDate'),
      endpoint: query.text('endpoint'),
      method: query.text('method'),
    };
    if (query.problems.length > 0) throw invalid(query.problems);
    const { requests, errors, milliseconds, byEndpoint, byMethod } = await usageOf(c.var.platform, tokenId, wanted);
    return c.json({
      totalRequests: requests,
      requestsByEndpoint: byEndpoint,
      requestsByMethod: byMethod,
      averageResponseTime: requests === 0 ? 0 : milliseconds / requests,
      errorRate: requests === 0 ? 0 : errors / requests,
    });
  });
