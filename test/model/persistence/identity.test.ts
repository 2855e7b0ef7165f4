import { expect } from 'chai';
import { Transform } from 'class-transformer';
import nock from 'nock';
import {
  BaseResource,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  ResourceError,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, Gadget, origin, Widget, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'keyed', id: 'keyedId', update: 'patch' })
class Keyed extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  @Field() name!: string;
}

const snapshot = (record: BaseResource): unknown => [record.toDict(), record.isNew, record.changes, record.original('id')];

describe('a record that the platform has', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  const Gadgets = api.bind(Gadget);
  const Keys = api.bind(Keyed);
  after(() => api.close());

  for (const taken of [null, undefined, '']) {
    it(`is not created again when its id becomes ${JSON.stringify(taken)}`, async () => {
      const widget = Widgets.fromDict({ id: 'w1', name: 'a' });
      (widget as { id: unknown }).id = taken;
      widget.name = 'z';
      for (const options of [{}, { force: true }, { idempotencyKey: 'k' }]) {
        const error = await failure(widget.save({}, options), ValidationError);
        expect(error.message).to.contain("revert('id')").and.to.contain('clone()');
      }
      expect(widget.name).to.equal('z');
      expect((await failure(widget.refresh(), ValidationError)).message).to.contain("revert('id')");
      widget.revert('id');
      nock(origin).patch('/widgets/w1', { name: 'z' }).reply(200, {});
      await widget.save();
    });
  }

  it('is not created again where its class does not say which key the id is', async () => {
    nock(origin)
      .post('/widgets/paginate')
      .reply(200, { results: [{ _id: 'm1', name: 'a' }], total: 1 });
    const [widget] = (await Widgets.search()).results;
    const error = await failure(widget!.save({ name: 'b' }), ValidationError);
    expect(error.message).to.contain('"id"').and.to.contain('_id').and.to.contain('@Entity({ id })');
    expect((await failure(widget!.delete(), ValidationError)).message).to.contain('@Entity({ id })');
    const copy = await widget!.clone();
    nock(origin).post('/widgets', { name: 'b', _id: 'm1' }).reply(201, { id: 'w2' });
    await copy.save();
    expect(copy.id).to.equal('w2');
  });

  it('is not created when it was made with an id that was taken away', async () => {
    const widget = new Widgets({ id: 'w1', name: 'a' });
    expect(widget).to.include({ isNew: true, isModified: true });
    widget.id = null;
    await failure(widget.save(), ValidationError);
    widget.id = 'w1';
    nock(origin).patch('/widgets/w1', { name: 'a' }).reply(200, {});
    await widget.save();
  });

  const strangers: [string, object][] = [
    ['a message', { message: 'unavailable' }],
    ['an empty object', {}],
    ['an envelope', { data: { id: 'w1', name: 'b' } }],
    ['another record', { id: 'w2', name: 'b' }],
    ['an id of null', { id: null, name: 'b' }],
  ];
  for (const [what, response] of strangers) {
    it(`is not got from ${what}`, async () => {
      nock(origin).get('/widgets/w1').reply(200, response);
      const error = await failure(Widgets.get('w1'), ResourceError);
      expect(error.message).to.contain('get of Widget "w1"').and.to.contain('"id"');
    });

    it(`stays as it was when a refresh is answered with ${what}`, async () => {
      const widget = Widgets.fromDict({ id: 'w1', name: 'a', config: { depth: 1 } });
      widget.config!.depth = 2;
      const before = snapshot(widget);
      for (const keepChanges of [false, true]) {
        nock(origin).get('/widgets/w1').reply(200, response);
        await failure(widget.refresh({ keepChanges }), ResourceError);
        expect(snapshot(widget)).to.deep.equal(before);
      }
    });
  }

  for (const [what, response] of strangers.slice(3)) {
    it(`stays as it was when an update is answered with ${what}`, async () => {
      const widget = Widgets.fromDict({ id: 'w1', name: 'a', size: 1 });
      widget.size = 2;
      const before = snapshot(widget);
      nock(origin).patch('/widgets/w1').reply(200, response);
      await failure(widget.save(), ResourceError);
      expect(snapshot(widget)).to.deep.equal(before);
      const gadget = Gadgets.fromDict({ id: 'w1', name: 'a', parts: [] });
      nock(origin).put('/gadgets/w1').reply(200, response);
      await failure(gadget.save({ name: 'c' }), ResourceError);
      expect(gadget).to.include({ id: 'w1', name: 'c', isModified: true });
    });
  }

  it('stays new when the response to its create has no id, and may be created when that is forced', async () => {
    const widget = new Widgets({ name: 'a' });
    nock(origin).post('/widgets').reply(200, { message: 'queued', name: 'other' });
    const error = await failure(widget.save(), ResourceError);
    expect(error.outcome).to.equal('unknown');
    expect(widget).to.include({ isNew: true, id: null, name: 'a' });
    await failure(widget.save(), ResourceError);
    nock(origin).post('/widgets', { name: 'a' }).reply(201, { id: 'w1' });
    await widget.save({}, { force: true });
    expect(widget.id).to.equal('w1');
  });

  it('is not taken from a response whose id is an object or a list', async () => {
    for (const id of [{ $oid: 'x' }, ['x']]) {
      nock(origin).post('/widgets').reply(200, { id, name: 'n' });
      const widget = new Widgets({ name: 'n' });
      const error = await failure(widget.save(), ResourceError);
      expect(error.outcome).to.equal('unknown');
      expect([widget.id, widget.isNew]).to.deep.equal([null, true]);
    }
  });

  it('has its id by the name of the class, as text or as a number', async () => {
    nock(origin).get('/keyed/7').reply(200, { keyedId: 7, id: 'something else', name: 'a' });
    const record = await Keys.get('7');
    nock(origin).patch('/keyed/7').reply(200, { keyedId: '7', name: 'b' });
    await record.save({ name: 'b' });
    nock(origin).patch('/keyed/7').reply(200, { id: 'something else' });
    await record.save({ name: 'c' });
    nock(origin).get('/keyed/7').reply(200, { id: '7', name: 'b' });
    expect((await failure(record.refresh(), ResourceError)).message).to.contain('"keyedId"');
    expect(record).to.include({ name: 'c', isModified: false });
  });

  it('is not taken for another one whose id it was given', async () => {
    for (const id of ['other', 7, {}]) {
      const widget = Widgets.fromDict({ id: 'w1', name: 'a' });
      widget.id = id as string;
      for (const call of [() => widget.delete(), () => widget.refresh(), () => widget.save({ name: 'b' })]) {
        const error = await failure(call(), ValidationError);
        expect(error.message).to.contain("revert('id')");
      }
      expect(() => widget.encodedId).to.throw(ValidationError, 'get(id) loads the other one');
      widget.revert('id');
      nock(origin).delete('/widgets/w1').reply(204);
      await widget.delete();
    }
  });

  it('may be saved with its own id among the attributes, and not with another', async () => {
    const widget = Widgets.fromDict({ id: 7, name: 'a' });
    for (const id of ['8', null, '']) {
      const error = await failure(widget.save({ id, name: 'b' }), ValidationError);
      expect(error.message).to.contain('id is read-only').and.to.contain('Nothing was assigned');
      expect(widget).to.include({ id: 7, name: 'a', isModified: false });
    }
    nock(origin).patch('/widgets/7', { name: 'b' }).reply(200, { id: 7, name: 'b' });
    await widget.save({ id: 7 as never, name: 'b' });
    const made = new Widgets({ id: 'w9' });
    await failure(made.save({ id: 'w8' }), ValidationError);
    expect(made.id).to.equal('w9');
  });

  it('may have an id that is read in its own way', async () => {
    @Entity({ path: 'prefixed', update: 'patch' })
    class Prefixed extends GetResourceMixin(BaseResource) {
      @Transform(({ value }) => `x-${value}`, { toClassOnly: true }) override id: string | null = null;
      @Field() name!: string;
    }
    nock(origin).get('/prefixed/x-7').times(2).reply(200, { id: 7, name: 'a' });
    const record = await api.bind(Prefixed).get('x-7');
    expect(record.id).to.equal('x-7');
    await record.refresh();
    nock(origin).patch('/prefixed/x-7').reply(200, { id: 7, name: 'b' });
    await record.save({ name: 'b' });
  });

  it('may be known by another name, where the class says so', async () => {
    class Person extends Keyed {
      static override isResponseTo(id: string, response: Record<string, unknown>): boolean {
        return id === 'me' || super.isResponseTo(id, response);
      }
    }
    nock(origin).get('/keyed/me').reply(200, { keyedId: 'p1', name: 'a' });
    expect((await api.bind(Person).get('me')).id).to.equal('p1');
    nock(origin).get('/keyed/me').reply(200, { keyedId: 'p1', name: 'a' });
    await failure(Keys.get('me'), ResourceError);
  });
});
