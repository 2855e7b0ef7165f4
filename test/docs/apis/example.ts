import { createHash } from 'node:crypto';
import type { Api } from './index.js';
import { lists } from './lists.js';
import { seed } from './seed.js';
import { special } from './special.js';

export type Item = Record<string, unknown> & { id: string };

/** What a request asks for: `GET /posts/7` is `{ method: 'GET', collection: 'posts', id: '7' }`. */
export interface Asked {
  method: string;
  collection: string;
  id: string | undefined;
  /** What follows the id. */
  action: string | undefined;
  url: URL;
  headers: Headers;
  body: Record<string, unknown>;
  items: Item[];
}

export const error = (status: number, code: string, message: string): Response => Response.json({ error: { code, message } }, { status });

/** The entity tag of an item, which changes with its content. */
const tagOf = (item: Item): string => `"${createHash('sha256').update(JSON.stringify(item)).digest('hex').slice(0, 16)}"`;

/**
 * `https://api.example.test`: a REST API whose collections (`/posts`, `/widgets` …) are there as soon as they are named. `GET /posts` and
 * `POST /posts/paginate` list, with the values of fields as filters; `POST /posts`, `GET`, `PUT`, `PATCH` and `DELETE /posts/{id}` do
 * what they do elsewhere, and send and honour entity tags. `lists.ts` has the collections that are listed otherwise, `special.ts` what
 * else there is, `seed.ts` what is in it. A path may begin with `/api` or `/v1`.
 */
export function exampleApi(): Api {
  const data = new Map(Object.entries(seed()));
  let last = 100;

  return async (request) => {
    const url = new URL(request.url);
    const [collection = '', id, action] = url.pathname
      .split('/')
      .slice(1)
      .filter((part, index) => index > 0 || !['api', 'v1'].includes(part))
      .map(decodeURIComponent);
    const text = await request.text();
    const isJson = /json/.test(request.headers.get('content-type') ?? '');
    const body = (text !== '' && isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
    const items = data.get(collection) ?? [];
    data.set(collection, items);
    const asked: Asked = { method: request.method, collection, id, action, url, headers: request.headers, body, items };

    const other = special(asked);
    if (other) return other;
    if (id === undefined && request.method === 'POST') {
      const item: Item = { ...body, id: String(++last) };
      items.push(item);
      return Response.json(item, { status: 201, headers: { etag: tagOf(item), location: `/${collection}/${item.id}` } });
    }
    if (id === undefined || (id === 'paginate' && request.method === 'POST')) return lists(asked);

    const at = items.findIndex((item) => item.id === id);
    const item = items[at];
    if (!item) return error(404, 'not_found', `There is no ${collection} ${id}.`);
    if (request.headers.get('if-none-match') === tagOf(item)) return new Response(null, { status: 304 });
    const expected = request.headers.get('if-match');
    if (expected !== null && expected !== tagOf(item)) return error(412, 'stale', 'Somebody else has changed it.');
    switch (request.method) {
      case 'GET':
        break;
      case 'PUT':
      case 'PATCH':
        items[at] = { ...(request.method === 'PATCH' ? item : {}), ...body, id };
        break;
      case 'DELETE':
        items.splice(at, 1);
        return new Response(null, { status: 204 });
      default:
        return error(405, 'method', `${request.method} is not allowed.`);
    }
    const now = items[at] ?? item;
    return Response.json(now, { headers: { etag: tagOf(now) } });
  };
}
