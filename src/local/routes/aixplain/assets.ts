import type { AppContext } from '../../context.js';
import { notFound } from '../../requests/errors.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';

/** Collections whose records can also be read as models. */
const models = ['models', 'tools', 'utilities', 'integrations'];

/** The JSON of a resource: what was sent, with its id. Pipelines have their graph at the top level. */
export function serializeAsset(row: AssetRow): JsonRecord {
  const { architecture, ...body } = JSON.parse(row.body) as JsonRecord;
  return {
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    ...(row.collection === 'pipelines' ? graphOf(architecture) : architecture !== undefined && { architecture }),
    ...body,
    id: row.assetId,
  };
}

function graphOf(architecture: unknown): JsonRecord {
  const { nodes = [], links = [] } = (architecture ?? {}) as { nodes?: unknown; links?: unknown };
  return { nodes, links };
}

/**
 * The resource with this id.
 * @throws HttpError 404 when it is not in the collection.
 */
export async function loadAsset(c: AppContext, collection: string, id: string): Promise<AssetRow> {
  const row = await findAsset(c, id);
  const found = row && (row.collection === collection || (models.includes(collection) && models.includes(row.collection)));
  if (!found) throw notFound(`record in '${collection}'`, id);
  return row;
}

/** The resource with this id, in any collection; undefined when none of the key's teams has it. */
export async function findAsset(c: AppContext, id: string): Promise<AssetRow | undefined> {
  const { platform, principal } = c.var;
  const row = await platform.store.selectFrom('assets').selectAll().where('assetId', '=', id).executeTakeFirst();
  return row && principal.teamIds.includes(row.teamId) ? row : undefined;
}
