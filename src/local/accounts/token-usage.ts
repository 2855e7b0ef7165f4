import { timestamp } from '../clock.js';
import type { Platform } from '../context.js';
import { sql } from '../store/kysely.js';

/** One request made with a token. */
export interface TokenRequest {
  endpoint: string;
  method: string;
  status: number;
  milliseconds: number;
}

/** The start of the hour that contains a time. */
function hourOf(time: string): string {
  return `${time.slice(0, 13)}:00:00.000Z`;
}

/** Adds a request to the token's usage in the current hour. */
export async function recordUsage({ store, clock }: Platform, tokenId: string, request: TokenRequest): Promise<void> {
  const { endpoint, method, milliseconds } = request;
  const at = timestamp(clock);
  const errors = request.status >= 400 ? 1 : 0;
  await store
    .insertInto('tokenUsage')
    .columns(['tokenId', 'hour', 'endpoint', 'method', 'requests', 'errors', 'milliseconds'])
    .expression((from) =>
      // The counted request may have deleted the token.
      from
        .selectFrom('apiTokens')
        .select((of) => [
          'tokenId',
          of.val(hourOf(at)).as('hour'),
          of.val(endpoint).as('endpoint'),
          of.val(method).as('method'),
          of.val(1).as('requests'),
          of.val(errors).as('errors'),
          of.val(milliseconds).as('milliseconds'),
        ])
        .where('tokenId', '=', tokenId),
    )
    .onConflict((conflict) =>
      conflict.columns(['tokenId', 'hour', 'endpoint', 'method']).doUpdateSet({
        requests: sql`${sql.ref('tokenUsage.requests')} + 1`,
        errors: sql`${sql.ref('tokenUsage.errors')} + ${errors}`,
        milliseconds: sql`${sql.ref('tokenUsage.milliseconds')} + ${milliseconds}`,
      }),
    )
    .execute();
  await store.updateTable('apiTokens').set({ lastUsedAt: at }).where('tokenId', '=', tokenId).execute();
}

/** Restricts the usage that is summed up. Times are ISO 8601; both ends are included, by whole hours. */
export interface UsageQuery {
  from?: string | undefined;
  to?: string | undefined;
  endpoint?: string | undefined;
  method?: string | undefined;
}

/** The usage of a token, summed up. */
export interface UsageSums {
  requests: number;
  /** Responses with a status of at least 400. */
  errors: number;
  milliseconds: number;
  byEndpoint: Record<string, number>;
  byMethod: Record<string, number>;
}

/** Sums up the usage of a token, by whole hours. */
export async function usageOf({ store }: Platform, tokenId: string, { from, to, endpoint, method }: UsageQuery = {}): Promise<UsageSums> {
  let query = store.selectFrom('tokenUsage').selectAll().where('tokenId', '=', tokenId);
  if (from !== undefined) query = query.where('hour', '>=', hourOf(from));
  if (to !== undefined) query = query.where('hour', '<=', to);
  if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
  if (method !== undefined) query = query.where('method', '=', method.toUpperCase());
  const sums: UsageSums = { requests: 0, errors: 0, milliseconds: 0, byEndpoint: {}, byMethod: {} };
  for (const row of await query.execute()) {
    const requests = Number(row.requests);
    sums.requests += requests;
    sums.errors += Number(row.errors);
    sums.milliseconds += row.milliseconds;
    sums.byEndpoint[row.endpoint] = (sums.byEndpoint[row.endpoint] ?? 0) + requests;
    sums.byMethod[row.method] = (sums.byMethod[row.method] ?? 0) + requests;
  }
  return sums;
}
