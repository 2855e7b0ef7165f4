import { inspect } from 'node:util';
import { expect } from 'chai';
import { Page, ResourceError } from '../../../src/index.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';

const api = () => new VirtualConnection(() => ({ results: [{ id: 'a' }, { id: 'b' }], total: 2 }));
const search = () => api().bind(Widget).search();

describe('a search that was not awaited', () => {
  it('says so when what only its page has is read', () => {
    const untyped = search() as unknown as Record<string, unknown>;
    for (const name of ['results', 'items', 'length', 'total', 'pageTotal', 'hasNext', 'filter', 'forEach', 'reduce', '0'])
      expect(() => untyped[name], name).to.throw(ResourceError, 'await');
  });

  it('says so in for…of, in spread and in Array.from', () => {
    const iterable = search() as unknown as Iterable<unknown>;
    for (const use of [
      () => [...iterable],
      () => new Set(iterable),
      () => Promise.all([...iterable]),
      () => Math.max(...(iterable as Iterable<number>)),
    ])
      expect(use).to.throw(ResourceError, 'for await');
    expect(() => {
      for (const each of iterable) void each;
    }).to.throw(ResourceError, 'for await');
  });

  it('names every member of a page and leaves its own alone', () => {
    const unmade = search() as unknown as object;
    const members = Object.getOwnPropertyNames(Page.prototype).concat('pageNumber', 'pageSize', 'total', 'pageTotal', 'invalid');
    const inner = ['constructor', 'toString', 'toJSON', 'ahead', 'ids', 'saves', 'isCounted', 'subject'];
    for (const name of members.filter((each) => !inner.includes(each))) expect(name in unmade, name).to.equal(true);
    expect(Object.keys(unmade)).to.deep.equal([]);
  });

  it('can still be awaited, walked, printed, compared and handed on', async () => {
    expect((await search()).results).to.have.length(2);
    expect(await search().then(({ length }) => length)).to.equal(2);
    expect(await Promise.all([search()])).to.have.length(1);
    const ids: unknown[] = [];
    for await (const { id } of search()) ids.push(id);
    async function* over() {
      yield* search();
    }
    for await (const { id } of over()) ids.push(id);
    expect(ids).to.deep.equal(['a', 'b', 'a', 'b']);
    const one = search();
    expect(inspect(one, { showHidden: true })).to.contain('Search');
    expect(JSON.stringify({ one })).to.equal('{"one":{}}');
    expect(one).to.equal(one);
    expect(one).to.deep.equal(one);
    expect({ one }).to.deep.equal({ one });
    expect(one).to.be.an('object').and.not.to.equal(search());
    expect(one instanceof Page).to.equal(false);
    expect(`${one}`).to.be.a('string');
    expect(() => expect(one).to.equal(1)).to.throw(/expected/);
  });
});

describe('a page made by hand', () => {
  it('has what it was given, and stands alone', async () => {
    const page = new Page([1, 2], 0, 1, 2);
    expect(page).to.include({ pageNumber: 0, pageTotal: 1, total: 2, length: 2, hasNext: false, hasPrevious: false });
    expect(page.results).to.deep.equal([1, 2]);
    expect(page.items).to.deep.equal([1, 2]);
    expect([...page]).to.deep.equal([1, 2]);
    expect(await page.next()).to.equal(null);
    expect(await page.previous()).to.equal(null);
    expect(await page.toArray()).to.deep.equal([1, 2]);
    expect(JSON.parse(JSON.stringify(page))).to.deep.equal({ results: [1, 2], pageNumber: 0, pageTotal: 1, total: 2, pageSize: 2 });
    expect(String(page)).to.contain('2 of 2');
  });

  it('takes records, one page of several, and what can be iterated', async () => {
    const widget = Widget.fromDict({ id: 'a' });
    const page = new Page(new Set([widget]), 1, 3, 5);
    expect(page).to.include({ length: 1, total: 5, pageTotal: 3, hasNext: false, hasPrevious: false });
    expect(page.results[0]).to.equal(widget);
    expect(await page.next()).to.equal(null);
    expect(new Page([])).to.include({ length: 0, total: 0, pageNumber: 0, pageTotal: 1 });
    for await (const each of page.all()) expect(each).to.equal(widget);
  });

  it('says what it takes', () => {
    for (const odd of [undefined, null, 5, {}]) expect(() => new Page(odd as never, 0, 1, 2)).to.throw(ResourceError, 'array');
  });
});
