import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, Page, ResourceError, SearchResourceMixin, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { turn, until } from '../../support/turns.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const items = (from: number, to: number): object[] =>
  Array.from({ length: to - from }, (_, index) => ({ id: `w${from + index}`, name: `n${from + index}` }));

describe('a search', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  after(() => api.close());

  /** Answers each page once, in whatever order they are asked for, and notes which were. */
  const serve = (pages: unknown[][], pageSize = 2, total = pages.flat().length): number[] => {
    const asked: number[] = [];
    pages.forEach((page, pageNumber) => {
      nock(origin)
        .post('/widgets/paginate', { pageNumber, pageSize })
        .optionally()
        .reply(200, () => {
          asked.push(pageNumber);
          return { results: page, total, pageTotal: pages.length };
        });
    });
    return asked;
  };

  it('is not made until it is awaited, and then made once', async () => {
    const asked = serve([items(0, 2)]);
    const search = Widgets.search({ pageSize: 2 });
    await turn();
    expect(asked).to.deep.equal([]);
    const [first, second] = await Promise.all([search, search]);
    expect(first).to.equal(second);
    expect(asked).to.deep.equal([0]);
  });

  it('sends the vendor-free defaults and parameters', async () => {
    nock(origin).post('/widgets/paginate', { pageNumber: 0, pageSize: 20 }).reply(200, { results: [], total: 0, pageTotal: 0 });
    expect((await Widgets.search()).length).to.equal(0);
    nock(origin)
      .post('/widgets/paginate', { pageNumber: 1, pageSize: 20, q: 'x', sortBy: 'name', sortOrder: 'asc', ownership: 'team', color: 'red' })
      .reply(200, { results: [], total: 0, pageTotal: 0 });
    await Widgets.search({ pageNumber: 1, pageSize: 20, query: 'x', sortBy: 'name', sortOrder: 'asc', ownership: 'team', color: 'red' });
    nock(origin)
      .post('/other/paginate')
      .reply(200, { things: [{ id: 'a' }], total: 1 });
    const page = await Widgets.search({ resourcePath: 'other', paginateItemsKey: 'things' });
    expect(page.results[0]).to.be.instanceOf(Widget);
  });

  it('gives a page that says where it is', async () => {
    serve([items(0, 2), items(2, 3)]);
    const page = await Widgets.search({ pageSize: 2 });
    expect(page).to.be.instanceOf(Page);
    expect(page).to.include({ pageNumber: 0, pageTotal: 2, total: 3, pageSize: 2, length: 2, hasNext: true, hasPrevious: false });
    expect(page.items).to.equal(page.results);
    expect(page.results).to.equal(page.results);
    expect([...page].map(({ id }) => id)).to.deep.equal(['w0', 'w1']);
    expect(page.results.every((record) => !record.isModified && record.context === api)).to.equal(true);
    const next = await page.next();
    expect(next).to.include({ pageNumber: 1, hasNext: false, hasPrevious: true });
    expect(await next?.next()).to.equal(null);
    expect(await page.previous()).to.equal(null);
    serve([items(0, 2)]);
    expect((await next?.previous())?.results[0]?.id).to.equal('w0');
  });

  it('asks for the next page once however many want it, and again after a failure', async () => {
    const asked = serve([items(0, 2), items(2, 4)]);
    const page = await Widgets.search({ pageSize: 2 });
    expect(await page.next()).to.equal(await page.next());
    expect(asked).to.deep.equal([0, 1]);
    nock.cleanAll();
    nock(origin)
      .post('/widgets/paginate')
      .reply(200, { results: items(0, 2), total: 4 });
    const again = await Widgets.search({ pageSize: 2 });
    nock(origin).post('/widgets/paginate').reply(500, {});
    await failure(again.next());
    nock(origin)
      .post('/widgets/paginate')
      .reply(200, { results: items(2, 4), total: 4 });
    expect((await again.next())?.length).to.equal(2);
  });

  it('walks all records of all pages', async () => {
    const asked = serve([items(0, 2), items(2, 4), items(4, 5)]);
    const ids: (string | null)[] = [];
    for await (const widget of Widgets.search({ pageSize: 2 })) ids.push(widget.id);
    expect(ids).to.deep.equal(['w0', 'w1', 'w2', 'w3', 'w4']);
    expect(asked).to.deep.equal([0, 1, 2]);
  });

  it('walks from a page on, page by page, or into an array', async () => {
    serve([items(0, 2), items(2, 4)]);
    const page = await Widgets.search({ pageSize: 2 });
    serve([items(0, 2), items(2, 4)]);
    expect(await page.toArray()).to.have.length(4);
    serve([items(0, 2), items(2, 4)]);
    const lengths: number[] = [];
    for await (const each of Widgets.search({ pageSize: 2 }).pages()) lengths.push(each.length);
    expect(lengths).to.deep.equal([2, 2]);
  });

  it('asks for no more than a limit needs', async () => {
    const asked = serve([items(0, 2), items(2, 4), items(4, 6)]);
    expect(await Widgets.search({ pageSize: 2 }).toArray({ limit: 2 })).to.have.length(2);
    expect(asked).to.deep.equal([0]);
    expect(await Widgets.search({ pageSize: 2 }).toArray({ limit: 0 })).to.deep.equal([]);
    serve([items(0, 2)], 2, 6);
    expect(await Widgets.search({ pageSize: 2 }).toArray({ limit: 3 })).to.have.length(3);
    expect(asked).to.deep.equal([0, 1]);
  });

  it('fetches one page ahead while the current one is used', async () => {
    const asked = serve([items(0, 2), items(2, 4), items(4, 6)]);
    const walk = Widgets.search({ pageSize: 2 }).all();
    await walk.next();
    await until(() => asked.length > 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).to.deep.equal([0, 1]);
    await walk.return();
  });

  it('does not end at an empty page in the middle', async () => {
    serve([items(0, 2), [], items(2, 4)], 2, 6);
    expect(await Widgets.search({ pageSize: 2 }).toArray()).to.have.length(4);
  });

  it('ends with an error when a page repeats, or there are too many', async () => {
    serve([items(0, 2), items(0, 2)]);
    expect((await failure(Widgets.search({ pageSize: 2 }).toArray())).message).to.contain('again');
    nock.cleanAll();
    serve([items(0, 2), items(2, 4), items(4, 6)]);
    expect((await failure(Widgets.search({ pageSize: 2 }).toArray({ maxPages: 2 }))).message).to.contain('more than 2 pages');
  });

  it('keeps items that are not records', async () => {
    serve([[{ id: 'w0' }, 'text', null, { id: 'w1' }]], 2, 4);
    const seen: number[] = [];
    const off = Widget.events.on('invalid', ({ index }) => seen.push(index));
    const page = await Widgets.search({ pageSize: 2 });
    off();
    expect(page.results.map(({ id }) => id)).to.deep.equal(['w0', 'w1']);
    expect(page.invalid.map(({ index, raw }) => [index, raw])).to.deep.equal([
      [1, 'text'],
      [2, null],
    ]);
    expect(page.invalid[0]?.error.message).to.contain('a string');
    expect(seen).to.deep.equal([1, 2]);
  });

  it('goes by its own count when the platform numbers pages otherwise', async () => {
    for (const [number, page] of [items(0, 2), items(2, 4), items(4, 5)].entries()) {
      nock(origin)
        .post('/widgets/paginate', { pageNumber: number, pageSize: 2 })
        .reply(200, { results: page, total: 5, pageNumber: number + 1 });
    }
    expect(await Widgets.search({ pageSize: 2 }).toArray()).to.have.length(5);
  });

  it('finds all records when the platform sends shorter pages than it was asked for', async () => {
    for (let number = 0; number < 5; number++) {
      nock(origin)
        .post('/widgets/paginate', { pageNumber: number, pageSize: 20 })
        .reply(200, { results: items(number * 10, number * 10 + 10), total: 50, pageTotal: 5 });
    }
    expect(await Widgets.search().toArray()).to.have.length(50);
  });

  it('asks on after a bare array of any length, until one is empty', async () => {
    nock(origin).post('/widgets/paginate', { pageNumber: 0, pageSize: 2 }).reply(200, items(0, 2));
    nock(origin).post('/widgets/paginate', { pageNumber: 1, pageSize: 2 }).reply(200, items(2, 3));
    nock(origin).post('/widgets/paginate', { pageNumber: 2, pageSize: 2 }).reply(200, []);
    expect(await Widgets.search({ pageSize: 2 }).toArray()).to.have.length(3);
  });

  it('notices pages that go round in a circle, and takes equal rows without ids for different ones', async () => {
    const round = [items(0, 2), items(2, 4), items(0, 2)];
    serve(round, 2, 8);
    expect((await failure(Widgets.search({ pageSize: 2 }).toArray())).message).to.contain('same page again');
    nock.cleanAll();
    serve([[{ name: 'x' }], [{ name: 'x' }]], 1, 2);
    expect(await Widgets.search({ pageSize: 1 }).toArray()).to.have.length(2);
  });

  it('belongs to the connection it began with, whatever becomes the default', async () => {
    const { Connection } = await import('../../../src/index.js');
    const first = Connection.connect({ baseUrl: origin, apiKey: 'one' });
    serve([items(0, 2), items(2, 4)]);
    const page = await Widget.search({ pageSize: 2 });
    const second = Connection.connect({ baseUrl: 'https://other.test', apiKey: 'two' });
    expect(page.results[0]?.context).to.equal(first);
    Connection.disconnect();
    expect((await page.next())?.results[0]?.context).to.equal(first);
    await Promise.all([first.close(), second.close()]);
  });

  it('has no page size larger than the platform takes', async () => {
    @Entity({ path: 'small', search: { maxPageSize: 10 } })
    class Small extends SearchResourceMixin(BaseResource) {}
    nock(origin).post('/small/paginate', { pageNumber: 0, pageSize: 10 }).reply(200, { results: [], total: 0 });
    expect((await api.bind(Small).search()).length).to.equal(0);
  });

  it('takes a list for whole where the platform has no pages', async () => {
    @Entity({ path: 'all', search: { pageParam: '', sizeParam: '' } })
    class All extends SearchResourceMixin(BaseResource) {}
    for (const body of [items(0, 30), { results: items(0, 30) }]) {
      nock(origin).post('/all/paginate', {}).reply(200, body);
      const page = await api.bind(All).search();
      expect(page).to.include({ length: 30, total: 30, pageTotal: 1, hasNext: false });
      expect(await page.toArray()).to.have.length(30);
    }
  });

  it('works out the number of pages, since platforms disagree on what they call it', async () => {
    nock(origin)
      .post('/widgets/paginate')
      .reply(200, { results: items(0, 2), total: 5, pageTotal: 2 });
    expect(await Widgets.search({ pageSize: 2 })).to.include({ pageTotal: 3 });
    nock(origin)
      .post('/widgets/paginate')
      .reply(200, { results: items(0, 2) });
    expect(await Widgets.search({ pageSize: 2 })).to.include({ total: undefined, pageTotal: undefined, hasNext: true });
  });

  it('says when the response has no list', async () => {
    nock(origin).post('/widgets/paginate').reply(200, { items: [] });
    const error = await failure(Widgets.search());
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('"results"').and.to.contain('items');
  });

  for (const params of [{ pageSize: 0 }, { pageSize: 1.5 }, { pageSize: -1 }, { pageNumber: -1 }, { pageNumber: 0.5 }]) {
    it(`refuses ${JSON.stringify(params)} before any request`, async () => {
      expect(await failure(Widgets.search(params))).to.be.instanceOf(ValidationError);
    });
  }

  it('does not touch the parameters it was given', async () => {
    serve([items(0, 2), items(2, 4)]);
    const params = Object.freeze({ pageSize: 2 });
    expect(await Widgets.search(params).toArray()).to.have.length(4);
  });

  it('shows its values, not its inside', async () => {
    serve([items(0, 1)], 2);
    const page = await Widgets.search({ pageSize: 2 });
    expect(JSON.parse(JSON.stringify(page))).to.deep.equal({
      results: [{ id: 'w0', name: 'n0' }],
      pageNumber: 0,
      pageTotal: 1,
      total: 1,
      pageSize: 2,
    });
    expect(inspect(page)).to.contain('Widget').and.to.contain('total: 1').and.not.to.contain('key-of-the-tests');
    expect((page as unknown as Record<string, unknown>).total).to.equal(1);
  });

  it('speaks the terms a class declares', async () => {
    @Entity({
      path: 'api/rows',
      id: 'rowId',
      search: {
        method: 'GET',
        path: '',
        itemsKey: 'items',
        totalKey: 'paging.count',
        pageTotalKey: 'paging.pages',
        pageParam: 'page',
        sizeParam: 'per',
        firstPage: 1,
        pageSize: 3,
        maxPageSize: 5,
      },
    })
    class Row extends SearchResourceMixin(BaseResource) {
      @Field() value!: number;
    }
    const Rows = api.bind(Row);
    nock(origin)
      .get('/api/rows')
      .query({ page: 1, per: 3, tag: 'a,b' })
      .reply(200, { items: ['r1', 'r2', 'r3'].map((rowId) => ({ rowId, value: 1 })), paging: { count: 4, page: 1, per: 3 } });
    nock(origin)
      .get('/api/rows')
      .query({ page: 2, per: 3, tag: 'a,b' })
      .reply(200, { items: [{ rowId: 'r4', value: 2 }], paging: { count: 4, page: 2, per: 3 } });
    expect((await Rows.search({ tag: ['a', 'b'] }).toArray()).map(({ id }) => id)).to.deep.equal(['r1', 'r2', 'r3', 'r4']);
    expect(await failure(Rows.search({ pageSize: 6 }))).to.be.instanceOf(ValidationError);
    nock(origin)
      .get('/api/rows')
      .query({ page: 2, per: 3 })
      .reply(200, { items: [], paging: { count: 0 } });
    await Rows.search({ page: 2 });
  });
});
