import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, DeleteResourceMixin, Entity, Field, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'kids' })
class Kid extends BaseResource {
  @Field() n!: number;
  @Field() stamp?: string;
}

@Entity({ path: 'things', update: 'patch' })
class Thing extends DeleteResourceMixin(BaseResource) {
  @Field() name!: string;
  @Field() config!: { a: number; b?: number[] } | null;
  @Field() extra: unknown;
  @Field({ type: Date }) at!: Date;
  @Field({ type: Kid }) kid!: Kid;
}

const json = () => ({ id: 't1', name: 'n', config: { a: 1 }, at: '2024-01-01T00:00:00.000Z', kid: { id: 'k1', n: 1 } });

describe('a frozen record', () => {
  withoutNetwork();
  const api = connect();
  const Things = api.bind(Thing);
  after(() => api.close());

  it('can be read, compared and copied', async () => {
    const thing = Object.freeze(Things.fromDict(json()));
    expect(thing.config).to.deep.equal({ a: 1 });
    expect(thing.isModified).to.equal(false);
    thing.config!.a = 2;
    expect(thing.changes).to.deep.equal({ config: { from: { a: 1 }, to: { a: 2 } } });
    expect(thing.toDict()).to.deep.equal({ ...json(), config: { a: 2 } });
    const copy = await thing.clone({ name: 'copy' });
    nock(origin).post('/things').reply(201, { id: 't2' });
    await copy.save();
    expect(copy.id).to.equal('t2');
  });

  it('is refused before any request by what takes over a response, and stays as it was', async () => {
    const thing = Things.fromDict(json());
    thing.name = 'edited';
    Object.freeze(thing);
    const made = Object.freeze(new Things({ name: 'new' }));
    for (const work of [
      () => thing.save(),
      () => thing.save({ name: 'other' }),
      () => thing.refresh(),
      () => thing.delete(),
      () => made.save(),
      async () => thing.markAsDeleted(),
      async () => thing.revert(),
    ]) {
      const error = await failure(work(), ValidationError);
      expect(error.message).to.contain('frozen');
      expect(error.details.map(({ field }) => field)).to.include('id');
    }
    expect([thing.name, thing.isModified, thing.isDeleted, made.isNew]).to.deep.equal(['edited', true, false, true]);
  });

  it('is saved without a request when nothing has changed', async () => {
    const thing = Object.freeze(Things.fromDict(json()));
    await thing.save();
    expect(thing.revert()).to.deep.equal([]);
  });

  it('that was frozen by a hook is refused before the request', async () => {
    const undo = api.before('save', ({ resource }) => void Object.freeze(resource));
    expect(await failure(Things.fromDict(json()).save({ name: 'x' }))).to.be.instanceOf(ValidationError);
    undo();
  });

  it('inside another does not keep that one from being saved', async () => {
    const thing = Things.fromDict(json());
    thing.kid.n = 2;
    Object.freeze(thing.kid);
    nock(origin)
      .patch('/things/t1', { kid: { id: 'k1', n: 2 } })
      .reply(200, { ...json(), kid: { id: 'k1', n: 2, stamp: 'now' } });
    await thing.save();
    expect(thing.isModified).to.equal(false);
    expect([thing.kid.n, thing.kid.stamp, thing.kid.isModified]).to.deep.equal([2, 'now', false]);
  });
});

describe('a record with one field that cannot be assigned', () => {
  it('is refused like a frozen one', async () => {
    const api = connect();
    const thing = api.bind(Thing).fromDict(json());
    thing.at.setTime(0);
    Object.defineProperty(thing, 'name', { writable: false });
    const error = await failure(thing.save(), ValidationError);
    expect(error.details).to.deep.equal([{ field: 'name', message: 'cannot be assigned' }]);
    await api.close();
  });
});

for (const close of ['seal', 'preventExtensions'] as const) {
  describe(`a record after Object.${close}`, () => {
    withoutNetwork();
    const api = connect();
    const Things = api.bind(Thing);
    after(() => api.close());

    it('takes over a response in full, whatever becomes nested and what no longer is', async () => {
      const thing = Things.fromDict({ ...json(), extra: 'text' });
      Object[close](thing);
      thing.name = 'edited';
      nock(origin)
        .patch('/things/t1', { name: 'edited' })
        .reply(200, { ...json(), name: 'theirs', extra: { a: [1] }, config: null, at: '2025-01-01T00:00:00.000Z' });
      await thing.save();
      expect(thing.isModified).to.equal(false);
      expect([thing.name, thing.extra, thing.config, thing.at.getUTCFullYear()]).to.deep.equal(['theirs', { a: [1] }, null, 2025]);
      (thing.extra as { a: number[] }).a.push(2);
      expect(thing.changes).to.deep.equal({ extra: { from: { a: [1] }, to: { a: [1, 2] } } });
      expect(thing.revert()).to.deep.equal(['extra']);
      expect(thing.isModified).to.equal(false);
      thing.extra = 'mine';
      nock(origin)
        .get('/things/t1')
        .reply(200, { ...json(), extra: { b: 1 }, config: { a: 5 } });
      await thing.refresh({ keepChanges: true });
      expect(thing.changes).to.deep.equal({ extra: { from: { b: 1 }, to: 'mine' } });
      expect(thing.config).to.deep.equal({ a: 5 });
      thing.extra = { b: 1 };
      expect(thing.isModified).to.equal(false);
    });

    it('can be created and deleted', async () => {
      const thing = Object[close](new Things({ name: 'n', config: { a: 1 } }));
      nock(origin)
        .post('/things')
        .reply(201, { id: 't1', extra: { a: 1 }, kid: { n: 1 } });
      await thing.save();
      expect([thing.id, thing.isModified, thing.kid.n]).to.deep.equal(['t1', false, 1]);
      nock(origin).delete('/things/t1').reply(204);
      await thing.delete();
      expect(thing.isDeleted).to.equal(true);
    });
  });
}

describe('a frozen value', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());

  it('is saved, merged and reverted like any other', async () => {
    const thing = api.bind(Thing).fromDict(json());
    const config = Object.freeze({ a: 2, b: Object.freeze([1]) as number[] });
    thing.config = config;
    nock(origin)
      .patch('/things/t1', { config })
      .reply(200, { ...json(), config: { a: 2, b: [1] } });
    await thing.save();
    expect([thing.isModified, thing.config === config]).to.deep.equal([false, true]);
    nock(origin).get('/things/t1').reply(200, json());
    await thing.refresh();
    expect(thing.config).to.deep.equal({ a: 1 });
  });
});
