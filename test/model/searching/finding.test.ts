import { expect } from 'chai';
import { z } from 'zod';
import {
  BaseResource,
  ConflictError,
  Entity,
  Field,
  GetResourceMixin,
  NotFoundError,
  ResourceError,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import type { RecordClass } from '../../../src/model/state/slot.js';
import { Moderately } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';
import { PagedList } from './list.js';

const connect = (list: PagedList) => {
  const connection = new VirtualConnection((request) => list.respond(request));
  return { connection, Widgets: connection.bind(Widget) };
};

/** What the searches were asked with. */
const bodies = (connection: VirtualConnection): unknown[] => connection.requests.map(({ body }) => body);

describe('a search', () => {
  it('is refined without being changed', async () => {
    const { connection, Widgets } = connect(new PagedList(3));
    const red = Widgets.search({ color: 'red', size: 1 });
    const big = red.where({ size: 9 }).where({ shape: 'round' }).order('name', 'desc');
    expect(connection.requests).to.deep.equal([]);
    await big;
    await red;
    expect(bodies(connection)).to.deep.equal([
      { pageNumber: 0, pageSize: 20, color: 'red', size: 9, shape: 'round', sortBy: 'name', sortOrder: 'desc' },
      { pageNumber: 0, pageSize: 20, color: 'red', size: 1 },
    ]);
    expect(() => red.where('x' as never)).to.throw(ValidationError);
    expect(() => red.order('')).to.throw(ValidationError);
    expect(() => red.order('name', 'up' as never)).to.throw(ValidationError, "'asc' or 'desc'");
  });

  it('asks for what its parameters say when it begins', async () => {
    const { connection, Widgets } = connect(new PagedList(3));
    const params = { color: 'red' };
    const found = ['red', 'blue'].map((color) => Widgets.search(Object.assign(params, { color })).toArray());
    params.color = 'green';
    await Promise.all(found);
    expect(bodies(connection)).to.deep.equal(['red', 'blue'].map((color) => ({ pageNumber: 0, pageSize: 20, color })));
  });

  it('gives its first records, asking for no more than it needs', async () => {
    const { connection, Widgets } = connect(new PagedList(5));
    expect((await Widgets.search().first())?.id).to.equal('w0');
    expect(bodies(connection)).to.deep.equal([{ pageNumber: 0, pageSize: 1 }]);
    expect((await Widgets.search({ pageSize: 2 }).first(3)).map(({ id }) => id)).to.deep.equal(['w0', 'w1', 'w2']);
    expect(await Widgets.search().first(0)).to.deep.equal([]);
    await failure(Widgets.search().first(-1), ValidationError);
    const search = Widgets.search({ pageSize: 2 });
    await search;
    const { length } = connection.requests;
    expect((await search.first())?.id).to.equal('w0');
    expect(connection.requests).to.have.length(length);
  });

  it('gives its last record where the platform says which page is the last', async () => {
    const { connection, Widgets } = connect(new PagedList(5));
    expect((await Widgets.search({ pageSize: 2 }).last())?.id).to.equal('w4');
    expect(connection.requests).to.have.length(2);
    const { Widgets: Few } = connect(new PagedList(2));
    expect((await Few.search().last())?.id).to.equal('w1');
    const { Widgets: None } = connect(new PagedList(0));
    expect(await None.search().last()).to.equal(null);
    const { Widgets: Uncounted } = connect(new PagedList(5, { counts: false }));
    expect((await failure(Uncounted.search({ pageSize: 2 }).last(), ResourceError)).message).to.contain('which page is the last one');
  });

  it('counts: by the total, else by its pages', async () => {
    const { connection, Widgets } = connect(new PagedList(5));
    expect(await Widgets.search({ pageSize: 2 }).count()).to.equal(5);
    expect(connection.requests).to.have.length(1);
    const { Widgets: Uncounted } = connect(new PagedList(5, { counts: false }));
    expect(await Uncounted.search({ pageSize: 2 }).count()).to.equal(5);
  });

  it('says whether there is anything', async () => {
    expect(await connect(new PagedList(1)).Widgets.search().exists()).to.equal(true);
    expect(await connect(new PagedList(0)).Widgets.search().exists()).to.equal(false);
  });

  it('plucks, finds, maps and divides the records of all pages', async () => {
    const { connection, Widgets } = connect(new PagedList(5));
    const search = Widgets.search({ pageSize: 2 });
    expect(await search.pluck('id')).to.deep.equal(['w0', 'w1', 'w2', 'w3', 'w4']);
    expect((await search.pluck('id', 'name'))[1]).to.deep.equal(['w1', 'n1']);
    expect(await search.map(async ({ name }, index) => `${index}${name}`)).to.deep.equal(['0n0', '1n1', '2n2', '3n3', '4n4']);
    const batches: unknown[] = [];
    for await (const batch of search.batches(3)) batches.push(batch.map(({ id }) => id));
    expect(batches).to.deep.equal([
      ['w0', 'w1', 'w2'],
      ['w3', 'w4'],
    ]);
    const { length } = connection.requests;
    expect((await search.find(({ name }) => name === 'n1'))?.id).to.equal('w1');
    expect(connection.requests.length - length).to.be.at.most(2);
    expect(await search.find(async () => false)).to.equal(null);
    await failure(search.batches(0).next(), ValidationError);
    await failure(search.pluck(...([] as unknown as ['id'])), ValidationError);
  });

  it('of several requests cannot be refined', () => {
    const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://mai.test' });
    const teams = mai.User.fromDict({ userId: 'u' }).teams();
    expect(() => teams.where({})).to.throw(ResourceError, 'made of several requests');
    expect(() => teams.include()).to.throw(ResourceError, 'give the option include where it is made');
  });

  it('orders as its platform says', async () => {
    const seen: string[] = [];
    const mai = new Moderately({
      apiKey: 'k',
      teamId: 't',
      baseUrl: 'https://mai.test',
      fetch: async (url) => {
        seen.push(new URL(String(url)).search);
        return Response.json({ items: [], pagination: { totalItems: 0, totalPages: 0 } });
      },
    });
    await mai.Dataset.search({ orderBy: 'createdAt' }).where({ query: 'a' }).order('name', 'desc');
    expect(new URLSearchParams(seen[0])).to.deep.equal(
      new URLSearchParams({ page: '1', pageSize: '10', orderBy: 'name', orderDirection: 'desc', nameLike: 'a', teamIds: 't' }),
    );
    await failure(mai.AgentExecution.search().order('name'), ValidationError);
    await mai.close();
  });
});

describe('a class', () => {
  const answering = (answer: (request: TransportRequest) => unknown) => {
    const connection = new VirtualConnection(answer);
    return { connection, Widgets: connection.bind(Widget) };
  };

  it('finds one record by id, or several in their order', async () => {
    const { connection, Widgets } = connect(new PagedList(5));
    expect((await Widgets.find('w3')).id).to.equal('w3');
    expect((await Widgets.find(['w4', 'w1', 'w4'])).map(({ id }) => id)).to.deep.equal(['w4', 'w1', 'w4']);
    expect(connection.log).to.have.length(3);
    expect(await Widgets.find([])).to.deep.equal([]);
  });

  it('says what finds by other values, before any request', async () => {
    const { connection, Widgets } = connect(new PagedList(1));
    const { message } = await failure(Widgets.find({ where: { name: 'x' } } as never), ValidationError);
    expect(message).to.equal('Widget.find takes ids; findBy({ … }) and search({ … }) take other values.');
    expect(connection.requests).to.deep.equal([]);
  });

  it('fails to find several when one does not exist', async () => {
    const { Widgets } = answering(({ path }) => {
      if (path.endsWith('b')) throw new NotFoundError('no b', { status: 404 } as never);
      return { id: path.at(-1), name: 'n' };
    });
    await failure(Widgets.find(['a', 'b', 'c']), NotFoundError);
  });

  it('finds several in lists where it is searched by ids, and fetches what these lack', async () => {
    const rows = Array.from({ length: 9 }, (_, at) => ({ id: at === 8 ? 8 : `w${at}`, name: at === 7 ? 'x' : 'long' }));
    const { connection } = answering(({ path, body }) => {
      if (path === 'items/late') return { id: 'late', name: 'long' };
      if (!path.endsWith('paginate')) throw new NotFoundError(`no ${path}`, { status: 404 } as never);
      const { ids } = body as { ids: string[] };
      const results = rows.filter(({ id }) => ids.map(String).includes(String(id))).reverse();
      return { results, total: results.length };
    });
    const name = z.string().min(2);
    @Entity({ path: 'items', validate: 'load', search: { idsParam: 'ids', idsPerRequest: 3 } })
    class Item extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
      @Field({ schema: name }) name!: string;
    }
    const Items = connection.bind(Item);
    const found = await Items.find(['w4', 8 as never, 'w1', 'w0', 'late', 'w4'], { timeout: 5 });
    expect(found.map(({ id }) => id)).to.deep.equal(['w4', 8, 'w1', 'w0', 'late', 'w4']);
    expect([found[0] === found[5], connection.requests[0]!.timeout]).to.deep.equal([true, 5]);
    expect(connection.log).to.deep.equal(['POST items/paginate', 'POST items/paginate', 'GET items/late']);
    expect((await failure(Items.find(['w1', 'gone']), NotFoundError)).message).to.equal('no items/gone');
    expect((await failure(Items.find(['w1', 'w7']), ValidationError)).message).to.contain('its id is "w7"');
    connection.requests.length = 0;
    await failure(Items.find(['w1', '..']), ValidationError);
    await failure(Items.find(['w1', 'w2'], { nope: 1 } as never), ValidationError);
    expect(connection.log).to.deep.equal([]);
    await failure(Items.find(['w1', 'w2'], { query: { view: 'all' } }), NotFoundError);
    await failure(Items.find(['w1']), NotFoundError);
    class Own extends Item {
      static override get<R extends BaseResource>(this: RecordClass<R>, id: string): Promise<R> {
        return super.get.call(this, id, { resourcePath: 'mine' }) as Promise<R>;
      }
    }
    await failure(connection.bind(Own).find(['w1', 'w2']), NotFoundError);
    expect(connection.log.filter((line) => line.startsWith('POST'))).to.deep.equal([]);
  });

  it('finds by parameters, or creates', async () => {
    const { connection, Widgets } = answering(({ method, path, body }) => {
      if (path.endsWith('paginate'))
        return { results: (body as { name: string }).name === 'there' ? [{ id: 'w', name: 'there' }] : [], total: 0 };
      return method === 'POST' ? { id: 'new', ...(body as object) } : undefined;
    });
    expect((await Widgets.findBy({ name: 'there' }))?.id).to.equal('w');
    expect(await Widgets.findBy({ name: 'nowhere' })).to.equal(null);
    expect((await Widgets.findOrCreateBy({ name: 'there' }, { name: 'other' })).id).to.equal('w');
    connection.requests.length = 0;
    const made = await Widgets.findOrCreateBy({ name: 'fresh', filter: 'x' });
    expect([made.id, made.name, made.isNew]).to.deep.equal(['new', 'fresh', false]);
    expect(connection.requests.at(-1)?.body).to.deep.equal({ name: 'fresh' });
  });

  it('searches again when another has created the record meanwhile', async () => {
    let searches = 0;
    const { Widgets } = answering(({ path }) => {
      if (path.endsWith('paginate')) return { results: searches++ === 0 ? [] : [{ id: 'theirs', name: 'n' }], total: 1 };
      throw new ConflictError('taken', { status: 409 } as never);
    });
    expect((await Widgets.findOrCreateBy({ name: 'n' })).id).to.equal('theirs');
  });

  it('has scopes: static methods that return a search', async () => {
    class Scoped extends Widget {
      static red() {
        return this.search({ color: 'red' });
      }
    }
    const connection = new VirtualConnection(() => ({ results: [{ id: 'a' }], total: 1 }));
    const [first] = await connection.bind(Scoped).red().where({ size: 1 }).toArray();
    expect(first).to.be.instanceOf(Scoped);
    expect(bodies(connection)).to.deep.equal([{ pageNumber: 0, pageSize: 20, color: 'red', size: 1 }]);
  });
});
