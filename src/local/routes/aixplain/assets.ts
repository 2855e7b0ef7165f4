import { createHash } from 'node:crypto';
import { builtinAsset, isBuiltin } from '../../assets/builtin.js';
import { agentCollections, type Collection, collectionOf } from '../../assets/collections.js';
import { bodyOf, findRow } from '../../assets/rows.js';
import { isRecord, recordsOf } from '../../assets/spelling.js';
import type { AppContext } from '../../context.js';
import { HttpError } from '../../requests/errors.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';

/** The generations of the API, by the first part of their paths. */
export type Prefix = 'v1' | 'v2' | 'sdk';

/** A record as JSON, in the form of a generation of the API. The times and the id are the server's. */
export function serializeAsset(row: AssetRow, prefix?: string): JsonRecord {
  const record = { ...formOf(row, bodyOf(row), prefix), id: row.assetId };
  return { ...record, createdAt: row.createdAt, updatedAt: row.updatedAt };
}

function formOf(row: AssetRow, record: JsonRecord, prefix: string | undefined): JsonRecord {
  if (row.collection === 'pipelines') return pipelineForm(record);
  return agentCollections.includes(row.collection) ? agentForm(row, record, prefix) : record;
}

/** Pipelines have their graph at the top level. */
function pipelineForm({ architecture, ...record }: JsonRecord): JsonRecord {
  const { nodes = [], links = [] } = isRecord(architecture) ? architecture : {};
  return { nodes, links, ...record };
}

/**
 * Agents name their team, their model in the form of the second generation, and their sub-agents with a type. The first
 * generation reads tools under `assets` and the model's id under `llmId`.
 */
function agentForm({ teamId }: AssetRow, record: JsonRecord, prefix: string | undefined): JsonRecord {
  const model = record.model ?? (typeof record.llmId === 'string' ? { id: record.llmId } : undefined);
  const agents = Array.isArray(record.agents) ? record.agents.map(subagentForm) : undefined;
  const first = { assets: record.assets ?? record.tools ?? [], llmId: record.llmId ?? (isRecord(model) ? model.id : null) };
  return {
    teamId: teamNumber(teamId),
    ...record,
    ...(model !== undefined && { model }),
    ...(agents && { agents }),
    ...(prefix === 'sdk' && first),
  };
}

function subagentForm(agent: unknown): unknown {
  const { id, ...rest } = isRecord(agent) ? agent : { id: agent };
  return { ...(id !== undefined && { id }), type: 'AGENT', ...rest };
}

/** The ids of an agent's sub-agents, which the generations write differently. */
export function subagentIds(record: JsonRecord): string[] {
  const agents = Array.isArray(record.agents) ? record.agents : [];
  const references = recordsOf(agents).map(({ id, assetId }) => id ?? assetId);
  return [...references, ...agents].filter((id): id is string => typeof id === 'string');
}

/** The number of a team, which is a number in this API. */
export function teamNumber(teamId: string): number {
  return createHash('sha256').update(teamId).digest().readUInt32BE();
}

/** 404 in the vendor's words, which scripts match: `Agent not found`. */
export function missing(label: string, id: string): HttpError {
  return new HttpError(404, `${label[0]?.toUpperCase()}${label.slice(1)} not found: there is none with the id '${id}'.`);
}

/**
 * The record of a collection with this id, or with the path that stands for it.
 * @throws HttpError 404 when it is not in the collection, or in none that can be read as it.
 */
export async function loadAsset(c: AppContext, collection: string, id: string, store?: Store): Promise<AssetRow> {
  const { family, label } = collectionOf(collection);
  const row = await findAsset(c, id, store);
  if (!row || row.parentId !== null || !family.includes(row.collection)) throw missing(label, id);
  return row;
}

/** The record with this id or path, in any collection; undefined when none of the key's teams has it. */
export async function findAsset(c: AppContext, id: string, store: Store = c.var.platform.store): Promise<AssetRow | undefined> {
  const row = await findRow(store, c.var.principal.teamIds, id);
  return row ?? builtinAsset(id, c.var.principal.homeTeamId);
}

/**
 * The record of a collection that a request changes or deletes.
 * @throws HttpError 404 when there is none, 403 for one that every platform has.
 */
export async function loadOwnAsset(c: AppContext, collection: string, id: string, store?: Store): Promise<AssetRow> {
  const row = await loadAsset(c, collection, id, store);
  if (isBuiltin(row)) throw new HttpError(403, `The ${collectionOf(row.collection).label} '${id}' is built in and cannot be changed.`);
  return row;
}

/**
 * The oldest record of a collection with this name.
 * @throws HttpError 404 when there is none.
 */
export async function loadByName(c: AppContext, { family, label }: Collection, name: string): Promise<AssetRow> {
  const row = await c.var.platform.store
    .selectFrom('assets')
    .selectAll()
    .where('teamId', '=', c.var.principal.homeTeamId)
    .where('collection', 'in', family)
    .where('parentId', 'is', null)
    .where('name', '=', name)
    .orderBy('createdAt')
    .orderBy('assetId')
    .executeTakeFirst();
  if (!row) throw new HttpError(404, `${label[0]?.toUpperCase()}${label.slice(1)} not found: there is none with the name '${name}'.`);
  return row;
}
