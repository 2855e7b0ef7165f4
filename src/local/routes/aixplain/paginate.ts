import type { AppContext } from '../../context.js';
import { invalid } from '../../requests/errors.js';
import { Query } from '../../requests/query.js';
import { body, count, text, z } from '../../requests/validation.js';
import { sql } from '../../store/kysely.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { serializeAsset } from './assets.js';

const pageRequest = z.object({
  pageNumber: count.default(0),
  pageSize: z.int().min(1).max(1000).default(20),
  q: text.nullish(),
  sortBy: z.string().nullish(),
  sortOrder: z.union([z.string(), z.number()]).nullish(),
  status: z.union([text, z.array(text)]).nullish(),
  draftsOnly: z.boolean().nullish(),
});

type PageRequest = z.infer<typeof pageRequest>;

/** Columns by the value of `sortBy`, normalised: `name`, `NAME` and `SortBy.NAME` are the same. */
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
  results: JsonRecord[];
  total: number;
  /** The number of pages. */
  pageTotal: number;
  pageNumber: number;
}

async function select(c: AppContext, collection: string, request: PageRequest): Promise<AssetPage> {
  const { pageNumber, pageSize } = request;
  const statuses = request.draftsOnly ? ['draft'] : [request.status ?? []].flat();
  let query = c.var.platform.store
    .selectFrom('assets')
    .where('teamId', '=', c.var.principal.homeTeamId)
    .where('collection', '=', collection);
  if (request.q)
    query = query.where(
      sql<boolean>`${sql.ref('nameLower')} like ${`%${request.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`} escape '\\'`,
    );
  if (statuses.length > 0) query = query.where('status', 'in', statuses);
  const { total } = await query.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow();
  const direction = directionOf(request.sortOrder);
  const rows = await query
    .selectAll()
    .orderBy(columnOf(request.sortBy), direction)
    .orderBy('assetId', direction)
    .limit(pageSize)
    .offset(pageNumber * pageSize)
    .execute();
  return { results: rows.map(serializeAsset), total: Number(total), pageTotal: Math.ceil(Number(total) / pageSize), pageNumber };
}

/** A page of a collection. Pipelines are repeated under `items`, which clients of the first generation read. */
export async function paginate(c: AppContext, collection: string): Promise<AssetPage & { items?: JsonRecord[] }> {
  const page = await select(c, collection, await body(c, pageRequest));
  return collection === 'pipelines' ? { ...page, items: page.results } : page;
}

/** The older form of a list: pipelines as a page under `items`, other collections as one array. */
export async function listCollection(c: AppContext, collection: string): Promise<{ items: JsonRecord[] } | JsonRecord[]> {
  const query = new Query(c.req.url);
  const pageNumber = Number(query.text('pageNumber') ?? 0);
  const pageSize = query.positive('pageSize', collection === 'pipelines' ? 10 : 1000, 1000);
  if (!Number.isInteger(pageNumber) || pageNumber < 0)
    query.problems.push({ field: 'pageNumber', message: 'must be a whole number of at least 0' });
  if (query.problems.length > 0) throw invalid(query.problems);
  const { results, ...rest } = await select(c, collection, { pageNumber, pageSize });
  return collection === 'pipelines' ? { items: results, ...rest } : results;
}
