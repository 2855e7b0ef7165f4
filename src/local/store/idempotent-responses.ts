import type { Store } from './database.js';
import { sql } from './kysely.js';
import type { IdempotentResponseRow } from './schema.js';

/** The response kept for a request; undefined when there is none, or it has expired. */
export function findResponse(store: Store, scope: string, now: string): Promise<IdempotentResponseRow | undefined> {
  return store.selectFrom('idempotentResponses').selectAll().where('scope', '=', scope).where('expiresAt', '>', now).executeTakeFirst();
}

/** Keeps a response. Removes expired ones, and the oldest ones while all together have more than `maxBytes`. */
export async function keepResponse(store: Store, row: IdempotentResponseRow, now: string, maxBytes: number): Promise<void> {
  await store.transaction().execute(async (trx) => {
    await trx.deleteFrom('idempotentResponses').where('expiresAt', '<=', now).execute();
    await trx.insertInto('idempotentResponses').values(row).execute();
    const sums = trx
      .selectFrom('idempotentResponses')
      .select(['scope', sql<number>`sum(size) over (order by "createdAt" desc, scope)`.as('sum')]);
    await trx
      .deleteFrom('idempotentResponses')
      .where('scope', 'in', trx.selectFrom(sums.as('sums')).select('scope').where('sum', '>', maxBytes))
      .execute();
  });
}
