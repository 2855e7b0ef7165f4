import { expect } from 'chai';
import { Exclude, Transform } from 'class-transformer';
import nock from 'nock';
import { BaseResource, Entity, Field, GetResourceMixin, type SaveScope } from '../../../src/index.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

@Entity({ path: 'kids' })
class Kid extends BaseResource {
  @Field() title!: string;
}

@Entity({ path: 'docs', update: 'patch' })
class Doc extends GetResourceMixin(BaseResource) {
  @Field() name!: string;
  @Field({ type: Kid }) kids!: Kid[];
  @Field() tags!: string[];
  @Field({ type: Date }) at!: Date;
  @Field({ type: Date, equals: () => false }) never!: Date;
  @Field() parent: string | null = null;
  @Field({ name: 'disabled' }) @Transform(({ value }) => !value) enabled!: boolean;
  @Field() @Exclude({ toPlainOnly: true }) shown!: string[];
  @Field() @Exclude() own!: string;
}

describe('a response to a save', () => {
  withoutNetwork();
  const api = connect();
  const Docs = api.bind(Doc);
  const json = { id: 'd1', name: 'a', tags: ['x'], at: '2024-01-01T00:00:00Z' };
  after(() => api.close());

  it('leaves a list of records unchanged, also when the platform has added to it', async () => {
    const doc = Docs.fromDict({ ...json, kids: [] });
    doc.kids = [new Kid({ title: 't' })];
    const kids = [
      { id: 'k1', title: 't' },
      { id: 'extra', title: 'e' },
    ];
    nock(origin).patch('/docs/d1').reply(200, { id: 'd1', kids });
    await doc.save();
    expect(doc.changedFields).to.deep.equal([]);
    expect(doc.kids.map(({ id }) => id)).to.deep.equal(['k1', 'extra']);
  });

  it('keeps an edit of a record inside that was made while the request was under way', async () => {
    const doc = Docs.fromDict({ ...json, kids: [{ id: 'k1', title: 't' }] });
    doc.kids[0]!.title = 'sent';
    nock(origin)
      .patch('/docs/d1')
      .reply(200, () => {
        doc.kids[0]!.title = 'later';
        return { id: 'd1', kids: [{ id: 'k1', title: 'sent' }] };
      });
    await doc.save();
    expect(doc.kids[0]!.title).to.equal('later');
    expect(doc.changedFields).to.deep.equal(['kids']);
  });

  it('keeps an edit of a transformed field whose value happens to be what was sent', async () => {
    const doc = Docs.fromDict({ ...json, disabled: true });
    doc.enabled = true;
    nock(origin)
      .patch('/docs/d1', { disabled: false })
      .reply(200, () => {
        doc.enabled = false;
        return { id: 'd1', disabled: false };
      });
    await doc.save();
    expect(doc.enabled).to.equal(false);
    expect(doc.changedFields).to.deep.equal(['enabled']);
  });

  it('makes a Date of a text that was assigned', async () => {
    const doc = Docs.fromDict(json);
    nock(origin).patch('/docs/d1', { at: '2025-01-01T00:00:00Z' }).reply(200, { id: 'd1', at: '2025-01-01T00:00:00Z' });
    await doc.save({ at: '2025-01-01T00:00:00Z' as unknown as Date });
    expect(doc.at).to.be.an.instanceOf(Date);
    expect(doc.isModified).to.equal(false);
  });

  it('leaves an initial null that the platform does not send', async () => {
    const doc = Docs.fromDict(json);
    nock(origin).get('/docs/d1').reply(200, json);
    await doc.refresh();
    expect(doc.parent).to.equal(null);
  });

  it('takes over what is only read, and leaves what is neither read nor sent', async () => {
    const doc = Docs.fromDict({ ...json, shown: ['a'] });
    expect(doc.shown).to.deep.equal(['a']);
    doc.own = 'mine';
    nock(origin)
      .get('/docs/d1')
      .reply(200, { ...json, shown: ['b'] });
    await doc.refresh();
    expect(doc.shown).to.deep.equal(['b']);
    expect(doc.own).to.equal('mine');
  });
});

describe('a change', () => {
  const json = { id: 'd1', tags: ['x'], never: '2024-01-01T00:00:00Z' };

  it('is seen where the user has deleted or redefined a property', () => {
    const deleted = Doc.fromDict(json) as Doc & { tags?: string[] };
    delete (deleted as Partial<Doc>).tags;
    deleted.tags = ['z'];
    expect(deleted.changedFields).to.include('tags');
    const redefined = Doc.fromDict(json);
    Object.defineProperty(redefined, 'tags', { value: ['z'], writable: true, enumerable: true, configurable: true });
    expect(redefined.changedFields).to.include('tags');
    const accessor = Doc.fromDict(json);
    Object.defineProperty(accessor, 'tags', { get: () => ['z'], enumerable: true, configurable: true });
    expect(accessor.changedFields).to.include('tags');
  });

  it('of a date is what the field’s own equals says', () => {
    expect(Doc.fromDict(json).changedFields).to.deep.equal(['never']);
  });

  it('is none where a plain object has the saved value as its JSON form', () => {
    const doc = Doc.fromDict({ id: 'd1', tags: { b: 2 }, never: null });
    doc.tags = { a: 1, toJSON: () => ({ b: 2 }) } as never;
    expect(doc.isModified).to.equal(false);
  });
});

describe('the scope of a save', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());

  it('is a plain object that an override may spread and narrow', async () => {
    @Entity()
    class Narrow extends Doc {
      override buildSavePayload(scope: SaveScope): Record<string, unknown> {
        expect(Object.keys(scope)).to.deep.equal(['creates', 'changed']);
        return super.buildSavePayload({ ...scope, changed: scope.changed.filter((name) => name !== 'tags') });
      }
    }
    const doc = api.bind(Narrow).fromDict({ id: 'd1', name: 'a', tags: ['x'] });
    doc.name = 'b';
    doc.tags.push('y');
    nock(origin).patch('/docs/d1', { name: 'b' }).reply(200, { id: 'd1' });
    await doc.save();
  });
});
