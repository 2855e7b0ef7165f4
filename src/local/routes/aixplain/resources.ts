import { Hono } from 'hono';
import type { AppContext, AppEnv } from '../../context.js';
import { reads } from '../../requests/authentication.js';
import { invalid } from '../../requests/errors.js';
import { newRecordId, newTimestamps } from '../../requests/records.js';
import { body, text, z } from '../../requests/validation.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { loadAsset, serializeAsset } from './assets.js';
import { listCollection, paginate } from './paginate.js';

/** The fields that are checked in every resource. All others are kept as they were sent. */
const resource = z.looseObject({ name: text.nullish(), description: z.string().nullish(), status: text.nullish() });
const graph = z.looseObject({ nodes: z.array(z.looseObject({})), links: z.array(z.looseObject({})) });
const pipeline = resource.extend({
  architecture: graph.optional(),
  nodes: graph.shape.nodes.optional(),
  links: graph.shape.links.optional(),
});

type Sent = z.infer<typeof pipeline>;

async function sentBody(c: AppContext, collection: string): Promise<Sent> {
  const sent = await body(c, collection === 'pipelines' ? pipeline : resource);
  if (collection === 'pipelines' && sent.name !== undefined && !sent.name?.trim()) {
    throw invalid([{ field: 'name', message: 'a pipeline needs a name' }]);
  }
  return collection === 'pipelines' ? withArchitecture(sent as Sent) : (sent as Sent);
}

/** Accepts a pipeline's graph at the top level too, where responses have it. */
function withArchitecture({ nodes, links, ...sent }: Sent): Sent {
  return { ...sent, ...(nodes && !sent.architecture && { architecture: { nodes, links: links ?? [] } }) };
}

/** The columns of an asset that requests do not set. */
type Identity = Pick<AssetRow, 'assetId' | 'teamId' | 'collection' | 'createdAt' | 'updatedAt'>;

function rowOf(identity: Identity, record: JsonRecord): AssetRow {
  const name = typeof record.name === 'string' ? record.name : '';
  const status = typeof record.status === 'string' ? record.status : null;
  return { ...identity, name, nameLower: name.toLowerCase(), status, body: JSON.stringify({ ...record, id: identity.assetId }) };
}

async function create(c: AppContext, collection: string, record: JsonRecord): Promise<Response> {
  const { platform, principal } = c.var;
  const row = rowOf({ assetId: newRecordId(c), teamId: principal.homeTeamId, collection, ...newTimestamps(c) }, record);
  await platform.store.insertInto('assets').values(row).execute();
  return c.json(serializeAsset(row), 201);
}

/** The resources of `v1`, `v2` and `sdk`: the collections share the same routes. */
export const resourceRoutes = new Hono<AppEnv>()
  .post('/:prefix{v1|v2|sdk}/:collection/paginate', reads, async (c) => c.json(await paginate(c, c.req.param('collection'))))

  .get('/:prefix{v1|v2|sdk}/:collection', async (c) => c.json(await listCollection(c, c.req.param('collection'))))

  .post('/:prefix{v1|v2|sdk}/:collection', async (c) => {
    const collection = c.req.param('collection');
    const sent = await sentBody(c, collection);
    if (collection === 'pipelines' && !sent.name) throw invalid([{ field: 'name', message: 'a pipeline needs a name' }]);
    return await create(c, collection, sent);
  })

  .post('/:prefix{v1|v2|sdk}/agents/:id/duplicate', async (c) => {
    const source = await loadAsset(c, 'agents', c.req.param('id'));
    const { name } = await body(c, z.object({ name: text.min(1).nullish(), cloneSubagents: z.boolean().optional() }));
    return await create(c, 'agents', { ...JSON.parse(source.body), name: name ?? `${source.name} (copy)`, status: 'draft' });
  })

  .get('/:prefix{v1|v2|sdk}/:collection/:id/overview', async (c) => {
    return c.json(serializeAsset(await loadAsset(c, c.req.param('collection'), c.req.param('id'))));
  })

  .get('/:prefix{v1|v2|sdk}/:collection/:id', async (c) =>
    c.json(serializeAsset(await loadAsset(c, c.req.param('collection'), c.req.param('id')))),
  )

  .put('/:prefix{v1|v2|sdk}/:collection/:id', async (c) => {
    const collection = c.req.param('collection');
    const before = await loadAsset(c, collection, c.req.param('id'));
    const sent = await sentBody(c, collection);
    const row = rowOf({ ...before, updatedAt: newTimestamps(c).updatedAt }, { ...JSON.parse(before.body), ...sent });
    await c.var.platform.store.updateTable('assets').set(row).where('assetId', '=', before.assetId).execute();
    return c.json(serializeAsset(row));
  })

  .delete('/:prefix{v1|v2|sdk}/:collection/:id', async (c) => {
    const { assetId } = await loadAsset(c, c.req.param('collection'), c.req.param('id'));
    await c.var.platform.store.deleteFrom('assets').where('assetId', '=', assetId).execute();
    return c.json({ id: assetId, status: 'deleted' });
  });
