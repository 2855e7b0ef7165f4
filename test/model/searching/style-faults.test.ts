import { expect } from 'chai';
import {
  BaseResource,
  Connection,
  Entity,
  Field,
  type PageStyle,
  ResourceError,
  type SearchOptions,
  SearchResourceMixin,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { json, serve } from '../../support/server.js';

/** A way to divide a list into pages of three: which page a request asks for, and how a response says which one is next. */
interface Kind {
  search: SearchOptions;
  /** The place of the page, counted from 0. */
  asked(query: URLSearchParams): number;
  /** The response. `next` is the place of the next page, null for none; `address` gives the address of a page. */
  answer(items: object[], next: number | null, address: (page: number) => string): { body: unknown; headers?: Record<string, string> };
}

const total = 9;
const rows = Array.from({ length: total }, (_, index) => ({ id: `w${index}`, name: `n${index}` }));
const pageOf = (place: number): object[] => rows.slice(place * 3, place * 3 + 3);

/** Pages by address, in a way of its own. */
const pathStyle: PageStyle = {
  start: () => null,
  request: (position: string | null) => (position === null ? { params: {} } : { url: position }),
  read: ({ body, url }) => {
    const { after } = body as { after: string | null };
    return { next: after === null ? null : new URL(after, url).href };
  },
};

const page = (query: URLSearchParams): number => Number(query.get('page') ?? 0);

const kinds: Readonly<Record<string, Kind>> = {
  page: {
    search: { method: 'GET', path: '', pageParam: 'page' },
    asked: page,
    answer: (results) => ({ body: { results, total, pageTotal: 3 } }),
  },
  offset: {
    search: { style: 'offset' },
    asked: (query) => Number(query.get('offset')) / 3,
    answer: (results) => ({ body: { results, total } }),
  },
  cursor: {
    search: { style: 'cursor' },
    asked: (query) => Number(query.get('cursor')?.slice(1) ?? 0),
    answer: (results, next) => ({ body: { results, nextCursor: next === null ? null : `c${next}` } }),
  },
  'last id': {
    search: { style: 'cursor', cursorKey: '', cursorParam: 'after', hasMoreKey: 'more' },
    asked: (query) => (query.has('after') ? Math.floor(Number(query.get('after')?.slice(1)) / 3) + 1 : 0),
    answer: (results, next) => ({ body: { results, more: next !== null } }),
  },
  link: {
    search: { style: 'link' },
    asked: page,
    answer: (results, next, address) => ({ body: results, ...(next !== null && { headers: { link: `<${address(next)}>; rel="next"` } }) }),
  },
  url: {
    search: { style: 'url' },
    asked: page,
    answer: (results, next, address) => ({ body: { results, next: next === null ? null : address(next) } }),
  },
  own: {
    search: { style: pathStyle },
    asked: page,
    answer: (results, next, address) => ({ body: { results, after: next === null ? null : address(next) } }),
  },
};

describe('what can be wrong with pages', () => {
  /** What the server does with the page that it is asked for. */
  let fault: { loop?: number; empty?: number; gone?: number; origin?: string };
  let kind: Kind;
  let server: Awaited<ReturnType<typeof serve>>;
  let foreign: Awaited<ReturnType<typeof serve>>;
  let api: Connection;
  before(async () => {
    foreign = await serve((_request, response) => json(response, 200, { results: [], total: 0 }));
    server = await serve(({ url: path }, response, count) => {
      if (count > 100) return void response.destroy();
      const url = new URL(path, server.url);
      let place = kind.asked(url.searchParams);
      if (fault.loop) place %= fault.loop;
      if (place === fault.gone) return json(response, 410, { message: 'that page is no more' });
      const next = fault.loop ? (place + 1) % fault.loop : place < 2 ? place + 1 : null;
      const address = (to: number): string => `${fault.origin ?? ''}${url.pathname}?page=${to}`;
      const { body, headers } = kind.answer(place === fault.empty ? [] : pageOf(place), next, address);
      json(response, 200, body, headers);
    });
    api = new Connection({ baseUrl: `${server.url}/api`, apiKey: 'k', maxRetries: 0 });
  });
  after(async () => {
    await api.close();
    await server.close();
    await foreign.close();
  });
  beforeEach(() => {
    fault = {};
    server.seen.length = 0;
  });

  for (const [name, each] of Object.entries(kinds)) {
    describe(`in the style ${name}`, () => {
      const search = () => {
        @Entity({ path: 'widgets', search: { pageSize: 3, ...each.search } })
        class Widget extends SearchResourceMixin(BaseResource) {
          @Field() name!: string;
        }
        return api.bind(Widget).search();
      };
      beforeEach(() => {
        kind = each;
      });

      it('is nothing', async () => {
        expect(await search().pluck('id')).to.deep.equal(rows.map(({ id }) => id));
        expect(server.seen).to.have.length(3);
      });

      for (const loop of [1, 2]) {
        it(`pages that go round by ${loop} end the walk with an error`, async () => {
          fault = { loop };
          const error = await failure(search().toArray(), ResourceError);
          const leadsBack = loop === 1 && ['cursor', 'last id', 'link', 'url'].includes(name);
          expect(error.message).to.contain(leadsBack ? 'would not end' : 'the same page again');
          expect(server.seen.length).to.be.lessThan(5);
        });
      }

      it('an empty page in the middle does not end it', async () => {
        fault = { empty: 1 };
        if (name !== 'last id') {
          expect(await search().pluck('id')).to.deep.equal(['w0', 'w1', 'w2', 'w6', 'w7', 'w8']);
          return;
        }
        // The id of the last record is all that leads on.
        const error = await failure(search().toArray(), ResourceError);
        expect(error.message).to.contain('no item has an id to go on from');
      });

      it('a page that has vanished is told with its status, and can be asked for again', async () => {
        fault = { gone: 1 };
        const first = await search();
        for (const ask of [() => first.next(), () => first.toArray(), () => search().toArray()]) {
          const error = await failure(ask(), ResourceError);
          expect([error.status, error.message.includes('that page is no more')]).to.deep.equal([410, true]);
        }
        fault = {};
        expect((await first.next())?.results.map(({ id }) => id)).to.deep.equal(['w3', 'w4', 'w5']);
      });

      it('an address elsewhere is not asked', async () => {
        fault = { origin: foreign.url };
        if (['link', 'url', 'own'].includes(name)) {
          const first = await search();
          const error = await failure(first.next(), ResourceError);
          expect(error.message).to.contain(foreign.url).and.contain('`origins`');
          await failure(search().toArray(), ResourceError);
        } else {
          expect(await search().toArray()).to.have.length(total);
        }
        expect(foreign.seen).to.deep.equal([]);
      });
    });
  }

  it('a cursor that is an address is a cursor', async () => {
    kind = {
      search: {},
      asked: (query) => (query.has('cursor') ? 2 : 0),
      answer: (results, next) => ({ body: { results, nextCursor: next === null ? null : `${foreign.url}/api/widgets` } }),
    };
    @Entity({ path: 'widgets', search: { style: 'cursor' } })
    class Widget extends SearchResourceMixin(BaseResource) {}
    const second = await (await api.bind(Widget).search()).next();
    expect(second?.results[0]?.id).to.equal('w6');
    expect(server.seen[1]?.url).to.contain(`cursor=${encodeURIComponent(foreign.url)}`);
    expect(foreign.seen).to.deep.equal([]);
  });
});
