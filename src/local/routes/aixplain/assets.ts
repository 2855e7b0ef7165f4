import type { Context } from 'hono';
import type { AppContext } from '../../context.js';
import type { WireRecord } from '../../store/records.js';
import type { AssetRow } from '../../store/schema.js';
import { notFound } from '../../wire/errors.js';

/** Collections whose records are also found as models. */
const models = ['models', 'tools', 'utilities', 'integrations'];

/** A resource as the wire has it: what was sent, with its id. Pipelines carry their graph at the top level. */
export function assetWire(row: AssetRow): WireRecord {
  const { architecture, ...body } = JSON.parse(row.body) as WireRecord;
  return {
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.collection === 'pipelines' ? graphOf(architecture) : architecture !== undefined && { architecture }),
    ...body,
    id: row.assetId,
  };
}

function graphOf(architecture: unknown): WireRecord {
  const { nodes = [], links = [] } = (architecture ?? {}) as { nodes?: unknown; links?: unknown };
  return { nodes, links };
}

/**
 * The resource with an id.
 * @throws HttpError 404 when the collection has none.
 */
export async function loadAsset(c: Context<AppContext>, collection: string, id: string): Promise<AssetRow> {
  const row = await findAsset(c, id);
  const found = row && (row.collection === collection || (models.includes(collection) && models.includes(row.collection)));
  if (!found) throw notFound(`record in '${collection}'`, id);
  return row;
}

/** The resource with an id, whatever it is; undefined when the key's teams have none. */
export async function findAsset(c: Context<AppContext>, id: string): Promise<AssetRow | undefined> {
  const { platform, principal } = c.var;
  const row = await platform.store.selectFrom('assets').selectAll().where('assetId', '=', id).executeTakeFirst();
  return row && principal.teamIds.includes(row.teamId) ? row : undefined;
}
