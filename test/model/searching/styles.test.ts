import { expect } from 'chai';
import {
  BaseResource,
  ConfigurationError,
  Connection,
  DeleteResourceMixin,
  Entity,
  Field,
  type PageStyle,
  ResourceError,
  type SearchOptions,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { serve } from '../../support/server.js';

interface Answer {
  body: unknown;
  status?: number;
  headers?: Record<string, string>;
}

/** What a list of rows answers to a request. */
type Api = (query: URLSearchParams, rows: readonly object[], url: URL) => Answer;

const items = Array.from({ length: 7 }, (_, index) => ({ id: `w${index}`, name: `n${index}` }));

const slice = (rows: readonly object[], from: number, size: number): readonly object[] => rows.slice(from, from + size);
const sizeOf = (query: URLSearchParams): number => Number(query.get('limit') ?? 3);

const offsets: Api = (query, rows) => ({ body: { results: slice(rows, Number(query.get('offset')), sizeOf(query)), total: rows.length } });

const cursors: Api = (query, rows) => {
  const start = Number(query.get('cursor')?.slice(1) ?? 0);
  const end = start + sizeOf(query);
  const before = query.has('before') ? Number(query.get('before')!.slice(1)) : undefined;
  const from = before === undefined ? start : before;
  return {
    body: {
      results: slice(rows, from, sizeOf(query)),
      meta: { next: end < rows.length ? `c${end}` : null, previous: from > 0 ? `c${Math.max(0, from - sizeOf(query))}` : '' },
    },
  };
};

const lastIds: Api = (query, rows) => {
  const at = rows.findIndex((row) => (row as { id: string }).id === query.get('starting_after')) + 1;
  return { body: { data: slice(rows, at, sizeOf(query)), has_more: at + sizeOf(query) < rows.length } };
};

const links: Api = (query, rows, url) => {
  const page = Number(query.get('page') ?? 1);
  const last = Math.ceil(rows.length / 3);
  const to = (number: number, rel: string): string => `<${url.origin}${url.pathname}?page=${number}&limit=3>; rel="${rel}"`;
  const all = [...(page < last ? [to(page + 1, 'next')] : []), ...(page > 1 ? [to(page - 1, 'prev')] : []), to(last, 'last')];
  return { body: slice(rows, (page - 1) * 3, 3), headers: { link: all.join(', '), 'x-total-count': String(rows.length) } };
};

const urls: Api = (query, rows, url) => {
  const page = Number(query.get('page') ?? 1);
  const to = (number: number): string => `${url.pathname}?page=${number}`;
  return {
    body: {
      count: rows.length,
      next: page * 3 < rows.length ? to(page + 1) : null,
      previous: page > 1 ? to(page - 1) : null,
      results: slice(rows, (page - 1) * 3, 3),
    },
  };
};

/** Pages by letters, as no style knows them. */
const letters: Api = (query, rows) => {
  const at = (query.get('letter') ?? 'a').charCodeAt(0) - 97;
  return { body: { results: slice(rows, at * 3, 3), more: (at + 1) * 3 < rows.length } };
};

const letterStyle: PageStyle = {
  startParam: 'letter',
  start: (given) => given ?? 'a',
  request: (letter: string) => ({ params: { letter } }),
  read: ({ body }, letter: string) => ({
    next: (body as { more: boolean }).more ? String.fromCharCode(letter.charCodeAt(0) + 1) : null,
    previous: letter > 'a' ? String.fromCharCode(letter.charCodeAt(0) - 1) : null,
  }),
};

const styles: Record<string, { search: SearchOptions; api: Api; hasPrevious: boolean; total?: number }> = {
  offset: { search: { style: 'offset' }, api: offsets, hasPrevious: true, total: 7 },
  cursor: {
    search: { style: 'cursor', cursorKey: 'meta.next', previousKey: 'meta.previous' },
    api: cursors,
    hasPrevious: true,
  },
  'cursor by the last id': {
    search: { style: 'cursor', cursorKey: '', cursorParam: 'starting_after', hasMoreKey: 'has_more', itemsKey: 'data' },
    api: lastIds,
    hasPrevious: false,
  },
  link: { search: { style: 'link', totalHeader: 'X-Total-Count' }, api: links, hasPrevious: true, total: 7 },
  url: { search: { style: 'url', totalKey: 'count' }, api: urls, hasPrevious: true, total: 7 },
  'of its own': { search: { style: letterStyle }, api: letters, hasPrevious: true },
};

describe('a list in pages', () => {
  let answer: (url: URL) => Answer;
  let asked: string[];
  let server: Awaited<ReturnType<typeof serve>>;
  let api: Connection;
  before(async () => {
    server = await serve((request, response) => {
      const url = new URL(request.url ?? '/', server.url);
      asked.push(url.search);
      const { body, headers, status = 200 } = answer(url);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    });
    api = new Connection({ baseUrl: `${server.url}/api`, apiKey: 'k', maxRetries: 0 });
  });
  after(async () => {
    await api.close();
    await server.close();
  });
  beforeEach(() => {
    asked = [];
  });

  const widgets = (search: SearchOptions) => {
    @Entity({ path: 'widgets', search: { pageSize: 3, ...search } })
    class Widget extends SearchResourceMixin(BaseResource) {
      @Field() name!: string;
    }
    return api.bind(Widget);
  };

  const deletable = (search: SearchOptions) => {
    @Entity({ path: 'widgets', search: { pageSize: 3, ...search } })
    class Widget extends DeleteResourceMixin(SearchResourceMixin(BaseResource)) {}
    return api.bind(Widget);
  };

  for (const [name, { search, api: respond, hasPrevious, total }] of Object.entries(styles)) {
    describe(name, () => {
      const rows = (): readonly object[] => items;
      beforeEach(() => {
        answer = (url) => respond(url.searchParams, rows(), url);
      });

      it('is walked to its end, forwards and, where the API can, backwards', async () => {
        const Widgets = widgets(search);
        expect(await Widgets.search().pluck('id')).to.deep.equal(items.map(({ id }) => id));
        expect(asked).to.have.length(3);
        const first = await Widgets.search();
        expect(first).to.include({ total, pageNumber: 0, pageSize: 3, hasNext: true, hasPrevious: false });
        const second = await first.next();
        expect(second?.results.map(({ id }) => id)).to.deep.equal(['w3', 'w4', 'w5']);
        expect(second?.pageNumber).to.equal(1);
        expect(second?.hasPrevious).to.equal(hasPrevious);
        if (hasPrevious) expect((await second?.previous())?.results.map(({ id }) => id)).to.deep.equal(['w0', 'w1', 'w2']);
        expect(await (await second?.next())?.next()).to.equal(null);
      });

      it('keeps its filters on every page', async () => {
        const seen: string[] = [];
        answer = (url) => {
          seen.push(url.searchParams.get('color') ?? '');
          return respond(url.searchParams, items, url);
        };
        await widgets(search).search({ color: 'red' }).toArray();
        // Addresses are taken as they are; this API leaves the filter out of them.
        expect(new Set(seen)).to.deep.equal(new Set(name === 'link' || name === 'url' ? ['red', ''] : ['red']));
      });

      it('goes on with a token', async () => {
        const Widgets = widgets(search);
        const page = await Widgets.search({ color: 'red', apiKey: 'secret' });
        const token = page.token()!;
        expect(token).to.not.contain('secret');
        const rest = await Widgets.resumeSearch(token).pluck('id');
        expect(rest).to.deep.equal(['w3', 'w4', 'w5', 'w6']);
        expect((await Widgets.resumeSearch(token)).pageNumber).to.equal(1);
        const last = await (await page.next())?.next();
        expect(last?.token()).to.equal(null);
        await failure(
          Promise.resolve().then(() => Widgets.resumeSearch('x')),
          ValidationError,
        );
      });

      it('is empty when there is nothing', async () => {
        answer = (url) => respond(url.searchParams, [], url);
        const page = await widgets(search).search();
        expect([page.length, await page.next()]).to.deep.equal([0, null]);
        expect(await widgets(search).search().first()).to.equal(null);
        expect(await widgets(search).search().exists()).to.equal(false);
      });
    });
  }

  it('by offset go on behind what came, when the platform sends fewer than it was asked for', async () => {
    answer = ({ searchParams }) => ({ body: { results: slice(items, Number(searchParams.get('offset')), 2), total: 7 } });
    expect(await widgets({ style: 'offset' }).search({ pageSize: 5 }).pluck('id')).to.have.length(7);
  });

  it('by offset end with an empty page when there is no total', async () => {
    answer = ({ searchParams }) => ({ body: { results: slice(items, Number(searchParams.get('offset')), 3) } });
    expect(await widgets({ style: 'offset' }).search().pluck('id')).to.have.length(7);
    expect(asked).to.have.length(4);
  });

  it('by offset begin at a page, or at an offset', async () => {
    answer = (url) => offsets(url.searchParams, items, url);
    expect((await widgets({ style: 'offset' }).search({ pageNumber: 1 })).results[0]?.id).to.equal('w3');
    expect((await widgets({ style: 'offset' }).search({ offset: 5 })).results[0]?.id).to.equal('w5');
    expect((await widgets({ style: 'offset' }).search().last())?.id).to.equal('w6');
  });

  for (const [name, { search, api: respond }] of Object.entries(styles)) {
    if (name === 'of its own' || name === 'cursor') continue; // their positions count records, but nobody knows it
    for (const prefetch of [true, false]) {
      if (name === 'cursor by the last id' && !prefetch) continue; // the record that the next page would be behind is gone
      it(`in the style ${name} lose nothing when their records are deleted, ${prefetch ? 'with' : 'without'} prefetching`, async () => {
        let rows: readonly object[] = items;
        answer = (url) => {
          const id = url.pathname.split('/').at(-1);
          if (id === 'widgets') return respond(url.searchParams, rows, url);
          rows = rows.filter((row) => (row as { id: string }).id !== id);
          return { body: {} };
        };
        const seen: unknown[] = [];
        for await (const record of deletable(search).search().all({ prefetch })) {
          seen.push(record.id);
          await record.delete();
        }
        expect(seen).to.deep.equal(items.map(({ id }) => id));
        expect(rows).to.deep.equal([]);
      });
    }
  }

  it('say that a cursor has vanished, and can be asked again', async () => {
    let isGone = true;
    answer = (url) => {
      if (url.searchParams.has('cursor') && isGone) return { body: { message: 'unknown cursor' }, status: 410 };
      return cursors(url.searchParams, items, url);
    };
    const page = await widgets({ style: 'cursor', cursorKey: 'meta.next' }).search();
    const error = await failure(page.next(), ResourceError);
    expect(error.status).to.equal(410);
    expect(error.message).to.contain('unknown cursor');
    isGone = false;
    expect((await page.next())?.results[0]?.id).to.equal('w3');
  });

  it('by a cursor take an empty page in the middle', async () => {
    answer = ({ searchParams }) => {
      const cursor = searchParams.get('cursor');
      return {
        body:
          cursor === null
            ? { results: [items[0]], nextCursor: 'a' }
            : cursor === 'a'
              ? { results: [], nextCursor: 'b' }
              : { results: [items[1]] },
      };
    };
    expect(await widgets({ style: 'cursor' }).search().pluck('id')).to.deep.equal(['w0', 'w1']);
  });

  it('by a cursor begin where the caller says, but not at a page number', async () => {
    answer = (url) => cursors(url.searchParams, items, url);
    const Widgets = widgets({ style: 'cursor', cursorKey: 'meta.next' });
    expect((await Widgets.search({ cursor: 'c5' })).results[0]?.id).to.equal('w5');
    const error = await failure(Widgets.search({ pageNumber: 2 }), ValidationError);
    expect(error.message).to.contain('does not number its pages');
    expect(asked).to.have.length(1);
  });

  for (const [fault, search, body, message] of [
    ['the cursor of the page itself', { style: 'cursor' }, { results: items, nextCursor: 'same' }, 'would not end'],
    ['more, but no cursor', { style: 'cursor', hasMoreKey: 'more' }, { results: items, more: true }, 'there is no cursor at "nextCursor"'],
    [
      'more, but no id to go on from',
      { style: 'cursor', cursorKey: '', hasMoreKey: 'more' },
      { results: [], more: true },
      'no item has an id',
    ],
    ['an address elsewhere', { style: 'url' }, { results: items, next: 'https://evil.test/widgets' }, 'https://evil.test'],
    ['an address that is none', { style: 'url' }, { results: items, next: 'http://[' }, 'is not an address'],
    ['a number for an address', { style: 'url' }, { results: items, next: 2 }, 'is not an address'],
  ] as [string, SearchOptions, unknown, string][]) {
    it(`says so when the platform sends ${fault}`, async () => {
      answer = () => ({ body });
      const error = await failure(widgets(search).search().toArray(), ResourceError);
      expect(error.message).to.contain(message);
      expect(asked.length).to.be.lessThan(4);
    });
  }

  it('ends with an error when addresses go in a circle', async () => {
    answer = ({ pathname, searchParams }) => {
      const page = searchParams.get('page') ?? '1';
      return { body: { results: [{ id: `w${page}` }], next: `${pathname}?page=${page === '1' ? 2 : page === '2' ? 3 : 2}` } };
    };
    const error = await failure(widgets({ style: 'url' }).search().toArray(), ResourceError);
    expect(error.message).to.contain('same page again');
  });

  it('ends with an error where cursors never end', async () => {
    let count = 0;
    answer = () => ({ body: { results: [{ id: `w${count++}` }], nextCursor: `c${count}` } });
    const error = await failure(widgets({ style: 'cursor' }).search().toArray({ maxPages: 5 }), ResourceError);
    expect(error.message).to.contain('more than 5 pages');
  });

  it('refuses a token of another class, and one with a credential in its address', async () => {
    answer = ({ pathname }) => ({ body: { results: items, next: `${pathname}?page=2&access_token=abc` } });
    const Widgets = widgets({ style: 'url' });
    const page = await Widgets.search();
    expect(() => page.token()).to.throw(ResourceError, 'must not contain secrets');
    expect(() => Widgets.resumeSearch(JSON.stringify({ v: 1, class: 'Other', params: {}, position: 1, index: 1 }))).to.throw(
      ValidationError,
      'a search of Other',
    );
  });

  it('refuses a style that is none', async () => {
    const error = await failure(widgets({ style: 'pages' as never }).search(), ConfigurationError);
    expect(error.message).to.contain('page, offset, cursor, link, url');
  });

  it('is written with its defaults in the statics', () => {
    const Widgets = widgets({ style: 'offset' });
    expect([Widgets.paginateMethod, Widgets.paginatePath]).to.deep.equal(['GET', '']);
  });
});
