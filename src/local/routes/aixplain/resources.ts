import { type Context, Hono } from 'hono';
import type { AppContext } from '../../context.js';
import type { WireRecord } from '../../store/records.js';
import type { AssetRow } from '../../store/schema.js';
import { invalid } from '../../wire/errors.js';
import { recordId, stamps } from '../../wire/records.js';
import { body, text, z } from '../../wire/validation.js';
import { assetWire, loadAsset } from './assets.js';
import { listing, paginate } from './paginate.js';

/** What every resource may have. Everything else is kept as it was sent. */
const resource = z.looseObject({ name: text.nullish(), description: z.string().nullish(), status: text.nullish() });
const graph = z.looseObject({ nodes: z.array(z.looseObject({})), links: z.array(z.looseObject({})) });
const pipeline = resource.extend({
  architecture: graph.optional(),
  nodes: graph.shape.nodes.optional(),
  links: graph.shape.links.optional(),
});

type Sent = z.infer<typeof pipeline>;

async function sentBody(c: Context<AppContext>, collection: string): Promise<Sent> {
  const sent = await body(c, collection === 'pipelines' ? pipeline : resource);
  if (collection === 'pipelines' && sent.name !== undefined && !sent.name?.trim()) {
    throw invalid([{ field: 'name', message: 'a pipeline needs a name' }]);
  }
  return collection === 'pipelines' ? withArchitecture(sent as Sent) : (sent as Sent);
}

/** A pipeline answers its graph at the top, so that is where it may come back. */
function withArchitecture({ nodes, links, ...sent }: Sent): Sent {
  return { ...sent, ...(nodes && !sent.architecture && { architecture: { nodes, links: links ?? [] } }) };
}

/** What identifies a record and does not change with it. */
type Identity = Pick<AssetRow, 'assetId' | 'teamId' | 'collection' | 'createdAt' | 'updatedAt'>;

function rowOf(identity: Identity, wire: WireRecord): AssetRow {
  const name = typeof wire.name === 'string' ? wire.name : '';
  const status = typeof wire.status === 'string' ? wire.status : null;
  return { ...identity, name, nameLower: name.toLowerCase(), status, body: JSON.stringify({ ...wire, id: identity.assetId }) };
}

async function create(c: Context<AppContext>, collection: string, wire: WireRecord): Promise<Response> {
  const { platform, principal } = c.var;
  const row = rowOf({ assetId: recordId(c), teamId: principal.homeTeamId, collection, ...stamps(c) }, wire);
  await platform.store.insertInto('assets').values(row).execute();
  return c.json(assetWire(row), 201);
}

/** Any resource of `v1`, `v2` and `sdk`: one path for all, as aiXplain has it. */
export const resourceRoutes = new Hono<AppContext>()
  .post('/:prefix{v1|v2|sdk}/:collection/paginate', async (c) => c.json(await paginate(c, c.req.param('collection'))))

  .get('/:prefix{v1|v2|sdk}/:collection', async (c) => c.json(await listing(c, c.req.param('collection'))))

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
    return c.json(assetWire(await loadAsset(c, c.req.param('collection'), c.req.param('id'))));
  })

  .get('/:prefix{v1|v2|sdk}/:collection/:id', async (c) =>
    c.json(assetWire(await loadAsset(c, c.req.param('collection'), c.req.param('id')))),
  )

  .put('/:prefix{v1|v2|sdk}/:collection/:id', async (c) => {
    const collection = c.req.param('collection');
    const before = await loadAsset(c, collection, c.req.param('id'));
    const sent = await sentBody(c, collection);
    const row = rowOf({ ...before, updatedAt: stamps(c).updatedAt }, { ...JSON.parse(before.body), ...sent });
    await c.var.platform.store.updateTable('assets').set(row).where('assetId', '=', before.assetId).execute();
    return c.json(assetWire(row));
  })

  .delete('/:prefix{v1|v2|sdk}/:collection/:id', async (c) => {
    const { assetId } = await loadAsset(c, c.req.param('collection'), c.req.param('id'));
    await c.var.platform.store.deleteFrom('assets').where('assetId', '=', assetId).execute();
    return c.json({ id: assetId, status: 'deleted' });
  });
