import { Hono } from 'hono';
import { bodyOf, insertAsset } from '../../assets/rows.js';
import { type ZipEntry, zip } from '../../assets/zip.js';
import { findUploaded, uploadedKey } from '../../blobs/received.js';
import type { AppContext, AppEnv } from '../../context.js';
import { conflict, invalid } from '../../requests/errors.js';
import { body } from '../../requests/validation.js';
import { name, text, z } from '../../requests/vocabulary.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { loadAsset, missing, serializeAsset } from './assets.js';

const nodes = 'skill-nodes';
const nodeName = name().refine((value) => !/[/\\]/.test(value) && value !== '.' && value !== '..', 'must not be a path');
const folder = z.object({ name: nodeName, description: text.nullish(), parentId: text.nullish() });
const file = folder.extend({ url: name(10_000) });

/** The files and folders of a skill. */
async function nodesOf(c: AppContext, skillId: string): Promise<AssetRow[]> {
  const rows = c.var.platform.store.selectFrom('assets').selectAll().where('parentId', '=', skillId).where('collection', '=', nodes);
  return await rows.orderBy('createdAt').orderBy('assetId').execute();
}

/** Adds a file or a folder to a skill, in the folder `parentId`. */
async function addNode(c: AppContext, kind: 'file' | 'folder', sent: z.infer<typeof folder>): Promise<Response> {
  const { platform } = c.var;
  const skill = await loadAsset(c, 'skill', c.req.param('id') ?? '');
  if (sent.parentId) {
    const parent = (await nodesOf(c, skill.assetId)).find(({ assetId }) => assetId === sent.parentId);
    if (!parent) throw missing('folder', sent.parentId);
    if (bodyOf(parent).kind !== 'folder') throw invalid([{ field: 'parentId', message: 'must be a folder' }]);
  }
  const identity = { assetId: platform.newId(), teamId: skill.teamId, collection: nodes, parentId: skill.assetId };
  const record = { ...sent, parentId: sent.parentId ?? null, kind };
  const row = await platform.store.transaction().execute((store) => insertAsset(store, platform.clock, identity, record));
  return c.json(serializeAsset(row), 201);
}

async function contentOf(c: AppContext, { name, url }: JsonRecord): Promise<Uint8Array> {
  const { platform } = c.var;
  const key = uploadedKey(platform, String(url));
  const object = key === undefined ? undefined : await findUploaded(platform, key);
  if (!object) throw conflict(`The file '${String(name)}' of the skill is not an upload of this platform.`);
  if (object.size === 0) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const chunk of await platform.blobs.read(object)) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Where a node is in its skill. Folders are older than what is in them, so there are no circles. */
function pathOf(record: JsonRecord, byId: ReadonlyMap<string, JsonRecord>): string {
  const parent = byId.get(String(record.parentId));
  return parent ? `${pathOf(parent, byId)}/${String(record.name)}` : String(record.name);
}

/** The files of skills. */
export const skillRoutes = new Hono<AppEnv>()
  .post('/sdk/skill/:id/file', async (c) => addNode(c, 'file', await body(c, file)))
  .post('/sdk/skill/:id/folder', async (c) => addNode(c, 'folder', await body(c, folder)))
  .get('/sdk/skill/:id/download', async (c) => {
    const { assetId } = await loadAsset(c, 'skill', c.req.param('id'));
    const records = (await nodesOf(c, assetId)).map(bodyOf);
    const byId = new Map(records.map((record) => [String(record.id), record]));
    const entries: ZipEntry[] = [];
    for (const record of records) {
      if (record.kind === 'file') entries.push({ path: pathOf(record, byId), content: await contentOf(c, record) });
    }
    return c.body(zip(entries), 200, { 'content-type': 'application/zip' });
  });
