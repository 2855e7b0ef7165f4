import { expect } from 'chai';
import nock from 'nock';
import {
  BaseResource,
  ConflictError,
  DeleteResourceMixin,
  DeleteResult,
  Entity,
  Field,
  SearchResourceMixin,
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
