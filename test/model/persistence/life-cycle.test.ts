import { expect } from 'chai';
import nock from 'nock';
import {
  BaseResource,
  DeleteResourceMixin,
  DeleteResult,
  Entity,
  Field,
  GetResourceMixin,
  NotFoundError,
  ResourceError,
  RunnableResourceMixin,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, Gadget, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const api = connect();
const Widgets = api.bind(Widget);
const loaded = (over: object = {}): Widget =>
  Widgets.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, more: { x: 1 }, createdAt: '2024-01-01T00:00:00Z', ...over });

describe('get', () => {
  withoutNetwork();

  it('loads a record, clean and with its connection', async () => {
    nock(origin).get('/widgets/w%201').query({ host: 'h' }).reply(200, { id: 'w 1', name: 'n' });
    const widget = await Widgets.get('w 1', { host: 'h' });
    expect(widget.name).to.equal('n');
    expect(widget.isModified).to.equal(false);
    expect(widget.context).to.equal(api);
  });

  it('sends the host beside a query of the caller', async () => {
    nock(origin).get('/widgets/w1').query({ host: 'h', verbose: 'true' }).reply(200, { id: 'w1' });
    await Widgets.get('w1', { host: 'h', query: { verbose: true } });
  });

  it('keeps the status of a failure', async () => {
    nock(origin).get('/widgets/w1').reply(404, { message: 'gone' });
    const error = await failure<NotFoundError>(Widgets.get('w1'));
    expect(error).to.be.instanceOf(NotFoundError);
    expect(error.message).to.contain('w1');
  });

  for (const id of ['', ' ', '.', '..', 'a\nb', undefined, null, {}]) {
    it(`refuses the id ${JSON.stringify(id)} before any request`, async () => {
      expect(await failure(Widgets.get(id as string))).to.be.instanceOf(ValidationError);
    });
  }

  it('says when the answer is not a record', async () => {
    nock(origin).get('/widgets/w1').reply(200, [1]);
    expect((await failure(Widgets.get('w1'))).message).to.contain('not with a record');
  });

  it('is also called retrieve', async () => {
    nock(origin).get('/widgets/w1').reply(200, { id: 'w1' });
    expect((await Widgets.retrieve('w1')).id).to.equal('w1');
  });
});

describe('refresh', () => {
  withoutNetwork();

  it('loads in place and drops local edits', async () => {
    nock(origin)
      .get('/widgets/w1')
      .reply(200, { id: 'w1', name: 'theirs', config: { depth: 9 } });
    const widget = loaded();
    widget.name = 'mine';
    widget.config!.depth = 2;
    expect(await widget.refresh()).to.equal(widget);
    expect(widget.name).to.equal('theirs');
    expect(widget.config).to.deep.equal({ depth: 9 });
    expect(widget.isModified).to.equal(false);
  });

  it('rebases local edits on the new state when asked', async () => {
    nock(origin)
      .get('/widgets/w1')
      .reply(200, { id: 'w1', name: 'theirs', size: 7, config: { depth: 9 } });
    const widget = loaded();
    widget.name = 'mine';
    await widget.refresh({ keepChanges: true });
    expect(widget.changes).to.deep.equal({ name: { from: 'theirs', to: 'mine' } });
    expect(widget.size).to.equal(7);
    expect(widget.config).to.deep.equal({ depth: 9 });
  });

  it('needs a saved record', async () => {
    const widget = new Widgets({ name: 'n' });
    let error: unknown;
    try {
      await widget.refresh();
    } catch (caught) {
      error = caught;
    }
    expect(error).to.be.instanceOf(ValidationError).with.property('message').that.contains('not been saved');
  });
});

describe('delete', () => {
  withoutNetwork();

  it('marks the record and gives the old id', async () => {
    nock(origin).delete('/widgets/w1').reply(204);
    const widget = loaded();
    const result = await widget.delete();
    expect(result).to.be.instanceOf(DeleteResult);
    expect(result).to.include({ status: 'SUCCESS', completed: true, deletedId: 'w1' });
    expect(widget.isDeleted).to.equal(true);
    expect(widget.id).to.equal(null);
  });

  it('leaves the record alive when it fails', async () => {
    nock(origin).delete('/widgets/w1').reply(403, { message: 'no' });
    const widget = loaded();
    await failure(widget.delete());
    expect(widget.isDeleted).to.equal(false);
    expect(widget.id).to.equal('w1');
  });

  it('ends everything but reading and cloning', async () => {
    nock(origin).delete('/widgets/w1').reply(200, {});
    const widget = loaded();
    await widget.delete();
    const acts: (() => Promise<unknown>)[] = [
      () => widget.save(),
      () => widget.save({ name: 'x' }),
      () => widget.refresh(),
      () => widget.delete(),
      () => widget.run(),
    ];
    for (const act of acts) {
      const error = await failure(Promise.resolve().then(act));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain('has been deleted');
    }
    expect(() => widget.encodedId).to.throw(ValidationError, /deleted/);
    expect(widget.name).to.equal('first');
    expect(widget.toDict().config).to.deep.equal({ depth: 1 });
    const copy = await widget.clone();
    nock(origin)
      .post('/widgets', { name: 'first', config: { depth: 1 }, more: { x: 1 } })
      .reply(201, { id: 'w2' });
    await copy.save();
    expect(copy.id).to.equal('w2');
  });

  it('needs a saved record', async () => {
    expect((await failure(Promise.resolve().then(() => new Widgets().delete()))).message).to.contain('not been saved');
  });
});

describe('clone', () => {
  it('is a deep copy without id, what the platform owns and saved state', async () => {
    const widget = loaded();
    const copy = await widget.clone();
    expect(copy).to.be.instanceOf(Widget);
    expect(copy.id).to.equal(null);
    expect(copy.isNew).to.equal(true);
    expect(copy.createdAt).to.equal(undefined);
    copy.config!.depth = 2;
    expect(widget.config!.depth).to.equal(1);
    expect(widget.isModified).to.equal(false);
    expect(copy.context).to.equal(api);
    expect(copy.toDict().more).to.deep.equal({ x: 1 });
  });

  it('carries unsaved edits and takes attributes', async () => {
    const widget = loaded();
    widget.name = 'edited';
    const copy = await widget.clone({ size: 3 });
    expect(copy.name).to.equal('edited');
    expect(copy.size).to.equal(3);
    expect(await failure(widget.clone({ nope: 1 } as object))).to.be.instanceOf(ValidationError);
  });

  it('of a record that is known by its id alone is a copy of what the platform has', async () => {
    nock(origin)
      .get('/widgets/w1')
      .reply(200, { id: 'w1', name: 'theirs', size: 1, config: { depth: 1 }, more: 1 });
    const widget = new Widgets({ id: 'w1' });
    const copy = await widget.clone({ description: 'copied' });
    expect(copy.toDict()).to.deep.equal({ id: null, name: 'theirs', description: 'copied', size: 1, config: { depth: 1 }, more: 1 });
    expect(copy).to.include({ id: null, isNew: true });
    expect(widget).to.include({ id: 'w1', isNew: true, name: undefined });
    nock(origin).get('/widgets/w2').reply(404, {});
    await failure(new Widgets({ id: 'w2' }).clone(), NotFoundError);
    expect(await failure(new Widget({ id: 'w3' }).clone(), ResourceError))
      .to.have.property('message')
      .that.contains('connection');
  });

  it('of a record with an id and values is made of them, unless a required one is missing', async () => {
    @Entity({ path: 'plans' })
    class Plan extends BaseResource {
      @Field({ required: true }) graph!: unknown;
      @Field() note!: string;
    }
    const Plans = api.bind(Plan);
    expect((await new Plans({ id: 'p1', graph: [1] }).clone()).graph).to.deep.equal([1]);
    nock(origin)
      .get('/plans/p1')
      .reply(200, { id: 'p1', graph: [2], note: 'theirs' });
    expect(await new Plans({ id: 'p1', note: 'mine' }).clone()).to.deep.include({ graph: [2], note: 'mine' });
  });

  it('does not take the initialisers of a record that is known by its id alone for its values', async () => {
    @Entity({ path: 'drafts', update: 'patch' })
    class Draft extends BaseResource {
      @Field() status = 'draft';
      @Field() name!: string;
    }
    const Drafts = api.bind(Draft);
    nock(origin).get('/drafts/d1').times(2).reply(200, { id: 'd1', status: 'live', name: 'a' });
    expect(await new Drafts({ id: 'd1' }).clone()).to.include({ status: 'live', name: 'a' });
    const draft = new Drafts({ id: 'd1', name: 'b' });
    await draft.refresh({ keepChanges: true });
    expect(draft).to.include({ status: 'live', name: 'b' });
    nock(origin).patch('/drafts/d2', { name: 'c' }).reply(200, {});
    await new Drafts({ id: 'd2', name: 'c' }).save();
  });

  it('works without a connection, and resets what it is told to', async () => {
    @Entity({ path: 'things' })
    class Thing extends BaseResource {
      @Field() name!: string;
      @Field({ onClone: 'reset' }) token!: string;
      @Field({ readOnly: true, onClone: 'copy' }) readonly origin!: string;
    }
    const copy = await Thing.fromDict({ id: '1', name: 'n', token: 't', origin: 'o' }).clone();
    expect(copy).to.include({ name: 'n', token: undefined, origin: 'o' });
  });
});

describe('a capability', () => {
  it('cannot be mixed into what is not a class of records', () => {
    for (const mixin of [SearchResourceMixin, GetResourceMixin, DeleteResourceMixin, RunnableResourceMixin]) {
      expect(() => mixin(class Foreign {} as never)).to.throw(TypeError, /Foreign/);
      expect(() => mixin(undefined as never)).to.throw(TypeError, /BaseResource/);
    }
  });

  it('is missing where it was not mixed in', () => {
    expect((Gadget.prototype as { run?: unknown }).run).to.equal(undefined);
    expect((BaseResource as { search?: unknown }).search).to.equal(undefined);
  });
});

describe('two connections', () => {
  withoutNetwork();

  it('live side by side, each with its own key', async () => {
    const [one, other] = [connect({ apiKey: 'key-one' }), connect({ apiKey: 'key-two', baseUrl: 'https://other.test' })];
    nock(origin, { reqheaders: { authorization: 'Bearer key-one' } })
      .get('/widgets/w1')
      .reply(200, { id: 'w1' });
    nock('https://other.test', { reqheaders: { authorization: 'Bearer key-two' } })
      .get('/widgets/w1')
      .reply(200, { id: 'w1' });
    const first = await one.bind(Widget).get('w1');
    const second = await other.bind(Widget).get('w1');
    expect(first.context).to.equal(one);
    expect(second.context).to.equal(other);
    expect(one.bind(Widget)).to.equal(one.bind(Widget)).and.not.to.equal(other.bind(Widget));
    expect(other.bind(one.bind(Widget))).to.equal(other.bind(Widget));
    expect(first).to.be.instanceOf(Widget);
    expect(one.bind(Widget).name).to.equal('Widget');
    await Promise.all([one.close(), other.close()]);
  });

  it('may be the default, and records keep the one they came from', async () => {
    const { Connection } = await import('../../../src/index.js');
    const first = Connection.connect({ baseUrl: origin, apiKey: 'key-one' });
    nock(origin).get('/widgets/w1').reply(200, { id: 'w1' });
    const widget = await Widget.get('w1');
    const second = Connection.connect({ baseUrl: 'https://other.test', apiKey: 'key-two' });
    expect(widget.context).to.equal(first);
    expect(Widget.context).to.equal(second);
    expect((await widget.clone()).context).to.equal(first);
    Connection.disconnect();
    expect(Widget.context).to.equal(null);
    expect(await failure(Widget.get('w1'))).to.be.instanceOf(ResourceError);
    await Promise.all([first.close(), second.close()]);
  });

  it('are not shown with their keys', async () => {
    const { inspect } = await import('node:util');
    const connection = connect({ apiKey: 'very-secret' });
    expect(inspect(connection, { depth: 9 })).not.to.contain('very-secret');
    expect(JSON.stringify(connection)).not.to.contain('very-secret');
    await connection.close();
  });
});

after(() => api.close());
