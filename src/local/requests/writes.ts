import { timestamp } from '../clock.js';
import type { AppContext } from '../context.js';
import type { Store } from '../store/database.js';
import { type RecordKind, serialize } from '../store/record-kinds.js';
import type { AuditLogRow, Tables } from '../store/schema.js';
import { assignments, execute, executeAll, insertion, quoted, rowOf, type Statement } from '../store/statements.js';
import { conflict, invalid, notFound } from './errors.js';

type Row<Name extends keyof Tables> = Tables[Name];
type Action = 'create' | 'update' | 'delete' | 'execute' | 'export' | 'import';

interface Resource {
  type: string;
  id: string;
  teamId: string | null;
}

/** Adds an entry to the audit log, in the transaction of the change. */
export async function audit(c: AppContext, store: Store, action: Action, resource: Resource, changes?: object): Promise<void> {
  await execute(store, auditEntry(c, action, resource, changes));
}

function auditEntry(c: AppContext, action: Action, resource: Resource, changes: object | null = null): Statement {
  const [platform, principal, requestId] = [c.get('platform'), c.get('principal'), c.get('requestId')];
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
  return insertion('auditLogs', row);
}

/** The record as the audit log names it, with a type such as `pipeline-execution`. */
function resourceOf<Name extends keyof Tables>(kind: RecordKind<Name>, row: Row<Name>) {
  return {
    type: kind.type,
    id: String((row as Record<string, unknown>)[kind.id]),
    teamId: 'teamId' in row && typeof row.teamId === 'string' ? row.teamId : null,
  };
}

/** The statements that insert a record and audit it. */
export function insertions<Name extends keyof Tables>(
  c: AppContext,
  kind: RecordKind<Name>,
  row: Row<Name>,
  action: Action = 'create',
): Statement[] {
  return [insertion(kind.table, row), auditEntry(c, action, resourceOf(kind, row))];
}

/** Inserts a record and audits it, in a transaction. */
export async function insertRow<Name extends keyof Tables>(
  c: AppContext,
  store: Store,
  kind: RecordKind<Name>,
  row: Row<Name>,
): Promise<Row<Name>> {
  await executeAll(store, insertions(c, kind, row));
  return row;
}

/**
 * Updates a record and audits it. Undefined values in `changes` are ignored.
 * @throws HttpError 404 when the record no longer exists.
 */
export async function updateRow<Name extends keyof Tables>(
  c: AppContext,
  store: Store,
  kind: RecordKind<Name>,
  id: string,
  changes: Partial<Row<Name>>,
): Promise<Row<Name>> {
  const defined = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const values = { ...defined, updatedAt: timestamp(c.get('platform').clock) };
  const text = `update ${quoted(kind.table)} set ${assignments(values)} where ${quoted(kind.id)} = ? returning *`;
  const row = await rowOf<Row<Name>>(store, text, [...Object.values(values), id]);
  if (!row) throw notFound(kind.label, id);
  const record = serialize(kind, row);
  const changed = Object.entries(record).filter(([column]) => Object.hasOwn(defined, column));
  await audit(c, store, 'update', resourceOf(kind, row), Object.fromEntries(changed));
  return row;
}

/** Deletes a record and its dependent records, and audits it. */
export async function deleteRow<Name extends keyof Tables>(
  c: AppContext,
  store: Store,
  kind: RecordKind<Name>,
  row: Row<Name>,
): Promise<void> {
  await execute(store, {
    text: `delete from ${quoted(kind.table)} where ${quoted(kind.id)} = ?`,
    parameters: [(row as Record<string, unknown>)[kind.id]],
  });
  await audit(c, store, 'delete', resourceOf(kind, row));
}

function isUniqueViolation(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === '23505';
}

/**
 * Runs a write in a transaction.
 * @throws HttpError 409 with the message `taken` when the write violates a unique index.
 */
export function write<Result>(c: AppContext, taken: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  return conflicting(taken, c.get('platform').store.transaction().execute(work));
}

/** @throws HttpError 409 with the message `taken` when a write violates a unique index. */
export async function conflicting<Result>(taken: string, writing: Promise<Result>): Promise<Result> {
  try {
    return await writing;
  } catch (error) {
    throw isUniqueViolation(error) ? conflict(taken) : error;
  }
}

/** Turns the 409 of a write into a 400 for the field `name`, for operations that do not document a 409. */
export async function conflictAsInvalidName<Result>(promise: Promise<Result>): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof Error && 'status' in error && error.status === 409
      ? invalid([{ field: 'name', message: error.message }])
      : error;
  }
}
