import { Hono } from 'hono';
import { collectionOf } from '../../assets/collections.js';
import { bodyOf } from '../../assets/rows.js';
import { isRecord } from '../../assets/spelling.js';
import type { AppContext, AppEnv } from '../../context.js';
import { body } from '../../requests/validation.js';
import { text, z } from '../../requests/vocabulary.js';
import type { Store } from '../../store/database.js';
import type { AssetRow } from '../../store/schema.js';
import { findAsset, loadAsset, serializeAsset, subagentIds } from './assets.js';
import { createAsset, isNameTaken } from './resources.js';

const request = z.object({ name: text.min(1).nullish(), cloneSubagents: z.boolean().nullish() });

/** The first free name for a copy: `A (copy)`, then `A (copy 2)`, and so on. The copy of a copy counts on. */
async function copyName(store: Store, { teamId, collection, name }: AssetRow): Promise<string> {
  const original = name.replace(/ \(copy(?: \d+)?\)$/, '');
  for (let number = 1; ; number++) {
    const wish = `${original} (copy${number === 1 ? '' : ` ${number}`})`;
    if (!(await isNameTaken(store, teamId, collection, wish))) return wish;
  }
}

/**
 * Copies an agent as a draft. With `copies`, its sub-agents are copied too, each once: `copies` has the copy of each agent
 * that was begun.
 */
async function copyAgent(
  c: AppContext,
  store: Store,
  source: AssetRow,
  name?: string | null,
  copies?: Map<string, string>,
): Promise<AssetRow> {
  const id = c.var.platform.newId();
  copies?.set(source.assetId, id);
  // The path stands for the source.
  const { path: _path, assetInfo: _assetInfo, ...record } = bodyOf(source);
  for (const subagentId of copies ? subagentIds(record) : []) {
    const subagent = copies?.has(subagentId) ? undefined : await findAsset(c, subagentId, store);
    if (subagent) await copyAgent(c, store, subagent, null, copies);
  }
  const copied = (agent: unknown): unknown => (typeof agent === 'string' ? (copies?.get(agent) ?? agent) : agent);
  const agents = Array.isArray(record.agents)
    ? record.agents.map((agent) =>
        isRecord(agent)
          ? { ...agent, ...('id' in agent && { id: copied(agent.id) }), ...('assetId' in agent && { assetId: copied(agent.assetId) }) }
          : copied(agent),
      )
    : record.agents;
  const copy = { ...record, ...(agents !== undefined && { agents }), name: name ?? (await copyName(store, source)), status: 'draft' };
  return await createAsset(c, store, collectionOf(source.collection), copy, { clonedFromId: source.assetId }, id);
}

/** Copies of agents. */
export const copyRoutes = new Hono<AppEnv>().post(
  '/:prefix{(?:v1|v2|sdk)}/:collection{(?:agents|agent-communities)}/:id/duplicate',
  async (c) => {
    const source = await loadAsset(c, c.req.param('collection'), c.req.param('id'));
    const { name, cloneSubagents } = await body(c, request);
    const row = await c.var.platform.store.transaction().execute(async (store) => {
      return await copyAgent(c, store, source, name, cloneSubagents ? new Map() : undefined);
    });
    return c.json(serializeAsset(row, c.req.param('prefix')), 201);
  },
);
