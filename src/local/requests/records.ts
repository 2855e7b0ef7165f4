import type { Context } from 'hono';
import { timestamp } from '../clock.js';
import type { AppContext, AppEnv } from '../context.js';
import type { Store } from '../store/database.js';
import { type RecordKind, serialize } from '../store/record-kinds.js';
import type { Tables } from '../store/schema.js';
import { keptRowsOf, quoted, rowOf } from '../store/statements.js';
import { checkTeam } from './authentication.js';
import { notFound } from './errors.js';
import { respond } from './respond.js';

const queryOf = ({ table, id }: RecordKind): string => `select * from ${quoted(table)} where ${quoted(id)} = ?`;

function checked<Name extends keyof Tables, Row extends Readonly<Tables[Name]>>(
  c: AppContext,
  kind: RecordKind<Name>,
  id: string,
  row: Row | undefined,
): Row {
  if (!row) throw notFound(kind.label, id);
  if ('teamId' in row && typeof row.teamId === 'string') checkTeam(c, row.teamId);
  return row;
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
  return checked(c, kind, id, await rowOf<Tables[Name]>(store, queryOf(kind), [id]));
}

/** The same, for rows that are read more often than their table is written to. The row is not to be changed. */
export async function loadKeptRow<Name extends keyof Tables>(
  c: AppContext,
  kind: RecordKind<Name>,
  id: string,
): Promise<Readonly<Tables[Name]>> {
  const [row] = await keptRowsOf<Tables[Name]>(c.get('platform').store, kind.table, queryOf(kind), [id]);
  return checked(c, kind, id, row);
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
