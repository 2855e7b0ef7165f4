import type { Context } from 'hono';
import type { AppContext } from '../../context.js';
import { sql } from '../../store/kysely.js';
import type { WireRecord } from '../../store/records.js';
import { invalid } from '../../wire/errors.js';
import { Query } from '../../wire/query.js';
import { body, count, text, z } from '../../wire/validation.js';
import { assetWire } from './assets.js';

const request = z.object({
  pageNumber: count.default(0),
  pageSize: z.int().min(1).max(1000).default(20),
  q: text.nullish(),
  sortBy: z.string().nullish(),
  sortOrder: z.union([z.string(), z.number()]).nullish(),
  status: z.union([text, z.array(text)]).nullish(),
  draftsOnly: z.boolean().nullish(),
});

type Request = z.infer<typeof request>;

/** Columns by the name of what to sort by: `name`, `NAME` and `SortBy.NAME` are the same. */
const sortable: Readonly<Record<string, 'name' | 'createdAt' | 'updatedAt'>> = {
  name: 'name',
  createdat: 'createdAt',
  updatedat: 'updatedAt',
};

function columnOf(sortBy: string | null | undefined): 'name' | 'createdAt' | 'updatedAt' {
  return sortable[String(sortBy).split('.').at(-1)?.toLowerCase().replaceAll('_', '') ?? ''] ?? 'createdAt';
}

function directionOf(sortOrder: string | number | null | undefined): 'asc' | 'desc' {
  return sortOrder === -1 || /desc|-1/i.test(String(sortOrder)) ? 'desc' : 'asc';
}

interface AssetPage {
  results: WireRecord[];
  total: number;
  /** How many pages there are. */
  pageTotal: number;
  pageNumber: number;
}

async function select(c: Context<AppContext>, collection: string, wanted: Request): Promise<AssetPage> {
  const { pageNumber, pageSize } = wanted;
  const statuses = wanted.draftsOnly ? ['draft'] : [wanted.status ?? []].flat();
  let query = c.var.platform.store
    .selectFrom('assets')
    .where('teamId', '=', c.var.principal.homeTeamId)
    .where('collection', '=', collection);
  if (wanted.q)
    query = query.where(sql<boolean>`${sql.ref('nameLower')} like ${`%${wanted.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`);
  if (statuses.length > 0) query = query.where('status', 'in', statuses);
  const { total } = await query.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow();
  const direction = directionOf(wanted.sortOrder);
  const rows = await query
    .selectAll()
    .orderBy(columnOf(wanted.sortBy), direction)
    .orderBy('assetId', direction)
    .limit(pageSize)
    .offset(pageNumber * pageSize)
    .execute();
  return { results: rows.map(assetWire), total: Number(total), pageTotal: Math.ceil(Number(total) / pageSize), pageNumber };
}

/** A page of a collection. Pipelines come under `items` too, where aiXplain's first client looks for them. */
export async function paginate(c: Context<AppContext>, collection: string): Promise<AssetPage & { items?: WireRecord[] }> {
  const page = await select(c, collection, await body(c, request));
  return collection === 'pipelines' ? { ...page, items: page.results } : page;
}

/** The older form of a list: pipelines page by page under `items`, everything else as one array. */
export async function listing(c: Context<AppContext>, collection: string): Promise<{ items: WireRecord[] } | WireRecord[]> {
  const query = new Query(c.req.url);
  const pageNumber = Number(query.text('pageNumber') ?? 0);
  const pageSize = query.positive('pageSize', collection === 'pipelines' ? 10 : 1000, 1000);
  if (!Number.isInteger(pageNumber) || pageNumber < 0)
    query.problems.push({ field: 'pageNumber', message: 'must be a whole number of at least 0' });
  if (query.problems.length > 0) throw invalid(query.problems);
  const { results, ...rest } = await select(c, collection, { pageNumber, pageSize });
  return collection === 'pipelines' ? { items: results, ...rest } : results;
}
