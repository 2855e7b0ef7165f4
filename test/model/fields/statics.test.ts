import { expect } from 'chai';
import nock from 'nock';
import { AixplainResource, Pipeline } from '../../../src/aixplain/index.js';
import {
  BaseResource,
  DeleteResourceMixin,
  DeleteResult,
  Entity,
  hasResourcePath,
  Result,
  RunnableResourceMixin,
  SearchResourceMixin,
} from '../../../src/index.js';
import { Dataset } from '../../../src/moderately/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const Full = RunnableResourceMixin(DeleteResourceMixin(SearchResourceMixin(BaseResource)));

describe('the statics of a class', () => {
  withoutNetwork();

  it('read what the decorator says, else the default', () => {
    @Entity({ path: 'w', search: { path: 'find', method: 'GET', itemsKey: 'rows', firstPage: 1, pageSize: 50, maxPageSize: 30 } })
    class Decorated extends Full {}
    class Below extends Decorated {}
    for (const Class of [Decorated, Below, connect().bind(Decorated)]) {
      expect(Class).to.include({
        resourcePath: 'w',
        paginatePath: 'find',
        paginateMethod: 'GET',
        paginateItemsKey: 'rows',
        paginateTotalKey: 'total',
        paginatePageTotalKey: 'pageTotal',
        paginateDefaultPageNumber: 1,
        paginateDefaultPageSize: 30,
        runActionPath: 'run',
      });
      expect(Class.responseClass).to.equal(Result);
      expect(Class.deleteResponseClass).to.equal(DeleteResult);
    }
    expect(Widget).to.include({
      paginatePath: 'paginate',
      paginateMethod: 'POST',
      paginateDefaultPageNumber: 0,
      paginateDefaultPageSize: 20,
    });
  });

  it('read what the nearest decorator says', () => {
    @Entity({ path: 'b', search: { itemsKey: 'things' } })
    class Base extends Full {}
    @Entity({ search: { totalKey: 'count' } })
    class Sub extends Base {}
    expect(Sub).to.include({ resourcePath: 'b', paginateItemsKey: 'things', paginateTotalKey: 'count' });
    expect(Base).to.include({ paginateTotalKey: 'total' });
  });

  it('win when a subclass declares or assigns them, and leave other classes alone', () => {
    @Entity({ path: 'w' })
    class Declared extends Full {
      static override resourcePath = 'declared';
    }
    @Entity({ path: 'w' })
    class Assigned extends Full {}
    Assigned.resourcePath = 'assigned';
    Assigned.paginatePath = 'all';
    class Below extends Assigned {}
    expect([Declared.resourcePath, Assigned.resourcePath, Below.resourcePath]).to.deep.equal(['declared', 'assigned', 'assigned']);
    expect(Below.paginatePath).to.equal('all');
    expect(Widget.resourcePath).to.equal('widgets');
    expect(Full.resourcePath).to.equal(undefined);
  });

  it('can be read while the class is being made', () => {
    @Entity({ path: 'w' })
    class Base extends Full {}
    class Sub extends Base {
      static readonly address = `${this.resourcePath}/all`;
    }
    expect(Sub.address).to.equal('w/all');
  });

  it('are those of the vendors too, and of records', () => {
    expect(Dataset).to.include({
      resourcePath: 'datasets',
      paginateItemsKey: 'items',
      paginateMethod: 'GET',
      paginateDefaultPageNumber: 1,
    });
    expect(Pipeline).to.include({ resourcePath: 'sdk/pipelines', paginateItemsKey: 'items' });
    for (const value of [Dataset, new Dataset(), Pipeline, new Pipeline(), Widget, new Widget()])
      expect(hasResourcePath(value)).to.equal(true);
    for (const value of [AixplainResource, new AixplainResource(), Full]) expect(hasResourcePath(value)).to.equal(false);
    expect(new Dataset().resourcePath).to.equal('datasets');
    expect({ ...new Widget() }).not.to.have.property('resourcePath');
  });

  it('take the method in either case', async () => {
    @Entity({ path: 'w', search: { method: 'get' } })
    class ByDecorator extends Full {}
    @Entity({ path: 'w' })
    class ByStatic extends Full {
      static override paginateMethod = 'get';
    }
    for (const Class of [ByDecorator, ByStatic]) {
      nock(origin).get('/w/paginate').query({ pageNumber: 0, pageSize: 20 }).reply(200, { results: [], total: 0 });
      await connect().bind(Class).search();
    }
  });

  it('a method that is not one is refused, and blanks around it are not part of it', async () => {
    class Blanks extends Full {
      static override resourcePath = 'w';
      static override paginateMethod = ' get ' as 'GET';
    }
    nock(origin).get('/w/paginate').query(true).reply(200, { results: [], total: 0 });
    await connect().bind(Blanks).search();
    for (const method of [5, '', 'GET POST']) {
      class Odd extends Full {
        static override resourcePath = 'w';
        static override paginateMethod = method as 'GET';
      }
      const error = await failure(connect().bind(Odd).search().then());
      expect(error.name).to.equal('ConfigurationError');
    }
  });

  it('and the words of the decorator are taken in either case, and refused when there are no such', async () => {
    @Entity({ path: 'w', update: 'PATCH' as 'patch', create: 'put' as 'PUT' })
    class Loud extends Full {}
    const Bound = connect().bind(Loud);
    nock(origin).put('/w').reply(200, { id: 'a' });
    const record = await new Bound().save();
    nock(origin).patch('/w/a').reply(200, {});
    await record.save({}, { force: true });
    for (const options of [{ update: 'ptach' }, { create: 'none!' }, { unknown: 'drop' }])
      expect(() => Entity(options as never)).to.throw(/must be one of/);
  });
});
