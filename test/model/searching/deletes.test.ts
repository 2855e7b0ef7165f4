import { expect } from 'chai';
import { ResourceError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';
import { type ListOptions, PagedList } from './list.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Deletes have an own way to be late. */
function platform(count: number, options: ListOptions = {}): { list: PagedList; api: VirtualConnection; Widgets: typeof Widget } {
  const list = new PagedList(count, options);
  const api = new VirtualConnection(async (request) => {
    await turn();
    return list.respond(request);
  });
  return { list, api, Widgets: api.bind(Widget) };
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `w${at}`);

for (const options of [{}, { counts: false }, { longest: 4 }, { longest: 4, counts: false }] satisfies ListOptions[]) {
  describe(`deleting while walking a list that ${JSON.stringify(options)}`, () => {
    const size = { pageSize: 5 };

    for (const prefetch of [true, false]) {
      it(`deletes each record of it once, ${prefetch ? 'with' : 'without'} fetching ahead`, async () => {
        const { list, Widgets } = platform(23, options);
        const seen: unknown[] = [];
        for await (const widget of Widgets.search(size).all({ prefetch })) {
          seen.push(widget.id);
          await widget.delete();
        }
        expect(seen).to.deep.equal(ids(23));
        expect(list.rows).to.deep.equal([]);
      });

      for (const every of [2, 3, 7]) {
        it(`sees each record once when one in ${every} is deleted, ${prefetch ? 'with' : 'without'} fetching ahead`, async () => {
          const { list, Widgets } = platform(31, options);
          const seen: unknown[] = [];
          for await (const widget of Widgets.search(size).all({ prefetch })) {
            if (seen.push(widget.id) % every === 0) await widget.delete();
          }
          expect(seen).to.deep.equal(ids(31));
          expect(list.rows.map(({ id }) => id)).to.deep.equal(ids(31).filter((_, at) => (at + 1) % every !== 0));
        });
      }
    }

    it('goes by the survivors of earlier pages, when all of the later ones are deleted', async () => {
      const { list, Widgets } = platform(26, options);
      const seen: unknown[] = [];
      for await (const widget of Widgets.search(size)) {
        if (seen.push(widget.id) > 3) await widget.delete();
      }
      expect(seen).to.deep.equal(ids(26));
      expect(list.rows).to.have.length(3);
    });

    it('deletes in batches of records that were seen long ago', async () => {
      const { list, Widgets } = platform(40, options);
      let batch: Widget[] = [];
      const seen: unknown[] = [];
      for await (const widget of Widgets.search(size)) {
        seen.push(widget.id);
        if (batch.push(widget) === 13) await Promise.all(batch.splice(0).map((each) => each.delete()));
      }
      batch = [];
      expect(seen).to.deep.equal(ids(40));
      expect(list.rows).to.have.length(1);
    });

    it('waits for deletes that nobody has waited for', async () => {
      const { list, Widgets } = platform(23, options);
      const deletes: Promise<unknown>[] = [];
      for await (const widget of Widgets.search(size)) deletes.push(widget.delete());
      await Promise.all(deletes);
      expect(deletes).to.have.length(23);
      expect(list.rows).to.deep.equal([]);
    });

    it('asks for the next page again when records were deleted after it was asked for', async () => {
      const { Widgets } = platform(23, options);
      const first = await Widgets.search(size);
      const early = await first.next();
      expect(await first.next()).to.equal(early);
      await first.results[0]!.delete();
      const late = await first.next();
      expect(late).not.to.equal(early);
      expect(late?.results[0]?.id).to.equal(`w${first.length}`);
    });

    it('deletes page by page, by pages() and by next()', async () => {
      const { list, Widgets } = platform(23, options);
      for await (const page of Widgets.search(size).pages()) await Promise.all(page.results.map((each) => each.delete()));
      expect(list.rows).to.deep.equal([]);
      const { list: other, Widgets: Others } = platform(23, options);
      for (let page = await Others.search(size).then(); page !== null; ) {
        const ahead = page.next();
        await ahead;
        for (const widget of page) await widget.delete();
        page = (await page.next())!;
      }
      expect(other.rows).to.deep.equal([]);
      const { list: third, Widgets: Thirds } = platform(23, options);
      for await (const widget of (await Thirds.search(size)).all()) await widget.delete();
      expect(third.rows).to.deep.equal([]);
    });

    it('deletes through other instances, and other classes of the connection', async () => {
      const { list, api, Widgets } = platform(23, options);
      class Mine extends Widget {}
      const ways: ((id: string) => Promise<unknown>)[] = [
        async (id) => (await Widgets.get(id)).delete(),
        (id) => new Widgets({ id }).delete(),
        (id) => api.bind(Mine).fromDict({ id }).delete(),
      ];
      let at = 0;
      for await (const { id } of Widgets.search(size)) await ways[at++ % 3]!(id!);
      expect(at).to.equal(23);
      expect(list.rows).to.deep.equal([]);
    });
  });
}

describe('walking a list', () => {
  it('does not count deletes that fail, or that are of other lists', async () => {
    const { list, api, Widgets } = platform(12);
    class Other extends Widget {
      static override resourcePath = 'others';
    }
    api.before('delete', ({ resource }) => {
      if (resource.id === 'w1') throw new Error('kept');
    });
    for await (const { id } of Widgets.search({ pageSize: 3 })) {
      if (id === 'w1') await failure(new Widgets({ id }).delete());
      else if (id === 'w2') api.bind(Other).fromDict({ id }).markAsDeleted();
    }
    expect(list.asked).to.deep.equal([0, 1, 2, 3]);
  });

  it('sees no record twice on a platform that goes on listing what was deleted', async () => {
    const { Widgets } = platform(17, { keeps: true });
    const seen: unknown[] = [];
    for await (const widget of Widgets.search({ pageSize: 5 })) {
      seen.push(widget.id);
      await widget.delete();
    }
    expect(seen).to.deep.equal(ids(17));
  });

  it('keeps a page that was fetched ahead while nothing is deleted', async () => {
    const { list, Widgets } = platform(12);
    expect(await Widgets.search({ pageSize: 3 }).toArray()).to.have.length(12);
    expect(list.asked).to.deep.equal([0, 1, 2, 3]);
  });

  it('may be left, and walked again from a page', async () => {
    const { Widgets } = platform(12);
    const first = await Widgets.search({ pageSize: 3 });
    for await (const widget of first.all({ limit: 5 })) await widget.delete();
    expect((await first.toArray()).map(({ id, isDeleted }) => (isDeleted ? 'gone' : id))).to.deep.equal([
      'gone',
      'gone',
      'gone',
      ...ids(12).slice(5),
    ]);
  });

  for (const prefetch of [true, false]) {
    for (const every of [1, 2, 3]) {
      it(`sees each record once when the save of one in ${every} takes it out of the search, ${prefetch ? 'with' : 'without'} fetching ahead`, async () => {
        const { Widgets } = platform(37, { finds: ({ name }) => name !== 'done' });
        const seen: unknown[] = [];
        for await (const widget of Widgets.search({ pageSize: 5 }).all({ prefetch })) {
          if (seen.push(widget.id) % every === 0) await widget.save({ name: 'done' });
        }
        expect(seen).to.deep.equal(ids(37));
      });
    }

    for (const count of [15, 25, 30, 45]) {
      it(`loses none of ${count} records silently when saves change the order, ${prefetch ? 'with' : 'without'} fetching ahead`, async () => {
        const { Widgets } = platform(count, { order: (one, other) => (one.size as number) - (other.size as number) });
        const seen = new Set<unknown>();
        try {
          for await (const widget of Widgets.search({ pageSize: 10 }).all({ prefetch })) {
            seen.add(widget.id);
            await widget.save({ size: 1000 + widget.size });
          }
          expect(seen.size).to.equal(count);
        } catch (error) {
          expect((error as Error).message).to.contain('toArray()');
        }
      });
    }
  }

  it('sees each record once when saves in batches take them out of the search', async () => {
    const { Widgets } = platform(37, { finds: ({ name }) => name !== 'done' });
    const seen: unknown[] = [];
    const batch: Widget[] = [];
    for await (const widget of Widgets.search({ pageSize: 5 })) {
      seen.push(widget.id);
      if (batch.push(widget) === 13) await Promise.all(batch.splice(0).map((each) => each.save({ name: 'done' })));
    }
    expect(seen).to.deep.equal(ids(37));
  });

  it('goes on when records that nobody has saved are on two pages, as after an insert', async () => {
    const { list, Widgets } = platform(10);
    const seen: unknown[] = [];
    for await (const { id } of Widgets.search({ pageSize: 5 }).all({ prefetch: false })) {
      if (seen.push(id) === 5) list.rows.unshift({ id: 'new' });
    }
    expect(new Set(seen)).to.deep.equal(new Set(ids(10)));
  });

  it('says what to do when saves change the order', async () => {
    const { Widgets } = platform(30, { order: (one, other) => (one.size as number) - (other.size as number) });
    const error = await failure(
      (async () => {
        for await (const widget of Widgets.search({ pageSize: 10 })) await widget.save({ size: 1000 + widget.size });
      })(),
      ResourceError,
    );
    expect(error.message).to.contain('saves').and.to.contain('toArray()').and.to.contain('order');
  });
});
