import type { Context } from 'hono';
import { timestamp } from '../clock.js';
import type { AppContext, AppEnv } from '../context.js';
import type { Store } from '../store/database.js';
import { type RecordKind, serialize } from '../store/record-kinds.js';
import type { Tables } from '../store/schema.js';
import { quoted, rowOf } from '../store/statements.js';
import { checkTeam } from './authentication.js';
import { notFound } from './errors.js';
import { respond } from './respond.js';

/** The row with this id; undefined when it does not exist. */
async function findRow<Name extends keyof Tables>(store: Store, kind: RecordKind<Name>, id: string): Promise<Tables[Name] | undefined> {
  return await rowOf<Tables[Name]>(store, `select * from ${quoted(kind.table)} where ${quoted(kind.id)} = ?`, [id]);
}

/**
 * The row with this id.
 * @throws HttpError 404 when it does not exist, 403 when it belongs to a team the key has no access to.
 */
export async function loadRow<Name extends keyof Tables>(
  c: AppContext,
  kind: RecordKind<Name>,
  id: string,
  store: Store = c.get('platform').store,
): Promise<Tables[Name]> {
  const row = await findRow(store, kind, id);
  if (!row) throw notFound(kind.label, id);
  if ('teamId' in row && typeof row.teamId === 'string') checkTeam(c, row.teamId);
  return row;
}

/** A handler that returns the record whose id is in the path. */
export const show =
  <Name extends keyof Tables>(kind: RecordKind<Name>) =>
  async (c: Context<AppEnv, '/:id'>): Promise<Response> =>
    respond(c, serialize(kind, await loadRow(c, kind, c.req.param('id'))));

/** The creation and update time of a new record. */
export function newTimestamps(c: AppContext): { createdAt: string; updatedAt: string } {
  const at = timestamp(c.get('platform').clock);
  return { createdAt: at, updatedAt: at };
}

/** The id of the record that a request creates: the one assigned by a seed, or a new one. */
export function newRecordId(c: AppContext): string {
  return c.env?.recordId ?? c.get('platform').newId();
}
