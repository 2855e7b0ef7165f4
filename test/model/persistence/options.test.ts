import { expect } from 'chai';
import nock from 'nock';
import {
  BaseResource,
  ConflictError,
  DeleteResourceMixin,
  DeleteResult,
  Entity,
  encodeResourceId,
  Field,
  hasContext,
  hasFromDict,
  hasResourcePath,
  hasToDict,
  SearchResourceMixin,
  UnprocessableEntityError,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

describe('what a class declares', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());

  it('of its errors is how they are read', async () => {
    @Entity({
      path: 'odd',
      errors: (status, body) => ({
        message: (body as { fault: { text: string } }).fault.text,
        code: `F${status}`,
        details: [{ field: 'name', message: 'is taken' }],
      }),
    })
    class Odd extends BaseResource {
      @Field() name!: string;
    }
    nock(origin)
      .post('/odd')
      .reply(409, { fault: { text: 'the name is taken' } });
    const error = await failure<ConflictError>(new (api.bind(Odd))({ name: 'x' }).save());
    expect(error).to.be.instanceOf(ConflictError).and.to.include({ code: 'F409' });
    expect(error.message).to.contain('the name is taken');
    expect(error.details).to.deep.equal([{ field: 'name', message: 'is taken' }]);
  });

  it('of keys nobody knows is whether they are sent back or only kept', async () => {
    @Entity({ path: 'kept', unknown: 'keep' })
    class Kept extends BaseResource {
      @Field() name!: string;
    }
    const record = api.bind(Kept).fromDict({ id: 'k1', name: 'a', secretSauce: 1 });
    nock(origin).put('/kept/k1', { id: 'k1', name: 'b' }).reply(200, {});
    await record.save({ name: 'b' });
    expect(record.toDict()).to.deep.equal({ id: 'k1', name: 'b', secretSauce: 1 });
    const copy = await record.clone();
    nock(origin).post('/kept', { name: 'b' }).reply(201, { id: 'k2' });
    await copy.save();
    expect(copy.toDict()).to.include({ secretSauce: 1 });
  });

  it('of verbs is how it is created', async () => {
    @Entity({ path: 'put', create: 'PUT' })
    class Put extends BaseResource {
      @Field() name!: string;
    }
    nock(origin).put('/put', { name: 'a' }).reply(200, { id: 'p1' });
    await new (api.bind(Put))({ name: 'a' }).save();
  });

  it('a platform cannot do fails here, with what to do instead', async () => {
    @Entity({ path: 'fixed', create: 'none', update: 'none' })
    class Fixed extends BaseResource {
      @Field() name!: string;
    }
    const Fixeds = api.bind(Fixed);
    expect((await failure(new Fixeds({ name: 'a' }).save())).message).to.contain('no way to create');
    const record = Fixeds.fromDict({ id: 'f1', name: 'a' });
    await record.save();
    const error = await failure<ValidationError>(record.save({ name: 'b' }));
    expect(error.message).to.contain('no way to update').and.to.contain("revert('name')");
  });

  it('of its result of deletes, its body and its address is used', async () => {
    class Gone extends DeleteResult {
      get farewell(): string {
        return `${this.deletedId} is gone`;
      }
    }
    @Entity({ path: 'goners' })
    class Goner extends DeleteResourceMixin(BaseResource) {
      static override deleteResponseClass = Gone;
      override buildDeletePayload(): unknown {
        return { sure: true };
      }
      override buildDeleteUrl(): string {
        return `trash/${this.encodedId}`;
      }
    }
    nock(origin).delete('/trash/g1', { sure: true }).reply(200, { left: 3 });
    const result = await api.bind(Goner).fromDict({ id: 'g1' }).delete();
    expect(result).to.be.instanceOf(Gone);
    expect((result as Gone).farewell).to.equal('g1 is gone');
    expect(result.get('left')).to.equal(3);
  });

  it('of another path for one call is used', async () => {
    nock(origin).get('/elsewhere/w1').reply(200, { id: 'w1' });
    const widget = await api.bind(Widget).get('w1', { resourcePath: 'elsewhere' });
    nock(origin).delete('/elsewhere/w1').reply(200, {});
    await widget.delete({ resourcePath: 'elsewhere' });
  });

  it('by statics wins over the decorator', async () => {
    @Entity({ path: 'decorated', search: { itemsKey: 'decorated', pageSize: 5 } })
    class Both extends SearchResourceMixin(BaseResource) {
      static override resourcePath = 'static';
      static override paginatePath = 'find';
      static override paginateMethod = 'GET' as const;
      static override paginateItemsKey = 'rows';
      static override paginateTotalKey = 'count';
      static override paginatePageTotalKey = 'pages';
      static override paginateDefaultPageNumber = 1;
      static override paginateDefaultPageSize = 7;
    }
    nock(origin)
      .get('/static/find')
      .query({ pageNumber: 1, pageSize: 7 })
      .reply(200, { rows: [{ id: '1' }], count: 1, pages: 1 });
    const page = await api.bind(Both).list();
    expect(page).to.include({ length: 1, total: 1, pageTotal: 1, pageNumber: 1 });
  });
});

describe('a save with an idempotency key', () => {
  withoutNetwork();

  it('sends it, and may be made again', async () => {
    const api = connect();
    nock(origin, { reqheaders: { 'idempotency-key': 'k-1' } })
      .post('/widgets')
      .reply(504, {});
    const widget = new (api.bind(Widget))({ name: 'a' });
    await failure(widget.save({}, { idempotencyKey: 'k-1' }));
    nock(origin, { reqheaders: { 'idempotency-key': 'k-1' } })
      .post('/widgets')
      .reply(201, { id: 'w1' });
    await widget.save({}, { idempotencyKey: 'k-1' });
    expect(widget.id).to.equal('w1');
    await api.close();
  });
});

describe('422', () => {
  withoutNetwork();

  it('carries a list of fields', async () => {
    const api = connect();
    nock(origin)
      .patch('/widgets/w1')
      .reply(422, { message: 'no', details: [{ field: 'name', message: 'is short' }] });
    const error = await failure<UnprocessableEntityError>(api.bind(Widget).fromDict({ id: 'w1', name: 'a' }).save({ name: '' }));
    expect(error).to.be.instanceOf(UnprocessableEntityError);
    expect(error.details).to.deep.equal([{ field: 'name', message: 'is short' }]);
    await api.close();
  });
});

describe('walking a search', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());
  const page = (number: number) => ({ results: [{ id: `${number}a` }, { id: `${number}b` }], total: 6, pageTotal: 3 });

  it('does not fetch ahead when told not to', async () => {
    const asked: number[] = [];
    for (const number of [0, 1, 2]) {
      nock(origin)
        .post('/widgets/paginate', { pageNumber: number, pageSize: 2 })
        .optionally()
        .reply(200, () => {
          asked.push(number);
          return page(number);
        });
    }
    const walk = api.bind(Widget).search({ pageSize: 2 }).all({ prefetch: false });
    await walk.next();
    await walk.next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(asked).to.deep.equal([0]);
    await walk.next();
    expect(asked).to.deep.equal([0, 1]);
    await walk.return();
  });

  it('ends the request for the next page when the loop is left', async () => {
    let ended = false;
    const fetch = ((_url: unknown, { body, signal }: RequestInit) =>
      new Promise<Response>((resolve, reject) => {
        if (new TextDecoder().decode(body as Uint8Array).includes('"pageNumber":0')) resolve(Response.json(page(0)));
        signal?.addEventListener('abort', () => {
          ended = true;
          reject(signal.reason);
        });
      })) as typeof globalThis.fetch;
    const other = connect({ fetch });
    for await (const widget of other.bind(Widget).search({ pageSize: 2 })) if (widget.id === '0b') break;
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).to.equal(true);
    await other.close();
  });

  it('may be given a signal', async () => {
    const other = connect();
    nock(origin).post('/widgets/paginate').reply(200, page(0));
    const control = new AbortController();
    const walk = other.bind(Widget).search({ pageSize: 2 }).pages({ signal: control.signal, prefetch: false });
    await walk.next();
    control.abort();
    expect(await failure(walk.next())).to.have.property('name', 'AbortError');
    await other.close();
  });
});

describe('the guards', () => {
  it('are true for any object or function with the member', () => {
    const widget = Widget.fromDict({ id: '1' });
    for (const value of [widget, Widget, { context: null }]) expect(hasContext(value)).to.equal(true);
    expect(hasResourcePath({ resourcePath: 'x' })).to.equal(true);
    expect(hasFromDict(Widget)).to.equal(true);
    expect(hasToDict(widget)).to.equal(true);
    for (const value of [null, undefined, 'text', 1, {}]) {
      for (const guard of [hasContext, hasResourcePath, hasFromDict, hasToDict]) expect(guard(value)).to.equal(false);
    }
  });
});

describe('an id in a path', () => {
  for (const [id, encoded] of [
    ['abc123', 'abc123'],
    ['a-b_c.d~e', 'a-b_c.d~e'],
    ['path/to/resource', 'path%2Fto%2Fresource'],
    ['with space', 'with%20space'],
    ["test@#$%!'()*", 'test%40%23%24%25%21%27%28%29%2A'],
    ['ü', '%C3%BC'],
    ['', ''],
    [7, '7'],
  ] as const) {
    it(`${JSON.stringify(id)} is ${encoded === '' ? 'empty' : encoded}`, () => {
      expect(encodeResourceId(id)).to.equal(encoded);
    });
  }
});
