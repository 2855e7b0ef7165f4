import { Hono } from 'hono';
import { type Collection, collectionOf } from '../../assets/collections.js';
import { bodyOf, insertAsset, updateAsset } from '../../assets/rows.js';
import { isRecord } from '../../assets/spelling.js';
import type { AppContext, AppEnv } from '../../context.js';
import { reads } from '../../requests/authentication.js';
import { errorResponse, HttpError, invalid } from '../../requests/errors.js';
import { newRecordId } from '../../requests/records.js';
import { body } from '../../requests/validation.js';
import { text, z } from '../../requests/vocabulary.js';
import type { Store } from '../../store/database.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import type { AssetRow } from '../../store/schema.js';
import { ScheduleProblem } from '../../triggers/schedule.js';
import { nextRunAt } from '../../triggers/scheduler.js';
import { loadAsset, loadOwnAsset, serializeAsset, teamNumber } from './assets.js';
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

/** The refusal of fields that a collection does not have. */
class UnknownProperties extends Error {
  readonly messages: readonly string[];

  constructor(fields: readonly string[]) {
    super('Unknown properties');
    this.messages = fields.map((field) => `property ${field} should not exist`);
  }
}

/** What a request sends, without the fields that only the server sets. */
async function sentBody(c: AppContext, { name, serverFields, allowed }: Collection): Promise<Sent> {
  const sent = (await body(c, name === 'pipelines' ? pipeline : resource)) as Sent;
  const unknown = allowed && Object.keys(sent).filter((field) => !allowed.includes(field));
  if (unknown?.length) throw new UnknownProperties(unknown);
  for (const field of ['id', 'createdAt', 'updatedAt', ...serverFields]) delete sent[field];
  if (name !== 'pipelines') return sent;
  if (sent.name !== undefined && !sent.name?.trim()) throw invalid([{ field: 'name', message: 'a pipeline needs a name' }]);
  return withArchitecture(sent);
}

/** Accepts a pipeline's graph at the top level too, where responses have it. */
function withArchitecture({ nodes, links, ...sent }: Sent): Sent {
  return { ...sent, ...(nodes && !sent.architecture && { architecture: { nodes, links: links ?? [] } }) };
}

/** Whether the team has another record of this name in the collection. */
export async function isNameTaken(store: Store, teamId: string, collection: string, name: unknown, exceptId?: string): Promise<boolean> {
  if (typeof name !== 'string' || name === '') return false;
  const same = store.selectFrom('assets').select('assetId').where('teamId', '=', teamId).where('collection', '=', collection);
  const rows = await same.where('parentId', 'is', null).where('name', '=', name).limit(2).execute();
  return rows.some(({ assetId }) => assetId !== exceptId);
}

/** @throws HttpError in the vendor's words when the name is taken in a collection whose names are unique. */
async function checkName(
  c: AppContext,
  store: Store,
  { name, nameTaken }: Collection,
  row: { teamId: string; assetId?: string },
  wish: unknown,
) {
  if (nameTaken === undefined || !(await isNameTaken(store, row.teamId, name, wish, row.assetId))) return;
  throw new HttpError(nameTaken, c.req.param('prefix') === 'sdk' && nameTaken === 400 ? 'err.name_already_exists' : 'name_already_exists');
}

/** Creates a record, with the server's own fields in `own`, in a transaction. */
export async function createAsset(
  c: AppContext,
  store: Store,
  collection: Collection,
  sent: JsonRecord,
  own: JsonRecord = {},
  id = newRecordId(c),
): Promise<AssetRow> {
  const { platform, principal } = c.var;
  const teamId = principal.homeTeamId;
  await checkName(c, store, collection, { teamId }, sent.name);
  const record = { ...sent, ...own };
  for (const [field, value] of Object.entries(collection.defaults)) record[field] ??= value;
  return await insertAsset(store, platform.clock, { assetId: id, teamId, collection: collection.name, parentId: null }, record);
}

/** Saves what a request sends over a record, in a transaction. */
export async function saveAsset(c: AppContext, store: Store, before: AssetRow, sent: JsonRecord): Promise<AssetRow> {
  await checkName(c, store, collectionOf(before.collection), before, sent.name);
  return await updateAsset(store, c.var.platform.clock, before, { ...bodyOf(before), ...sent });
}

/** The fields that the server gives a new record. */
function ownFields(c: AppContext, { name }: Collection): JsonRecord {
  const { userId, homeTeamId } = c.var.principal;
  if (name === 'sessions') return { userId };
  return name === 'skill' ? { user: userId, team: teamNumber(homeTeamId) } : {};
}

/**
 * The fields of a record that follow from the others.
 * @throws HttpError 400 for a trigger without what starts it, or with a schedule that is none.
 */
function derivedFields(c: AppContext, { name }: Collection, record: JsonRecord, createdAt?: string): JsonRecord {
  if (name !== 'triggers') return {};
  checkTrigger(record);
  const now = c.var.platform.clock.now();
  try {
    const next = nextRunAt(record, createdAt === undefined ? now : Date.parse(createdAt), now);
    return { nextRunAt: next, ...(isRecord(record.configuration) && { type: record.configuration.type ?? null }) };
  } catch (error) {
    throw error instanceof ScheduleProblem ? invalid([{ field: error.field, message: error.message }]) : error;
  }
}

function checkTrigger({ triggerType, configuration, triggerId }: JsonRecord): void {
  if (triggerType === undefined) return;
  const problem = (field: string, message: string) => invalid([{ field, message }]);
  if (triggerType !== 'time' && triggerType !== 'external') throw problem('triggerType', 'must be time or external');
  if (triggerType === 'time' && !isRecord(configuration)) throw problem('configuration', 'a time trigger needs a schedule');
  if (triggerType === 'external' && !triggerId) throw problem('triggerId', 'an external trigger needs the id of its subscription');
}

/** Lets the platform see when triggers are due now. */
async function triggersChanged(c: AppContext, { name }: Collection): Promise<void> {
  if (name === 'triggers') await c.var.platform.triggers.changed();
}

const of = (c: AppContext): Collection => collectionOf(c.req.param('collection') ?? '');
const shown = (c: AppContext, row: AssetRow): JsonRecord => serializeAsset(row, c.req.param('prefix'));

/** The resources of `v1`, `v2` and `sdk`: all collections share the same routes. */
export const resourceRoutes = new Hono<AppEnv>()
  .post('/:prefix{(?:v1|v2|sdk)}/:collection/paginate', reads, async (c) => c.json(await paginate(c, c.req.param('collection'))))

  .get('/:prefix{(?:v1|v2|sdk)}/:collection', async (c) => c.json(await listCollection(c, c.req.param('collection'))))

  .post('/:prefix{(?:v1|v2|sdk)}/:collection', async (c) => {
    const collection = of(c);
    const sent = await sentBody(c, collection);
    if (collection.name === 'pipelines' && !sent.name) throw invalid([{ field: 'name', message: 'a pipeline needs a name' }]);
    const own = { ...ownFields(c, collection), ...derivedFields(c, collection, sent) };
    const create = (store: Store) => createAsset(c, store, collection, sent, own);
    const row = await c.var.platform.store.transaction().execute(create);
    await triggersChanged(c, collection);
    return c.json(shown(c, row), 201);
  })

  .get('/:prefix{(?:v1|v2|sdk)}/:collection/:id/overview', async (c) => {
    return c.json(shown(c, await loadAsset(c, c.req.param('collection'), c.req.param('id'))));
  })

  .get('/:prefix{(?:v1|v2|sdk)}/:collection/:id', async (c) =>
    c.json(shown(c, await loadAsset(c, c.req.param('collection'), c.req.param('id')))),
  )

  .put('/:prefix{(?:v1|v2|sdk)}/:collection/:id', async (c) => {
    await loadOwnAsset(c, c.req.param('collection'), c.req.param('id'));
    const collection = of(c);
    const sent = await sentBody(c, collection);
    // What is due by now starts as it is: when a trigger is due next is counted from now.
    await triggersChanged(c, collection);
    const row = await c.var.platform.store.transaction().execute(async (store) => {
      const before = await loadOwnAsset(c, c.req.param('collection'), c.req.param('id'), store);
      const derived = derivedFields(c, collection, { ...bodyOf(before), ...sent }, before.createdAt);
      return await saveAsset(c, store, before, { ...sent, ...derived });
    });
    await triggersChanged(c, collection);
    return c.json(shown(c, row));
  })

  .delete('/:prefix{(?:v1|v2|sdk)}/:collection/:id', async (c) => {
    const { assetId } = await loadOwnAsset(c, c.req.param('collection'), c.req.param('id'));
    await c.var.platform.store.deleteFrom('assets').where('assetId', '=', assetId).execute();
    return c.json({ id: assetId, status: 'deleted' });
  });

resourceRoutes.onError((error, c) =>
  error instanceof UnknownProperties
    ? c.json({ statusCode: 400, message: error.messages, error: 'Bad Request' }, 400)
    : errorResponse(error, c),
);
