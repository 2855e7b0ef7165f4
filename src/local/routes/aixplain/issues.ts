import { Hono } from 'hono';
import { collectionOf } from '../../assets/collections.js';
import type { AppEnv } from '../../context.js';
import { body } from '../../requests/validation.js';
import { name, text, z } from '../../requests/vocabulary.js';
import { createAsset } from './resources.js';

const issue = z.looseObject({
  description: name(100_000),
  title: text.nullish(),
  severity: z.enum(['SEV1', 'SEV2', 'SEV3', 'SEV4']).nullish(),
  tags: z.array(text).nullish(),
});

/** Reports of issues, which are kept as records of the collection `issue`. */
export const issueRoutes = new Hono<AppEnv>().post('/v1/issue', async (c) => {
  const { id: _id, ...sent } = await body(c, issue);
  const row = await c.var.platform.store.transaction().execute((store) => createAsset(c, store, collectionOf('issue'), sent));
  return c.json({ issue_id: row.assetId }, 202);
});
