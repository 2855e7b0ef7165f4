import { Hono } from 'hono';
import { collectionOf } from '../../assets/collections.js';
import type { AppEnv } from '../../context.js';
import { loadByName, serializeAsset } from './assets.js';

/** Records by their names, which may be like the paths of other operations. */
export const byNameRoutes = new Hono<AppEnv>().get('/:prefix{(?:v1|v2|sdk)}/:collection/by-name/:name{.+}', async (c) => {
  const { prefix, collection, name } = c.req.param();
  return c.json(serializeAsset(await loadByName(c, collectionOf(collection), name), prefix));
});
