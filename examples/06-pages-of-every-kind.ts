/**
 * Lists in pages of every kind: each class says how its API divides them, and all are walked alike.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/06-pages-of-every-kind.js
 */
import { BaseResource, Connection, Entity, Field, type PageStyle, SearchResourceMixin } from 'remote-record';
import { openLakes } from './support/lakes.js';

@Entity({ search: { pageSize: 3 } })
class Lake extends SearchResourceMixin(BaseResource) {
  @Field() name!: string;
}

/** ?page=1&per_page=3 answers { results, total }. */
@Entity({ path: 'by-page', search: { method: 'GET', path: '', pageParam: 'page', sizeParam: 'per_page', firstPage: 1 } })
class ByPage extends Lake {}

/** ?offset=3&limit=3 answers { results, total }. */
@Entity({ path: 'by-offset', search: { style: 'offset' } })
class ByOffset extends Lake {}

/** ?cursor=Mw==&limit=3 answers { results, nextCursor }. */
@Entity({ path: 'by-cursor', search: { style: 'cursor' } })
class ByCursor extends Lake {}

/** ?starting_after=lake2&limit=3 answers { data, has_more }. */
@Entity({
  path: 'by-last-id',
  search: { style: 'cursor', cursorKey: '', cursorParam: 'starting_after', hasMoreKey: 'has_more', itemsKey: 'data' },
})
class ByLastId extends Lake {}

/** Answers a list, with the header Link: </v1/by-link?from=3>; rel="next". */
@Entity({ path: 'by-link', search: { style: 'link' } })
class ByLink extends Lake {}

/** Answers { results, next: '/v1/by-url?from=3' }. */
@Entity({ path: 'by-url', search: { style: 'url' } })
class ByUrl extends Lake {}

/** ?letter=b answers { results, more }: a style of its own. */
const letters: PageStyle = {
  start: () => 'a',
  request: (letter: string) => ({ params: { letter } }),
  read: ({ body }, letter: string) => ({
    next: (body as { more: boolean }).more ? String.fromCharCode(letter.charCodeAt(0) + 1) : null,
  }),
};

@Entity({ path: 'by-letter', search: { style: letters } })
class ByLetter extends Lake {}

const server = await openLakes();
const api = new Connection({ baseUrl: server.url });
try {
  for (const Class of [ByPage, ByOffset, ByCursor, ByLastId, ByLink, ByUrl, ByLetter]) {
    server.log.length = 0;
    const names: string[] = [];
    for await (const lake of api.bind(Class).search()) names.push(lake.name);
    console.log(`${Class.name}: ${names.join(', ')}\n  ${server.log.join('\n  ')}`);
  }

  const Lakes = api.bind(ByCursor);
  const token = (await Lakes.search()).token()!;
  console.log(`later, in any process: ${(await Lakes.resumeSearch(token).pluck('name')).join(', ')}`);
} finally {
  await api.close();
  await server.close();
}
