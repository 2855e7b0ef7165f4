import type { Asked, Item } from './example.js';

const paging = new Set([
  'page',
  'pageNumber',
  'limit',
  'pageSize',
  'per_page',
  'starting_after',
  'offset',
  'letter',
  'sortBy',
  'sortOrder',
  'include',
]);

/** Whether an item has the values that a search names. `ids` and `authorIds` name several; `nameLike` is a part of a text. */
function finds(item: Item, wanted: [string, unknown][]): boolean {
  return wanted.every(([name, value]) => {
    const values = (Array.isArray(value) ? value : [value]).map(String);
    if (name.endsWith('Like')) return String(item[name.slice(0, -4)]).toLowerCase().includes(String(value).toLowerCase());
    const field = /ids$/i.test(name) && !(name in item) ? name.slice(0, -1) : name;
    if (field in item)
      return (Array.isArray(item[field]) ? (item[field] as unknown[]) : [item[field]]).some((each) => values.includes(String(each)));
    return false;
  });
}

/** A page of a collection, in the way of that collection. */
export function lists({ method, collection, url, body, items }: Asked): Response {
  const given = method === 'POST' ? body : Object.fromEntries([...url.searchParams.keys()].map((name) => [name, several(url, name)]));
  const number = (...names: string[]): number | undefined =>
    names
      .map((name) => given[name])
      .filter((value) => value !== undefined)
      .map(Number)[0];
  const wanted = Object.entries(given).filter(([name]) => !paging.has(name));
  const found = sorted(
    items.filter((item) => finds(item, wanted)),
    given,
  );
  const size = number('limit', 'pageSize', 'per_page') ?? 20;
  const slice = (start: number) => found.slice(start, start + size);

  if (method === 'POST') {
    const page = number('pageNumber', 'page') ?? 0;
    return Response.json({ results: slice(page * size), total: found.length, pageTotal: Math.ceil(found.length / size), pageNumber: page });
  }
  switch (collection) {
    case 'charges': {
      const start = found.findIndex(({ id }) => id === given.starting_after) + 1;
      return Response.json({ data: slice(start), has_more: start + size < found.length });
    }
    case 'issues': {
      const page = number('page') ?? 1;
      const next = new URL(url);
      next.searchParams.set('page', String(page + 1));
      const headers = new Headers({ 'x-total-count': String(found.length) });
      if (page * size < found.length) headers.set('link', `<${next}>; rel="next"`);
      return Response.json(slice((page - 1) * size), { headers });
    }
    case 'words': {
      const letter = String(given.letter ?? 'a');
      return Response.json({ results: found.filter(({ text }) => String(text).startsWith(letter)), more: letter < 'c' });
    }
    case 'measurements': {
      const start = number('offset') ?? 0;
      return Response.json({ data: slice(start), count: found.length });
    }
    default: {
      const page = number('page') ?? 1;
      return Response.json({ data: slice((page - 1) * size), count: found.length });
    }
  }
}

function several(url: URL, name: string): unknown {
  const values = url.searchParams.getAll(name).flatMap((value) => (/ids$/i.test(name) ? value.split(',') : value));
  return values.length > 1 ? values : values[0];
}

function sorted(items: Item[], { sortBy, sortOrder }: Record<string, unknown>): Item[] {
  if (sortBy === undefined) return items;
  const sign = /^desc$/i.test(String(sortOrder)) ? -1 : 1;
  return items.toSorted((one, other) => sign * String(one[String(sortBy)]).localeCompare(String(other[String(sortBy)])));
}
