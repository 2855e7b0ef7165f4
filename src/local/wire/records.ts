import type { Context } from 'hono';
import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';
import { type Store, untyped } from '../store/database.js';
import { type RecordKind, toWire } from '../store/records.js';
import type { Tables } from '../store/schema.js';
import { checkTeam } from './auth.js';
import { notFound } from './errors.js';

/** The row with an id; undefined when there is none. */
async function findRow<Name extends keyof Tables>(store: Store, entity: RecordKind<Name>, id: string): Promise<Tables[Name] | undefined> {
  const row = await untyped(store)
    .selectFrom(entity.table as string)
    .selectAll()
    .where(entity.id, '=', id)
    .executeTakeFirst();
  return row as Tables[Name] | undefined;
}

/**
 * The row with an id, which the key must be allowed to see.
 * @throws HttpError 404 when there is none, 403 when it belongs to a team the key may not use.
 */
export async function loadRow<Name extends keyof Tables>(
  c: Context<AppContext>,
  entity: RecordKind<Name>,
  id: string,
  store: Store = c.var.platform.store,
): Promise<Tables[Name]> {
  const row = await findRow(store, entity, id);
  if (!row) throw notFound(entity.label, id);
  if ('teamId' in row && typeof row.teamId === 'string') checkTeam(c, row.teamId);
  return row;
}

/** Answers the record whose id is in the path. */
export const show =
  <Name extends keyof Tables>(entity: RecordKind<Name>) =>
  async (c: Context<AppContext, '/:id'>): Promise<Response> =>
    c.json(toWire(entity, await loadRow(c, entity, c.req.param('id'))));

/** The two times of a new record. */
export function stamps(c: Context<AppContext>): { createdAt: string; updatedAt: string } {
  const at = timestamp(c.var.platform.clock);
  return { createdAt: at, updatedAt: at };
}

/** The id of the record a request makes: the one a seed gives it, else a new one. */
export function recordId(c: Context<AppContext>): string {
  return c.env?.recordId ?? c.var.platform.newId();
}
