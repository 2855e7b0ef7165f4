import type { Store } from './database.js';
import { sql } from './kysely.js';
import type { IdempotentResponseRow } from './schema.js';
import { execute, insertion, quoted, rowOf } from './statements.js';

/** The response kept for a request; undefined when there is none, or it has expired. */
export function findResponse(store: Store, scope: string, now: string): Promise<IdempotentResponseRow | undefined> {
  return rowOf(store, 'select * from "idempotentResponses" where scope = ? and "expiresAt" > ?', [scope, now]);
}

/** Milliseconds after which responses that have expired are removed. */
const sweepPeriod = 60_000;

/** What the kept responses have together, as far as this process knows, and when it looked last, in milliseconds since the epoch. */
interface Kept {
  bytes: number;
  sweptAt: number;
}

const known = new WeakMap<Store, Kept>();

/**
 * Keeps a response. Expired ones are removed every minute, and the oldest ones when all together have more than `maxBytes`: looking at all
 * of them with each request would take longer the more there are.
 */
export async function keepResponse(store: Store, row: IdempotentResponseRow, now: string, maxBytes: number): Promise<void> {
  const { text, parameters } = insertion('idempotentResponses', row);
  const changes = Object.keys(row).map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
  await execute(store, { text: `${text} on conflict (scope) do update set ${changes.join(', ')}`, parameters });
  const kept = known.get(store) ?? { bytes: Number.POSITIVE_INFINITY, sweptAt: 0 };
  known.set(store, kept);
  kept.bytes += row.size;
  const time = Date.parse(now);
  if (kept.bytes <= maxBytes && Math.abs(time - kept.sweptAt) < sweepPeriod) return;
  kept.sweptAt = time;
  await store.deleteFrom('idempotentResponses').where('expiresAt', '<=', now).execute();
  const sums = store
    .selectFrom('idempotentResponses')
    .select(['scope', sql<number>`sum(size) over (order by "createdAt" desc, scope)`.as('sum')]);
  await store
    .deleteFrom('idempotentResponses')
    .where('scope', 'in', store.selectFrom(sums.as('sums')).select('scope').where('sum', '>', maxBytes))
    .execute();
  const { bytes } = await store
    .selectFrom('idempotentResponses')
    .select(({ fn }) => fn.sum<number | null>('size').as('bytes'))
    .executeTakeFirstOrThrow();
  kept.bytes = Number(bytes ?? 0);
}
