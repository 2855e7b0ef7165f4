import type { Context } from 'hono';
import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';
import { type Store, untyped } from '../store/database.js';
import { type RecordKind, toWire } from '../store/records.js';
import type { AuditLogRow, Tables } from '../store/schema.js';
import { conflict, invalid, notFound } from './errors.js';

type Row<Name extends keyof Tables> = Tables[Name];
type Action = 'create' | 'update' | 'delete' | 'execute' | 'export' | 'import';

/** Writes what was done to the audit log, in the transaction that did it. */
export async function audit(
  c: Context<AppContext>,
  store: Store,
  action: Action,
  resource: { type: string; id: string; teamId: string | null },
  changes: object | null = null,
): Promise<void> {
  const { platform, principal, requestId } = c.var;
  const row: AuditLogRow = {
    auditLogId: platform.newId(),
    teamId: resource.teamId,
    userId: principal.userId,
    apiTokenId: principal.tokenId,
    sessionId: null,
    eventType: `${resource.type}.${action}`,
    resourceType: resource.type,
    resourceId: resource.id,
    action,
    changes: changes && JSON.stringify(changes),
    metadata: JSON.stringify({ userAgent: c.req.header('user-agent') ?? null, requestId }),
    createdAt: timestamp(platform.clock),
  };
  await store.insertInto('auditLogs').values(row).execute();
}

/** What the audit log calls an entity: `pipeline-execution`. */
function resourceOf<Name extends keyof Tables>(entity: RecordKind<Name>, row: Row<Name>) {
  return {
    type: entity.label.toLowerCase().replaceAll(' ', '-'),
    id: String((row as Record<string, unknown>)[entity.id]),
    teamId: 'teamId' in row && typeof row.teamId === 'string' ? row.teamId : null,
  };
}

/** Adds a record, and says so in the audit log. */
export async function insertRow<Name extends keyof Tables>(
  c: Context<AppContext>,
  store: Store,
  entity: RecordKind<Name>,
  row: Row<Name>,
  action: Action = 'create',
): Promise<Row<Name>> {
  await untyped(store)
    .insertInto(entity.table as string)
    .values({ ...row })
    .execute();
  await audit(c, store, action, resourceOf(entity, row));
  return row;
}

/**
 * Changes a record, and says so in the audit log. `changes` without a value are left alone.
 * @throws HttpError 404 when it has gone meanwhile.
 */
export async function updateRow<Name extends keyof Tables>(
  c: Context<AppContext>,
  store: Store,
  entity: RecordKind<Name>,
  id: string,
  changes: Partial<Row<Name>>,
): Promise<Row<Name>> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const row = await untyped(store)
    .updateTable(entity.table as string)
    .set({ ...given, updatedAt: timestamp(c.var.platform.clock) })
    .where(entity.id, '=', id)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound(entity.label, id);
  const wire = toWire(entity, row as Row<Name>);
  const changed = Object.entries(wire).filter(([column]) => Object.hasOwn(given, column));
  await audit(c, store, 'update', resourceOf(entity, row as Row<Name>), Object.fromEntries(changed));
  return row as Row<Name>;
}

/** Removes a record and what belongs to it, and says so in the audit log. */
export async function deleteRow<Name extends keyof Tables>(
  c: Context<AppContext>,
  store: Store,
  entity: RecordKind<Name>,
  row: Row<Name>,
): Promise<void> {
  await untyped(store)
    .deleteFrom(entity.table as string)
    .where(entity.id, '=', (row as Record<string, unknown>)[entity.id])
    .execute();
  await audit(c, store, 'delete', resourceOf(entity, row));
}

function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === '23505';
}

/** Runs a write in a transaction; one that breaks a unique index is a 409 with the given message. */
export async function write<Result>(c: Context<AppContext>, taken: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  try {
    return await c.var.platform.store.transaction().execute(work);
  } catch (error) {
    throw isTaken(error) ? conflict(taken) : error;
  }
}

/** Turns the 409 of a write into a 400 about the name, for routes whose contract has no 409. */
export async function nameProblem<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof Error && 'status' in error && error.status === 409
      ? invalid([{ field: 'name', message: error.message }])
      : error;
  }
}
