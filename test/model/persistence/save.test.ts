import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, ConfigurationError, ConflictError, Entity, Field, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { held } from '../../support/turns.js';
import { connect, Gadget, origin, Widget, withoutNetwork } from '../../support/widgets.js';

describe('save', () => {
  withoutNetwork();
  const api = connect();
  const Widgets = api.bind(Widget);
  const Gadgets = api.bind(Gadget);
  const loaded = (over: object = {}): Widget =>
    Widgets.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, more: { x: 1 }, ...over });
  after(() => api.close());

  it('creates a new record with what was set, and takes over the response', async () => {
    nock(origin).post('/widgets', { name: 'a', size: 1 }).reply(201, { id: 'w1', name: 'a', size: 1, createdAt: '2024-01-01T00:00:00Z' });
    const widget = new Widgets({ name: 'a', size: 1 });
    expect(await widget.save()).to.equal(widget);
    expect(widget.id).to.equal('w1');
    expect(widget.isNew).to.equal(false);
    expect(widget.isModified).to.equal(false);
    expect(widget.createdAt).to.deep.equal(new Date('2024-01-01T00:00:00Z'));
  });

  it('patches the changed fields only', async () => {
    nock(origin)
      .patch('/widgets/w1', { name: 'second', config: { depth: 2 } })
      .reply(200, { id: 'w1', name: 'second', config: { depth: 2 } });
    const widget = loaded();
    widget.name = 'second';
    widget.config!.depth = 2;
    await widget.save();
    expect(widget.isModified).to.equal(false);
  });

  it('replaces the whole record, unknown keys included, where the platform replaces', async () => {
    nock(origin)
      .put('/gadgets/g1', { id: 'g1', name: 'new', parts: [{ code: 'a', count: 1 }], color: 'red' })
      .reply(200, {});
    const gadget = Gadgets.fromDict({ id: 'g1', name: 'old', parts: [{ code: 'a', count: 1 }], color: 'red' });
    await gadget.save({ name: 'new' });
    expect(gadget.toDict()).to.deep.equal({ id: 'g1', name: 'new', parts: [{ code: 'a', count: 1 }], color: 'red' });
  });

  it('sends nothing when nothing has changed, unless it is forced', async () => {
    const widget = loaded();
    const saved: boolean[] = [];
    widget.on('save', ({ sent }) => saved.push(sent));
    await widget.save();
    nock(origin).patch('/widgets/w1', {}).reply(200);
    await widget.save({}, { force: true });
    expect(saved).to.deep.equal([false, true]);
  });

  it('sends undefined as null when it replaces a value', async () => {
    nock(origin).patch('/widgets/w1', { config: null }).reply(204);
    const widget = loaded();
    (widget as { config: unknown }).config = undefined;
    await widget.save();
    expect(widget.isModified).to.equal(false);
  });

  it('updates a record that was made with an id', async () => {
    nock(origin).patch('/widgets/w9', { name: 'n' }).reply(200, { id: 'w9', name: 'n' });
    const widget = new Widgets({ id: 'w9', name: 'n' });
    expect(widget.isNew).to.equal(true);
    await widget.save();
    expect(widget.isNew).to.equal(false);
  });

  it('keeps what a response lacks', async () => {
    nock(origin).post('/widgets').reply(201, { id: 'w1' });
    const widget = new Widgets({ name: 'a', config: { depth: 1 } });
    await widget.save();
    expect(widget.name).to.equal('a');
    expect(widget.config).to.deep.equal({ depth: 1 });
    expect(widget.isModified).to.equal(false);
  });

  it('takes an empty response to an update for success', async () => {
    nock(origin).patch('/widgets/w1').reply(204);
    const widget = loaded();
    await widget.save({ name: 'b' });
    expect(widget.original('name')).to.equal('b');
  });

  it('takes over what the platform made of a value', async () => {
    nock(origin)
      .patch('/widgets/w1')
      .reply(200, { name: 'trimmed', config: { depth: 3, added: true } });
    const widget = loaded();
    widget.config!.depth = 3;
    await widget.save({ name: '  trimmed ' });
    expect(widget.name).to.equal('trimmed');
    expect(widget.config).to.deep.equal({ depth: 3, added: true });
    expect(widget.isModified).to.equal(false);
  });

  it('keeps the nested objects a caller holds when the platform agrees with them', async () => {
    nock(origin)
      .patch('/widgets/w1')
      .reply(200, { config: { depth: 2 } });
    const widget = loaded();
    const { config } = widget;
    config!.depth = 2;
    await widget.save();
    config!.depth = 3;
    expect(widget.changedFields).to.deep.equal(['config']);
  });

  it('keeps edits made while the request is under way', async () => {
    const arrival = held();
    nock(origin)
      .patch('/widgets/w1', { name: 'sent', config: { depth: 2 } })
      .reply(200, () => {
        arrival.release();
        return { name: 'sent', config: { depth: 2 }, size: 4 };
      });
    const widget = loaded();
    widget.name = 'sent';
    widget.config!.depth = 2;
    const saving = widget.save();
    await arrival.promise;
    widget.name = 'later';
    widget.config!.depth = 5;
    await saving;
    expect(widget.changes).to.deep.equal({ name: { from: 'sent', to: 'later' }, config: { from: { depth: 2 }, to: { depth: 5 } } });
    expect(widget.size).to.equal(4);
  });

  it('lets saves of one record follow each other', async () => {
    nock(origin).post('/widgets', { name: 'a', size: 1 }).delay(20).reply(201, { id: 'w1' });
    nock(origin).patch('/widgets/w1', { size: 2 }).reply(200, {});
    const widget = new Widgets({ name: 'a' });
    const first = widget.save({ size: 1 });
    const second = first.then(() => undefined);
    await Promise.all([first, second.then(() => widget.save({ size: 2 }))]);
    expect(widget.original('size')).to.equal(2);
  });

  it('creates once when it is saved twice at the same time', async () => {
    nock(origin).post('/widgets').delay(10).reply(201, { id: 'w1' });
    const widget = new Widgets({ name: 'a' });
    await Promise.all([widget.save(), widget.save()]);
    expect(widget.id).to.equal('w1');
  });

  it('refuses unknown and read-only names before anything is assigned', async () => {
    const widget = loaded();
    const error = await failure<ValidationError>(widget.save({ name: 'x', nmae: 'y' } as object));
    expect(error).to.be.instanceOf(ValidationError);
    expect(error.message).to.contain('nmae').and.to.contain('name');
    expect(error.details).to.have.length(1);
    expect(widget.name).to.equal('first');
    expect(await failure(widget.save({ createdAt: new Date() } as object)))
      .to.be.instanceOf(ValidationError)
      .with.property('message')
      .that.contains('read-only');
    expect(() => new Widgets({ nope: 1 } as object)).to.throw(ValidationError, /nope is not a field of Widget/);
  });

  it('refuses a changed read-only field and a changed id, naming them', async () => {
    const widget = loaded({ createdAt: '2024-01-01T00:00:00Z' });
    (widget as { createdAt: unknown }).createdAt = new Date(0);
    expect((await failure(widget.save())).message).to.contain('createdAt is read-only');
    widget.revert();
    widget.id = 'other';
    expect((await failure(widget.save())).message).to.contain('id is read-only');
  });

  it('refuses null where the field has none', async () => {
    @Entity({ path: 'strict' })
    class Strict extends BaseResource {
      @Field({ nullable: false }) name!: string | null;
    }
    const record = new (api.bind(Strict))({ name: null } as object);
    expect((await failure(record.save())).message).to.contain('name must not be null');
  });

  it('refuses to take away what a record cannot be without', async () => {
    @Entity({ path: 'needs', update: 'patch' })
    class Needs extends BaseResource {
      @Field({ required: true }) name!: string;
      @Field({ nullable: false }) size!: number;
      @Field() note!: string;
    }
    const record = api.bind(Needs).fromDict({ id: 'n1', name: 'a', size: 1, note: 'x' });
    Object.assign(record, { name: undefined, size: undefined, note: undefined });
    const error = await failure<ValidationError>(record.save());
    expect(error.details).to.deep.equal([
      { field: 'name', message: 'is required' },
      { field: 'size', message: 'must not be null' },
    ]);
  });

  it('leaves every edit in place when it fails, and keeps the status', async () => {
    nock(origin).patch('/widgets/w1').reply(409, { message: 'name is taken' });
    const widget = loaded();
    const error = await failure<ConflictError>(widget.save({ name: 'taken' }));
    expect(error).to.be.instanceOf(ConflictError);
    expect(error.status).to.equal(409);
    expect(error.message).to.contain('name is taken');
    expect(widget.changes).to.deep.equal({ name: { from: 'first', to: 'taken' } });
  });

  it('does not save what has no connection, and says how to get one', async () => {
    const error = await failure(new Widget({ name: 'a' }).save());
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('context').and.to.contain('connection.bind(Widget)').and.to.contain('Connection.connect');
  });

  it('says when a class has no path', async () => {
    class Homeless extends BaseResource {}
    expect(await failure(new (api.bind(Homeless))().save())).to.be.instanceOf(ConfigurationError);
  });

  it('does not put ids into paths that would lead elsewhere', async () => {
    const widget = loaded({ id: '..' });
    widget.name = 'x';
    expect(await failure(widget.save())).to.be.instanceOf(ValidationError);
    nock(origin).patch('/widgets/a%2Fb%20c').reply(200, {});
    await loaded({ id: 'a/b c' }).save({ name: 'x' });
  });
});

describe('create and update', () => {
  withoutNetwork();
  it('are new + save, and save with attributes', async () => {
    const api = connect();
    nock(origin).post('/widgets', { name: 'a' }).reply(201, { id: 'w1' });
    nock(origin).patch('/widgets/w1', { size: 2 }).reply(200, {});
    const widget = await api.bind(Widget).create({ name: 'a' });
    expect(widget).to.be.instanceOf(Widget);
    await widget.update({ size: 2 });
    await api.close();
  });
});
