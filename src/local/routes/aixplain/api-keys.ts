import { Hono } from 'hono';
import { newToken, tokenRow } from '../../accounts/tokens.js';
import { collectionOf } from '../../assets/collections.js';
import { bodyOf } from '../../assets/rows.js';
import { isRecord, recordsOf } from '../../assets/spelling.js';
import { timestamp } from '../../clock.js';
import type { AppContext, AppEnv } from '../../context.js';
import { parseIso } from '../../engine/values/dates.js';
import { checkAdmin } from '../../requests/authentication.js';
import { HttpError } from '../../requests/errors.js';
import { body } from '../../requests/validation.js';
import { name, z } from '../../requests/vocabulary.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { loadAsset, serializeAsset } from './assets.js';
import { listCollection } from './paginate.js';
import { createAsset, saveAsset } from './resources.js';

const keys = collectionOf('api-keys');

const amount = z.number().min(0).nullish();
const isoTime = z.string().refine((value) => parseIso(value), 'must be an ISO 8601 time');
const limits = z.looseObject({
  tpm: amount,
  tpd: amount,
  rpm: amount,
  rpd: amount,
  tokenType: z.enum(['input', 'output', 'total']).nullish(),
});
const change = z.looseObject({
  name: name().optional(),
  budget: amount,
  // Shown as it was sent, with all its digits.
  expiresAt: isoTime.nullish(),
  globalLimits: limits.nullish(),
  assetsLimits: z.array(limits.extend({ assetId: name() })).nullish(),
});
const creation = change.extend({ name: name() });

/** When a key expires, in the form in which times are compared. */
const expiryOf = ({ expiresAt }: JsonRecord): string | null =>
  typeof expiresAt === 'string' ? (parseIso(expiresAt)?.toISOString() ?? null) : null;

/** The fields of a request that are kept: the others are the server's. */
function sentFields({ id: _id, accessKey: _accessKey, isAdmin: _isAdmin, ...sent }: JsonRecord): JsonRecord {
  return sent;
}

/** What runs used since a time, of all assets or of one. */
async function usageSince(
  c: AppContext,
  keyId: string | null,
  since: string,
  assetId?: string,
): Promise<{ requests: number; tokens: number }> {
  let query = c.var.platform.store
    .selectFrom('assetRuns')
    .where('teamId', '=', c.var.principal.homeTeamId)
    .where('apiKeyId', keyId === null ? 'is' : '=', keyId)
    .where('createdAt', '>=', since);
  if (assetId !== undefined) query = query.where('assetId', '=', assetId);
  const sums = await query
    .select((of) => [of.fn.countAll<number | string>().as('requests'), of.fn.sum<number | string | null>('tokens').as('tokens')])
    .executeTakeFirstOrThrow();
  return { requests: Number(sums.requests), tokens: Number(sums.tokens ?? 0) };
}

/** The limits of a key: those for all assets, which may be empty, then those of single assets. */
function limitsOf(key: JsonRecord): { assetId?: string; limit: JsonRecord }[] {
  const single = recordsOf(key.assetsLimits).map((limit) => ({ assetId: String(limit.assetId), limit }));
  return [{ limit: isRecord(key.globalLimits) ? key.globalLimits : {} }, ...single];
}

/** How much of its daily limits a key has used since midnight UTC. */
async function usageLimits(c: AppContext, keyId: string | null, key: JsonRecord): Promise<JsonRecord[]> {
  const today = `${timestamp(c.var.platform.clock).slice(0, 10)}T00:00:00.000Z`;
  const usages = limitsOf(key).map(async ({ assetId, limit }) => {
    const { requests, tokens } = await usageSince(c, keyId, today, assetId);
    return {
      requestCount: requests,
      requestCountLimit: limit.rpd ?? null,
      tokenCount: tokens,
      tokenCountLimit: limit.tpd ?? null,
      assetId: assetId ?? null,
    };
  });
  return await Promise.all(usages);
}

/** The record of the key that a request is made with; undefined for a key that was not made here. */
async function callingKey(c: AppContext): Promise<JsonRecord | undefined> {
  const { tokenId } = c.var.principal;
  if (tokenId === null) return undefined;
  const query = c.var.platform.store.selectFrom('assets').selectAll().where('assetId', '=', tokenId).where('collection', '=', keys.name);
  const row = await query.executeTakeFirst();
  return row && bodyOf(row);
}

/** @throws HttpError 429 when the key of a request has used up a daily limit, 497 for one of a minute. */
export async function checkUsageLimits(c: AppContext, runAssetId: string): Promise<void> {
  const key = await callingKey(c);
  if (!key) return;
  const { clock } = c.var.platform;
  const spans = [
    { status: 497, since: timestamp(clock, -60), requests: 'rpm', tokens: 'tpm' },
    { status: 429, since: `${timestamp(clock).slice(0, 10)}T00:00:00.000Z`, requests: 'rpd', tokens: 'tpd' },
  ] as const;
  for (const { assetId, limit } of limitsOf(key)) {
    if (assetId !== undefined && assetId !== runAssetId) continue;
    for (const { status, since, requests, tokens } of spans) {
      // A limit of 0 is how the vendor's clients write that there is none.
      if (!limit[requests] && !limit[tokens]) continue;
      const used = await usageSince(c, c.var.principal.tokenId, since, assetId);
      const over = [requests, tokens].find(
        (name) => limit[name] && (name === requests ? used.requests : used.tokens) >= Number(limit[name]),
      );
      if (over) throw new HttpError(status, `The limit ${over} = ${String(limit[over])} of this API key is used up.`);
    }
  }
}

/**
 * Keys of a team, with limits. A key is made here and shown once; later responses have its ends. It authenticates like the
 * team's other tokens.
 */
export const apiKeyRoutes = new Hono<AppEnv>()
  .get('/:prefix{(?:v1|v2|sdk)}/api-keys/usage-limits', async (c) =>
    c.json(await usageLimits(c, c.var.principal.tokenId, (await callingKey(c)) ?? {})),
  )

  .use('/:prefix{(?:v1|v2|sdk)}/api-keys/*', async (c, next) => {
    checkAdmin(c, c.var.principal.homeTeamId);
    await next();
  })

  .get('/:prefix{(?:v1|v2|sdk)}/api-keys', async (c) => c.json(await listCollection(c, keys.name)))

  .post('/:prefix{(?:v1|v2|sdk)}/api-keys', async (c) => {
    const { platform, principal } = c.var;
    const sent = sentFields(await body(c, creation));
    const accessKey = newToken();
    const masked = `${accessKey.slice(0, 4)}****${accessKey.slice(-4)}`;
    const row = await platform.store.transaction().execute(async (store) => {
      const row = await createAsset(c, store, keys, sent, { accessKey: masked, isAdmin: false });
      const token = {
        tokenId: row.assetId,
        teamId: principal.homeTeamId,
        name: row.name,
        role: 'member',
        createdByUserId: principal.userId,
        expiresAt: expiryOf(sent),
        at: row.createdAt,
      };
      await store.insertInto('apiTokens').values(tokenRow(accessKey, token)).execute();
      return row;
    });
    return c.json({ ...serializeAsset(row), accessKey }, 201);
  })

  .get('/:prefix{(?:v1|v2|sdk)}/api-keys/:id/usage-limits', async (c) => {
    const row = await loadAsset(c, keys.name, c.req.param('id'));
    return c.json(await usageLimits(c, row.assetId, bodyOf(row)));
  })

  .put('/:prefix{(?:v1|v2|sdk)}/api-keys/:id', async (c) => {
    const { platform } = c.var;
    await loadAsset(c, keys.name, c.req.param('id'));
    const sent = sentFields(await body(c, change));
    const row = await platform.store.transaction().execute(async (store) => {
      const row = await saveAsset(c, store, await loadAsset(c, keys.name, c.req.param('id'), store), sent);
      const token = { name: row.name, expiresAt: expiryOf(bodyOf(row)), updatedAt: row.updatedAt };
      await store.updateTable('apiTokens').set(token).where('tokenId', '=', row.assetId).execute();
      return row;
    });
    platform.apiKeys.invalidate();
    return c.json(serializeAsset(row));
  })

  .delete('/:prefix{(?:v1|v2|sdk)}/api-keys/:id', async (c) => {
    const { platform } = c.var;
    const { assetId } = await loadAsset(c, keys.name, c.req.param('id'));
    await platform.store.transaction().execute(async (store) => {
      await store.deleteFrom('assets').where('assetId', '=', assetId).execute();
      await store.deleteFrom('apiTokens').where('tokenId', '=', assetId).execute();
    });
    platform.apiKeys.invalidate();
    return c.json({ id: assetId, status: 'deleted' });
  });
