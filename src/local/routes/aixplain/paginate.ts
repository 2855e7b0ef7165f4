import { type Collection, collectionOf } from '../../assets/collections.js';
import { descriptionFacet, numericOrders } from '../../assets/facets.js';
import type { ValueFilter } from '../../assets/filters.js';
import { keysOf, recordsOf, spelling, wellFormed } from '../../assets/spelling.js';
import type { AppContext } from '../../context.js';
import { parseIso } from '../../engine/values/dates.js';
import { invalid } from '../../requests/errors.js';
import { body } from '../../requests/validation.js';
import { count, text, z } from '../../requests/vocabulary.js';
import { sql } from '../../store/kysely.js';
import type { JsonRecord } from '../../store/record-kinds.js';
import { serializeAsset } from './assets.js';

const pageRequest = z.looseObject({
  pageNumber: count.default(0),
  pageSize: z.int().min(1).max(1000).default(20),
  q: text.nullish(),
  sortBy: z.string().nullish(),
  sortOrder: z.union([z.string(), z.number()]).nullish(),
  sort: z.unknown().optional(),
});

type PageRequest = z.infer<typeof pageRequest>;

/** The parameters of a request that are no filters. */
const pageParameters: readonly string[] = Object.keys(pageRequest.shape);

/** Columns by the name of an order; `name`, `NAME` and `SortBy.NAME` are the same. */
const columns: Readonly<Record<string, 'name' | 'createdAt' | 'updatedAt'>> = {
  name: 'name',
  createdat: 'createdAt',
  updatedat: 'updatedAt',
};
const numbers = new Map(Object.keys(numericOrders).map((name) => [name.toLowerCase(), name]));

interface Order {
  column: 'name' | 'createdAt' | 'updatedAt';
  /** The number that precedes the column. */
  number?: string | undefined;
  direction: 'asc' | 'desc';
  /** The parameter that asked for an order that does not exist. */
  ignored?: string | undefined;
}

function orderOf({ sortBy, sortOrder, sort }: PageRequest): Order {
  const [first = {}] = recordsOf(sort);
  const by = sortBy ?? first.field;
  const wish = sortOrder ?? first.dir;
  const name = typeof by === 'string' ? spelling(by).replaceAll('-', '') : '';
  const direction = wish === -1 || /desc|-1/i.test(String(wish)) ? 'desc' : 'asc';
  const ignored = name === '' || columns[name] || numbers.has(name) ? undefined : sortBy ? 'sortBy' : 'sort';
  return { column: columns[name] ?? 'createdAt', number: numbers.get(name), direction, ignored };
}

/** The most values that one filter takes. */
const maxValues = 10_000;

/** The values that a filter is given: none when it is absent or empty. */
function wantedOf(field: string, { wanted = (value) => value, exact }: ValueFilter, value: unknown): string[] {
  const keys = keysOf(wanted(value)).filter((key) => key !== '');
  if (keys.length > maxValues) throw invalid([{ field, message: `must have at most ${maxValues} values` }]);
  if (keys.some((key) => key.includes('\0'))) throw invalid([{ field, message: 'must not contain a NUL character' }]);
  return keys.map((key) => (exact ? key : spelling(key)));
}

const escaped = (value: string): string => value.replace(/[\\%_]/g, '\\$&');

interface AssetPage {
  results: JsonRecord[];
  total: number;
  /** The number of pages. */
  pageTotal: number;
  pageNumber: number;
}

/** The query of a collection, restricted by the request, and the parameters of the request that restrict nothing. */
function selection(c: AppContext, collection: Collection, request: PageRequest) {
  let query = c.var.platform.store
    .selectFrom('assets')
    .where('collection', '=', collection.name)
    .where('teamId', '=', c.var.principal.homeTeamId)
    .where('parentId', 'is', null);
  const has = (facet: string, values: readonly string[], pattern = false): void => {
    query = query.where(({ exists, selectFrom }) => {
      const facets = selectFrom('assetFacets').select('facet').whereRef('assetFacets.assetId', '=', 'assets.assetId');
      const named = facets.where('facet', '=', facet);
      return exists(pattern ? named.where(like('assetFacets.value', values)) : named.where('value', 'in', values));
    });
  };
  if (request.q) {
    const pattern = `%${escaped(request.q.toLowerCase())}%`;
    query = query.where(({ or, exists, selectFrom }) =>
      or([
        like('assets.nameLower', [pattern]),
        exists(
          selectFrom('assetFacets')
            .select('facet')
            .whereRef('assetFacets.assetId', '=', 'assets.assetId')
            .where('facet', '=', descriptionFacet)
            .where(like('assetFacets.value', [pattern])),
        ),
      ]),
    );
  }
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(request)) {
    if (pageParameters.includes(name) || value === null || value === undefined) continue;
    const filter = Object.hasOwn(collection.filters, name) ? collection.filters[name] : undefined;
    if (!filter) ignored.push(name);
    else if ('created' in filter) query = query.where('createdAt', filter.created, timeOf(name, value));
    else {
      const wanted = wantedOf(name, filter, value);
      if (wanted.length === 0 && !isEmpty(value)) ignored.push(name);
      else if (wanted.length === 0) continue;
      else if (filter.match === 'all') for (const each of wanted) has(name, [each]);
      else if (filter.match === 'prefix')
        has(
          name,
          wanted.map((each) => `${escaped(each)}%`),
          true,
        );
      else has(name, wanted);
    }
  }
  return { query, ignored };
}

/** Whether a filter's value restricts nothing, as clients send it for no filter. */
function isEmpty(value: unknown): boolean {
  return value === '' || value === false || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}

function timeOf(field: string, value: unknown): string {
  const time = parseIso(String(value));
  if (!time) throw invalid([{ field, message: `must be an ISO 8601 time, not '${String(value)}'` }]);
  return time.toISOString();
}

function like(column: string, patterns: readonly string[]) {
  const each = patterns.map((pattern) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`);
  return sql<boolean>`(${sql.join(each, sql` or `)})`;
}

async function select(c: AppContext, collection: Collection, request: PageRequest): Promise<AssetPage> {
  const { pageNumber, pageSize } = request;
  const { query, ignored } = selection(c, collection, request);
  const { column, number, direction, ignored: unordered } = orderOf(request);
  const { total } = await query.select((of) => of.fn.countAll<number | string>().as('total')).executeTakeFirstOrThrow();
  let ordered = query.selectAll('assets');
  if (number !== undefined) {
    const value = sql`(select ${sql.ref('number')} from ${sql.table('assetFacets')} where ${sql.ref('assetFacets.assetId')} = ${sql.ref('assets.assetId')} and ${sql.ref('facet')} = ${number})`;
    ordered = ordered.orderBy(sql`coalesce(${value}, 0)`, direction);
  }
  const rows = await ordered
    .orderBy(column, direction)
    .orderBy('assetId', direction)
    .limit(pageSize)
    .offset(pageNumber * pageSize)
    .execute();
  reportIgnored(c, [...ignored, ...(unordered ? [unordered] : [])]);
  const results = rows.map((row) => serializeAsset(row, c.req.param('prefix')));
  return { results, total: Number(total), pageTotal: Math.ceil(Number(total) / pageSize), pageNumber };
}

/** Names the parameters that were not obeyed, in a header. */
function reportIgnored(c: AppContext, names: readonly string[]): void {
  if (names.length > 0) c.header('X-Ignored-Filters', names.slice(0, 50).map(headerText).join(', '));
}

const headerText = (name: string): string => (/^[\w.[\]-]{1,100}$/.test(name) ? name : encodeURIComponent(wellFormed(name.slice(0, 100))));

/** A page as both generations read it: under `results`, and under `items` for the first. */
type ListedPage = AssetPage & { items?: JsonRecord[] };

const listed = (c: AppContext, page: AssetPage): ListedPage => (c.req.param('prefix') === 'v2' ? page : { ...page, items: page.results });

/** The page that a request asks for in its body. */
export async function paginate(c: AppContext, name: string): Promise<ListedPage> {
  return listed(c, await select(c, collectionOf(name), await body(c, pageRequest)));
}

/** The list that a request asks for in its query: a page, or one array where the vendor has that. */
export async function listCollection(c: AppContext, name: string): Promise<ListedPage | JsonRecord[]> {
  const collection = collectionOf(name);
  const pageSize = collection.name === 'pipelines' ? 10 : 1000;
  const result = pageRequest.safeParse({ pageSize, ...queryOf(c) });
  if (!result.success) throw invalid(result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })));
  const page = await select(c, collection, result.data);
  return collection.list === 'page' ? listed(c, page) : page.results;
}

/** The parameters of a query, in the types that they have in a body. A list repeats its key, with or without `[]`, or has commas. */
function queryOf(c: AppContext): JsonRecord {
  const query: JsonRecord = {};
  for (const [key, values] of Object.entries(c.req.queries())) {
    const name = key.replace(/\[\]$/, '');
    const given = values.flatMap((value) => (name === 'q' ? value : value.split(','))).filter((value) => value !== '');
    if (given.length === 0) continue;
    const whole = ['pageNumber', 'pageSize'].includes(name) && /^\d{1,9}$/.test(given[0] ?? '');
    query[name] = whole ? Number(given[0]) : given.length === 1 ? given[0] : given;
  }
  return query;
}
