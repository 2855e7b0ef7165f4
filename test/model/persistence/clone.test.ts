import { expect } from 'chai';
import nock from 'nock';
import { BaseResource, Entity, Field, NotFoundError, ResourceError, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, Widget, withoutNetwork } from '../../support/widgets.js';

const api = connect();
const Widgets = api.bind(Widget);
const loaded = (over: object = {}): Widget =>
  Widgets.fromDict({ id: 'w1', name: 'first', config: { depth: 1 }, more: { x: 1 }, createdAt: '2024-01-01T00:00:00Z', ...over });

describe('clone', () => {
  withoutNetwork();

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

after(() => api.close());
