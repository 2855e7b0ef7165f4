import { expect } from 'chai';
import {
  BaseResource,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  type Page,
  ResourceError,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { searchInBatches } from '../../../src/vendor.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { type ListOptions, PagedList } from './list.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Takes its time, and longer for earlier ones. */
const notThird = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: async (value: unknown) => {
      for (let turns = 3 - (Number(value) % 3); turns > 0; turns--) await turn();
      return Number(value) % 3 === 1 ? { issues: [{ message: 'must not be one more than a multiple of 3' }] } : { value };
    },
  },
};

@Entity({ path: 'widgets', validate: 'load' })
class Widget extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  static made = 0;
  @Field() name!: string;
  @Field({ schema: notThird }) size!: number;

  constructor(attributes?: object) {
    super(attributes);
    Widget.made++;
  }
}

function platform(count: number, options: ListOptions = {}) {
  const list = new PagedList(count, options);
  const api = new VirtualConnection(async (request) => {
    await turn();
    return list.respond(request);
  });
  const Widgets = api.bind(Widget);
  let events = 0;
  Widgets.events.on('invalid', () => events++);
  return { list, api, Widgets, events: () => events };
}

const isValid = (at: number): boolean => at % 3 !== 1;
const ids = (count: number, wanted = isValid): string[] =>
  Array.from({ length: count }, (_, at) => at)
    .filter(wanted)
    .map((at) => `w${at}`);

describe('a page of a class that is validated when it is loaded', () => {
  it('has what is valid in its order, and the others in invalid', async () => {
    const rows: unknown[] = new PagedList(7).rows;
    rows.splice(2, 0, null);
    const Widgets = new VirtualConnection(() => ({ results: rows, total: 8, pageTotal: 1 })).bind(Widget);
    const events: unknown[] = [];
    Widgets.events.on('invalid', ({ index, error }) => events.push([index, (error as Error).name]));
    const page = await Widgets.search({ pageSize: 8 });
    expect(page.results.map(({ id }) => id)).to.deep.equal(ids(7));
    expect([page.length, page.total, [...page].length]).to.deep.equal([5, 8, 5]);
    expect(page.invalid.map(({ index }) => index)).to.deep.equal([1, 2, 5]);
    const [bad, nothing, other] = page.invalid;
    expect(bad?.raw).to.deep.equal({ id: 'w1', name: 'n1', size: 1 });
    expect(bad?.error).to.be.instanceOf(ValidationError).with.property('details').that.has.length(1);
    expect(bad?.error.message).to.contain('search of Widget: item 1 of page 0 (its id is "w1")').and.contain('size: must not be');
    expect(nothing?.error).to.be.instanceOf(ResourceError).and.not.instanceOf(ValidationError);
    expect(other?.raw).to.have.property('id', 'w4');
    expect(events).to.deep.equal([
      [1, 'ValidationError'],
      [2, 'ResourceError'],
      [5, 'ValidationError'],
    ]);
  });

  it('makes its records once, and no one else does before they are read', async () => {
    const { Widgets } = platform(3);
    Widget.made = 0;
    const page = await Widgets.search();
    expect(Widget.made).to.equal(3);
    expect(page.results).to.equal(page.results);
    expect(Widget.made).to.equal(3);
    @Entity({ path: 'widgets' })
    class Lazy extends SearchResourceMixin(BaseResource) {
      static made = 0;
      @Field({ schema: notThird }) size!: number;
      constructor(attributes?: object) {
        super(attributes);
        Lazy.made++;
      }
    }
    const lazy = await platform(3).api.bind(Lazy).search();
    expect(Lazy.made).to.equal(0);
    expect([lazy.length, lazy.invalid, lazy.results.length, Lazy.made]).to.deep.equal([3, [], 3, 3]);
  });

  for (const options of [{}, { counts: false }] satisfies ListOptions[]) {
    it(`is walked, counted and plucked, in a list that ${JSON.stringify(options)}`, async () => {
      const { Widgets, events } = platform(20, options);
      for (const prefetch of [true, false]) {
        const all = await Widgets.search({ pageSize: 4 }).toArray({ prefetch });
        expect(all.map(({ id }) => id)).to.deep.equal(ids(20));
      }
      expect(events()).to.equal(14);
      expect(await Widgets.search({ pageSize: 4 }).pluck('size')).to.have.length(13);
      expect(await Widgets.search({ pageSize: 4 }).first(3)).to.have.length(3);
      expect(await Widgets.search({ pageSize: 4 }).count()).to.equal(options.counts === undefined ? 20 : 13);
    });

    for (const prefetch of [true, false]) {
      it(`loses nothing and tells nothing twice when its records are deleted, ${prefetch ? 'with' : 'without'} prefetching, ${JSON.stringify(options)}`, async () => {
        const { list, Widgets } = platform(23, options);
        const seen: unknown[] = [];
        const refused: unknown[] = [];
        for await (const page of Widgets.search({ pageSize: 5 }).pages({ prefetch })) {
          refused.push(...page.invalid.map(({ raw }) => (raw as { id: string }).id));
          for (const widget of page) {
            seen.push(widget.id);
            await widget.delete();
          }
        }
        expect(seen).to.deep.equal(ids(23));
        expect(refused).to.deep.equal(ids(23, (at) => !isValid(at)));
        expect(list.rows.map(({ id }) => id)).to.deep.equal(refused);
      });
    }
  }

  it('notices that an invalid record of it was deleted', async () => {
    const { Widgets } = platform(12);
    const seen: unknown[] = [];
    for await (const widget of Widgets.search({ pageSize: 3 }).all({ prefetch: false })) {
      seen.push(widget.id);
      if (widget.id === 'w2') await Widgets.fromDict({ id: 'w1' }).delete();
    }
    expect(seen).to.deep.equal(ids(12));
  });

  it('may have none, in the middle of a walk and at its end', async () => {
    const { list, Widgets } = platform(9);
    for (const at of [3, 5, 6, 8]) list.rows[at]!.size = 1;
    expect((await Widgets.search({ pageSize: 3 }).toArray()).map(({ id }) => id)).to.deep.equal(['w0', 'w2']);
    expect((await Widgets.search({ pageSize: 3 }).last())?.id).to.equal('w2');
    const pages: Page<Widget>[] = [];
    for await (const page of Widgets.search({ pageSize: 3 }).pages()) pages.push(page);
    expect(pages.map(({ length, invalid }) => [length, invalid.length])).to.deep.equal([
      [2, 1],
      [0, 3],
      [0, 3],
    ]);
  });

  it('ends with an error when a page of invalid records repeats', async () => {
    const api = new VirtualConnection(() => ({ results: [{ id: 'w1', size: 1 }], total: 40, pageTotal: 2 }));
    const error = await failure(api.bind(Widget).search().toArray(), ResourceError);
    expect(error.message).to.contain('same page again');
  });

  it('does not let another record be created beside one that is not valid', async () => {
    const { list, api, Widgets } = platform(2, { finds: ({ id }) => id === 'w1' });
    await failure(Widgets.findOrCreateBy({ name: 'n1' }), ValidationError);
    expect(api.log).to.deep.equal(['POST widgets/paginate']);
    list.rows[1]!.size = 2;
    expect((await Widgets.findOrCreateBy({ name: 'n1' })).id).to.equal('w1');
  });

  it('is one of several requests as well', async () => {
    const { Widgets } = platform(6);
    const search = searchInBatches(Widgets, [
      { pageNumber: 0, pageSize: 3 },
      { pageNumber: 1, pageSize: 3 },
    ]);
    const page = await search;
    expect([page.length, page.invalid.length]).to.deep.equal([2, 1]);
    expect((await search.toArray()).map(({ id }) => id)).to.deep.equal(ids(6));
  });

  it('fails when the validator itself does', async () => {
    const broken = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: () => {
          throw new TypeError('a mistake');
        },
      },
    };
    @Entity({ path: 'widgets', schema: broken, validate: 'both' })
    class Broken extends SearchResourceMixin(BaseResource) {}
    await failure(platform(2).api.bind(Broken).search(), TypeError);
  });
});
