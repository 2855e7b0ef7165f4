import { inspect } from 'node:util';
import { expect } from 'chai';
import nock from 'nock';
import { AixplainResource } from '../../../src/aixplain/index.js';
import { Entity, Field, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { withoutNetwork } from '../../support/widgets.js';
import { backend, connect, Demo } from '../support/platform.js';

/** A resource with the base's own fields only. */
@Entity({ path: 'plain' })
class Plain extends AixplainResource {}

const plain = (values: object = {}) => new (connect().bind(Plain))(values);

describe('an entity', () => {
  withoutNetwork();

  it('has its values as properties, and no others', () => {
    const entity = plain({ id: '123', name: 'test' });
    expect([entity.id, entity.name, (entity as unknown as { none?: unknown }).none]).to.deep.equal(['123', 'test', undefined]);
    expect(() => plain({ none: 1 })).to.throw(ValidationError, 'none');
  });

  it('is created with all base fields, nulls included, and takes the id of the response', async () => {
    nock(backend).post('/plain', { id: null, name: 'test', description: null, path: null }).reply(200, { id: '123' });
    const entity = plain({ name: 'test' });
    await entity.save();
    expect([entity.id, entity.name]).to.deep.equal(['123', 'test']);
  });

  it('with an id is replaced with all its fields', async () => {
    nock(backend).put('/plain/123', { id: '123', name: 'test', description: null, path: null }).reply(200, {});
    await plain({ id: '123', name: 'test' }).save();
  });

  it('calls an operation of its own, encoding every part of the path', async () => {
    nock(backend).get('/demo/1%2F2/do_something/a%20b').query({ foo: 'bar' }).reply(200, { done: true });
    const demo = new (connect().bind(Demo))({ id: '1/2' });
    expect(await demo.action(['do_something', 'a b'], { query: { foo: 'bar' } })).to.deep.equal({ done: true });
    nock(backend).post('/demo/1%2F2/start', { x: 1 }).reply(204);
    expect(await demo.action(['start'], { body: { x: 1 } })).to.equal(undefined);
    nock(backend).post('/demo/1%2F2/start').reply(504);
    expect((await failure(demo.action(['start'], { body: {} }))).outcome).to.equal('unknown');
    expect(await failure(demo.action(['..']))).to.be.instanceOf(ValidationError);
  });

  it('is fetched by its id alone', async () => {
    nock(backend).get('/demo/123').query({}).reply(200, { id: '123', name: 'fetched' });
    const demo = await connect().bind(Demo).get('123');
    expect([demo.id, demo.name]).to.deep.equal(['123', 'fetched']);
  });

  it('without a path says how to give it one', async () => {
    class Nowhere extends AixplainResource {}
    expect((await failure(connect().bind(Nowhere).get('1'))).message).to.contain('@Entity({ path');
  });
});

describe('a search of entities', () => {
  withoutNetwork();

  it('gives a page of typed items and says where it is', async () => {
    nock(backend)
      .post('/demo/paginate', { pageNumber: 0, pageSize: 20 })
      .reply(200, {
        results: [
          { id: '1', name: 'a' },
          { id: '2', name: 'b' },
        ],
        total: 2,
        pageTotal: 1,
      });
    const page = await connect().bind(Demo).search();
    expect([page.total, page.pageNumber, page.pageTotal]).to.deep.equal([2, 0, 1]);
    expect(page.results.map((item) => [item instanceof Demo, item.id, item.name])).to.deep.equal([
      [true, '1', 'a'],
      [true, '2', 'b'],
    ]);
  });

  it('sends exactly what it was asked', async () => {
    const expected = { pageNumber: 1, pageSize: 20, q: 'test', sortBy: 'name', sortOrder: 'asc', ownership: 'team' };
    nock(backend).post('/demo/paginate', expected).reply(200, { results: [], total: 0, pageTotal: 0 });
    await connect().bind(Demo).search({ pageNumber: 1, pageSize: 20, query: 'test', sortBy: 'name', sortOrder: 'asc', ownership: 'team' });
  });

  it('takes a bare list, and a response without totals', async () => {
    nock(backend)
      .post('/demo/paginate')
      .reply(200, [{ id: '1' }]);
    const bare = await connect().bind(Demo).search();
    expect([bare.length, bare.total, bare.hasNext]).to.deep.equal([1, 1, false]);
    nock(backend)
      .post('/demo/paginate')
      .reply(200, { results: [{ id: '1' }] });
    const lean = await connect().bind(Demo).search();
    expect([lean.length, lean.total, lean.hasNext]).to.deep.equal([1, undefined, true]);
  });

  it('can be a list that is fetched with GET', async () => {
    @Entity({ path: 'v1/sessions', search: { method: 'GET', path: '' } })
    class Session extends AixplainResource {}
    nock(backend)
      .get('/v1/sessions')
      .query({ agentId: 'a1', pageNumber: 0, pageSize: 20 })
      .reply(200, [{ id: 's1' }]);
    expect((await connect().bind(Session).search({ agentId: 'a1' })).results[0]?.id).to.equal('s1');
  });

  it('shows broken items instead of dropping them', async () => {
    nock(backend)
      .post('/demo/paginate')
      .reply(200, { results: [{ id: '1' }, null], total: 2 });
    const page = await connect().bind(Demo).search();
    expect([page.length, page.invalid.length]).to.deep.equal([1, 1]);
  });

  it('can be read by index and printed', async () => {
    nock(backend)
      .post('/demo/paginate')
      .reply(200, { results: [{ id: '1' }], total: 1, pageTotal: 1 });
    const page = await connect().bind(Demo).search();
    expect((['length', 'pageNumber', 'total'] as const).map((key) => page[key])).to.deep.equal([1, 0, 1]);
    expect([...page]).to.deep.equal(page.results);
    expect(inspect(page)).to.contain('results').and.contain('total');
  });
});

describe('a clone of an entity', () => {
  withoutNetwork();

  it('is another object with the same values, no id and no saved state', async () => {
    nock(backend).get('/plain/1').reply(200, { id: '1', name: 'n', description: 'd', path: 'a/n', createdAt: '2026-01-01', extra: 1 });
    const entity = await connect().bind(Plain).get('1');
    const clone = await entity.clone();
    expect(clone).not.to.equal(entity);
    expect([clone.name, clone.description, clone.id, clone.isNew, clone.isModified]).to.deep.equal(['n', 'd', null, true, true]);
    expect([clone.path, clone.createdAt, clone.context]).to.deep.equal([null, undefined, entity.context]);
  });

  it('may be given values of its own', async () => {
    const entity = plain({ id: '1', name: 'n', description: 'd' });
    const both = await entity.clone({ name: 'm', description: 'e' });
    expect([both.name, both.description]).to.deep.equal(['m', 'e']);
    const one = await entity.clone({ name: 'm' });
    expect([one.name, one.description]).to.deep.equal(['m', 'd']);
    expect(await failure(entity.clone({ save: 1 } as never))).to.be.instanceOf(ValidationError);
  });

  it('of a deleted entity is alive', async () => {
    const entity = plain({ id: '1', name: 'n' });
    entity.markAsDeleted();
    const clone = await entity.clone();
    expect([clone.isDeleted, clone.name]).to.deep.equal([false, 'n']);
  });
});

describe('deleting an entity', () => {
  withoutNetwork();

  it('is one request, and marks it', async () => {
    nock(backend).delete('/demo/123').reply(200, {});
    const demo = new (connect().bind(Demo))({ id: '123', name: 'n' });
    expect(demo.isDeleted).to.equal(false);
    const result = await demo.delete();
    expect([result.status, result.completed, result.deletedId]).to.deep.equal(['SUCCESS', true, '123']);
    expect([demo.isDeleted, demo.id, demo.name]).to.deep.equal([true, null, 'n']);
  });

  it('leaves nothing that could be used again', async () => {
    const demo = new (connect().bind(Demo))({ id: '123' });
    demo.markAsDeleted();
    for (const use of [() => demo.delete(), () => demo.action(['x']), () => demo.run(), () => demo.save(), () => demo.refresh()]) {
      const error = await failure((async () => use())());
      expect(error).to.be.instanceOf(ResourceError);
      expect(error.message).to.contain('deleted');
    }
    expect(() => demo.encodedId).to.throw(ValidationError, 'deleted');
  });

  it('leaves it alone when it fails', async () => {
    nock(backend).delete('/demo/123').reply(403, { message: 'no' });
    const demo = new (connect().bind(Demo))({ id: '123' });
    expect((await failure(demo.delete())).status).to.equal(403);
    expect([demo.isDeleted, demo.id]).to.deep.equal([false, '123']);
  });

  it('needs one that was saved', async () => {
    const demo = new (connect().bind(Demo))({ name: 'n' });
    const error = await failure((async () => demo.delete())());
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('not been saved');
  });
});

describe('the id of an entity in a path', () => {
  const encoded = (id: string) => plain({ id }).encodedId;

  it('stays as it is when it is harmless', () => {
    expect(['simple123', 'with-dashes', 'a.b_c~d'].map(encoded)).to.deep.equal(['simple123', 'with-dashes', 'a.b_c~d']);
  });

  it('is one segment whatever is in it', () => {
    expect(['path/to/resource', 'a b', 'test@#$%', "it's (1)!*", 'ü'].map(encoded)).to.deep.equal([
      'path%2Fto%2Fresource',
      'a%20b',
      'test%40%23%24%25',
      'it%27s%20%281%29%21%2A',
      '%C3%BC',
    ]);
  });

  it('is refused when it is empty, missing, or would lead elsewhere', () => {
    for (const id of ['..', '.', 'a\nb']) expect(() => encoded(id)).to.throw(ValidationError);
    expect(() => plain({ name: 'n' }).encodedId).to.throw(ValidationError, 'not been saved');
    expect(() => encoded('')).to.throw(ValidationError);
  });
});

describe('the path of an entity', () => {
  const pathOf = (answer: Record<string, unknown>) => Plain.fromDict({ id: '1', ...answer }).path;

  it('is the instance id of the asset info, else its asset path', () => {
    expect(pathOf({ assetInfo: { instanceId: 'a/b/1', assetPath: 'a/b' } })).to.equal('a/b/1');
    expect(pathOf({ assetInfo: { assetPath: 'a/b' } })).to.equal('a/b');
  });

  it('is not hidden by an asset info that says nothing', () => {
    expect(pathOf({ assetInfo: { instanceId: null, assetPath: 'a/b' } })).to.equal('a/b');
    expect(pathOf({ assetInfo: { instanceId: '', assetPath: 'a/b' } })).to.equal('a/b');
    expect(pathOf({ path: 'p', assetInfo: { instanceId: null } })).to.equal('p');
    expect(pathOf({ path: 'p', assetInfo: {} })).to.equal('p');
  });

  it('is what the response says where there is no asset info', () => {
    expect(pathOf({ path: 'p' })).to.equal('p');
    expect(pathOf({ path: 'p', assetInfo: 'text' })).to.equal('p');
    expect(pathOf({})).to.equal(null);
  });

  it('is taken from a response to a fetch, a search and a create', async () => {
    const answer = { id: '1', assetInfo: { instanceId: 'x' } };
    nock(backend).get('/plain/1').reply(200, answer);
    nock(backend)
      .post('/plain/paginate')
      .reply(200, { results: [answer] });
    nock(backend).post('/plain').reply(201, answer);
    const Plains = connect().bind(Plain);
    const found = [await Plains.get('1'), (await Plains.search()).results[0], await Plains.create({ name: 'n' })];
    expect(found.map((entity) => entity?.path)).to.deep.equal(['x', 'x', 'x']);
  });

  after(() => nock.cleanAll());
});

describe('an entity as text', () => {
  it('shows its path, else its id and name', () => {
    expect(String(plain({ id: '1', name: 'n', path: 'a/n' }))).to.equal('Plain(path=a/n)');
    expect(String(plain({ id: '1', name: 'n' }))).to.equal('Plain(id=1, name=n)');
    expect(`${plain({ id: '1', name: 'n', path: '' })}`).to.equal('Plain(id=1, name=n)');
  });
});

describe('what an entity knows of its changes', () => {
  withoutNetwork();

  async function loaded(answer: object = {}): Promise<Plain> {
    nock(backend)
      .get('/plain/1')
      .reply(200, { id: '1', name: 'n', description: 'd', ...answer });
    return connect().bind(Plain).get('1');
  }

  it('is that a new one has nothing saved, even with an id', () => {
    const entity = plain({ id: '1' });
    expect([entity.isModified, entity.isNew, entity.original('name')]).to.deep.equal([true, true, undefined]);
  });

  it('is that a loaded one is clean, and its saved values can be read', async () => {
    const entity = await loaded();
    expect([entity.isModified, entity.original('name'), entity.toDict()]).to.deep.equal([
      false,
      'n',
      { id: '1', name: 'n', description: 'd', path: null },
    ]);
  });

  it('follows one field, then another, and both back', async () => {
    const entity = await loaded();
    entity.name = 'm';
    expect(entity.isModified).to.equal(true);
    entity.description = 'e';
    expect(entity.changes).to.deep.equal({ name: { from: 'n', to: 'm' }, description: { from: 'd', to: 'e' } });
    entity.name = 'n';
    expect(entity.changedFields).to.deep.equal(['description']);
    entity.description = 'd';
    expect(entity.isModified).to.equal(false);
  });

  it('starts again from what was saved', async () => {
    const entity = await loaded();
    nock(backend).put('/plain/1').reply(200, {});
    await entity.save({ name: 'm' });
    expect([entity.isModified, entity.original('name')]).to.deep.equal([false, 'm']);
    await entity.save();
  });

  it('is about its fields only', async () => {
    const entity = await loaded();
    Object.assign(entity, { note: 'mine' });
    expect([entity.isModified, 'context' in entity.toDict()]).to.deep.equal([false, false]);
  });

  it('is a copy that later edits do not reach', async () => {
    @Entity({ path: 'plain' })
    class Deep extends AixplainResource {
      @Field() config!: { list: number[] };
    }
    nock(backend)
      .get('/plain/1')
      .reply(200, { id: '1', config: { list: [1] } });
    const entity = await connect().bind(Deep).get('1');
    entity.config.list.push(2);
    expect([entity.isModified, entity.original('config')]).to.deep.equal([true, { list: [1] }]);
  });

  it('keeps the values the platform did not send back', async () => {
    const entity = plain({ name: 'n', description: 'd' });
    nock(backend).post('/plain').reply(201, { id: '9' });
    await entity.save();
    expect([entity.id, entity.name, entity.description, entity.isModified]).to.deep.equal(['9', 'n', 'd', false]);
  });

  it('keeps edits when a save fails, with the platform’s status', async () => {
    const entity = await loaded();
    nock(backend).put('/plain/1').reply(409, { message: 'taken' });
    const error = await failure(entity.save({ name: 'taken' }));
    expect([error.status, error.name, entity.name, entity.isModified]).to.deep.equal([409, 'ConflictError', 'taken', true]);
    expect(await failure(entity.save({ nmae: 'typo' } as never))).to.be.instanceOf(ValidationError);
  });
});
