import { expect } from 'chai';
import { ResourceError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';
import { PagedList } from './list.js';

/** Widgets of a platform whose pages are answered by a function. */
function widgetsOf(respond: (pageNumber: number) => unknown): { Widgets: typeof Widget; asked: number[] } {
  const asked: number[] = [];
  const api = new VirtualConnection(({ body }) => {
    const { pageNumber } = body as { pageNumber: number };
    asked.push(pageNumber);
    return respond(pageNumber);
  });
  return { Widgets: api.bind(Widget), asked };
}

const items = (from: number, to: number): object[] => Array.from({ length: Math.max(0, to - from) }, (_, at) => ({ id: `w${from + at}` }));

describe('the totals of a search', () => {
  it('may be text, as may the number and the size of a page', async () => {
    const { Widgets } = widgetsOf((number) => ({
      results: items(number * 2, number * 2 + 2),
      total: '6',
      pageTotal: '3',
      pageNumber: String(number),
      pageSize: ' 2 ',
    }));
    const page = await Widgets.search({ pageSize: 2 });
    expect(page).to.include({ total: 6, pageTotal: 3, pageNumber: 0, pageSize: 2, hasNext: true });
    expect(await page.toArray()).to.have.length(6);
  });

  for (const total of [undefined, null, '', 'many', -1, Number.NaN, {}]) {
    it(`are not known when they are ${JSON.stringify(total) ?? 'missing'}`, async () => {
      const { Widgets, asked } = widgetsOf((number) => ({ results: items(number * 2, Math.min(5, number * 2 + 2)), total }));
      const page = await Widgets.search({ pageSize: 2 });
      expect(page).to.include({ total: undefined, pageTotal: undefined, hasNext: true });
      expect(await page.toArray()).to.have.length(5);
      expect(asked).to.deep.equal([0, 1, 2, 3]);
    });
  }
});

describe('a walk without totals', () => {
  for (const bare of [false, true]) {
    const wrap = (results: object[]): unknown => (bare ? results : { results });

    it(`goes on after a page that is shorter than it was asked for${bare ? ', as bare lists' : ''}`, async () => {
      const list = new PagedList(30, { counts: false, longest: 10 });
      const api = new VirtualConnection((request) => {
        const response = list.respond(request) as { results: object[] };
        return wrap(response.results);
      });
      expect(await api.bind(Widget).search({ pageSize: 50 }).toArray()).to.have.length(30);
      expect(list.asked).to.deep.equal([0, 1, 2, 3]);
    });

    it(`ends at the same page again, without an error${bare ? ', as bare lists' : ''}`, async () => {
      for (const length of [3, 20, 40]) {
        const { Widgets, asked } = widgetsOf(() => wrap(items(0, length)));
        expect(await Widgets.search().toArray()).to.have.length(length);
        expect(asked).to.deep.equal([0, 1]);
        const page = await Widgets.search();
        expect(page.hasNext).to.equal(true);
        expect(await page.next()).to.equal(null);
      }
    });

    it(`ends at an empty page${bare ? ', as bare lists' : ''}`, async () => {
      const { Widgets, asked } = widgetsOf((number) => wrap(items(number * 20, Math.min(20, number * 20 + 20))));
      const page = await Widgets.search();
      expect(await page.next()).to.equal(null);
      const lengths: number[] = [];
      for await (const { length } of Widgets.search().pages()) lengths.push(length);
      expect(lengths).to.deep.equal([20]);
      expect(asked).to.deep.equal([0, 1, 0, 1]);
      const { Widgets: None, asked: once } = widgetsOf(() => wrap([]));
      expect(await None.search().toArray()).to.deep.equal([]);
      expect((await None.search()).hasNext).to.equal(false);
      expect(once).to.deep.equal([0, 0]);
    });
  }

  it('ends when the pages go round in a circle, and where rows have no ids', async () => {
    const { Widgets } = widgetsOf((number) => ({ results: items((number % 2) * 2, (number % 2) * 2 + 2) }));
    expect(await Widgets.search({ pageSize: 2 }).toArray()).to.have.length(4);
    const { Widgets: Nameless, asked } = widgetsOf(() => ({ results: [{ name: 'a' }, { name: 'b' }] }));
    expect(await Nameless.search({ pageSize: 2 }).toArray()).to.have.length(2);
    expect(asked).to.deep.equal([0, 1]);
  });

  it('goes on where the totals are lower than what the page itself has', async () => {
    for (const totals of [{ total: 0, pageTotal: 0 }, { total: '0' }, { total: 1, pageTotal: 0 }, { pageTotal: 0 }]) {
      const { Widgets } = widgetsOf((number) => ({ results: items(number * 2, Math.min(6, number * 2 + 2)), ...(number < 3 && totals) }));
      expect(await Widgets.search({ pageSize: 2 }).toArray()).to.have.length(6);
      expect((await Widgets.search({ pageSize: 2 })).total).to.equal(undefined);
    }
  });

  it('has a number of pages that is no end by itself, where it has totals', async () => {
    const { Widgets } = widgetsOf((number) => ({ results: number === 1 ? [] : items(number * 2, number * 2 + 2), total: 6 }));
    expect(await Widgets.search({ pageSize: 2 }).toArray()).to.have.length(4);
    const { Widgets: Again } = widgetsOf(() => ({ results: items(0, 2), total: 6 }));
    await failure(Again.search({ pageSize: 2 }).toArray(), ResourceError);
  });
});
