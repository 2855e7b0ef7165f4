import { expect } from 'chai';
import {
  BaseResource,
  ConfigurationError,
  DeleteResourceMixin,
  defineEntity,
  Entity,
  Field,
  GetResourceMixin,
  type JsonOf,
  RunnableResourceMixin,
  SearchResourceMixin,
} from '../../../src/index.js';
import { metadataOf } from '../../../src/model/fields/compile.js';
import { Dataset, Moderately } from '../../../src/moderately/index.js';
import { VirtualConnection } from '../../support/virtual.js';

class Author {
  first = '';
}

const seen: string[] = [];

const Note = defineEntity({
  name: 'Note',
  path: 'notes',
  update: 'patch',
  mixins: [SearchResourceMixin, GetResourceMixin, DeleteResourceMixin, RunnableResourceMixin],
  fields: {
    title: { type: String, required: true },
    words: { type: Number, name: 'word_count' },
    tags: [String],
    times: [Date],
    createdAt: { type: Date, readOnly: true },
    author: Author,
    authors: [() => Author],
    big: BigInt,
    config: Object as JsonOf<{ size: number }>,
  },
  hooks: {
    beforeSave() {
      this.title = this.title.trim();
    },
    afterSave() {
      seen.push(`saved ${this.title}`);
    },
    onPoll() {
      seen.push('poll');
    },
  },
});

@Entity({ path: 'notes', update: 'patch' })
class Decorated extends RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)))) {
  @Field({ type: String, required: true }) title!: string;
  @Field({ type: Number, name: 'word_count' }) words!: number;
  @Field({ type: String }) tags!: string[];
  @Field({ type: Date }) times!: Date[];
  @Field({ type: Date, readOnly: true }) createdAt!: Date;
  @Field({ type: Author }) author!: Author;
  @Field({ type: () => Author }) authors!: Author[];
  @Field({ type: BigInt }) big!: bigint;
  @Field({ type: Object }) config!: { size: number };
}

const json = {
  id: 'a',
  title: 't',
  word_count: 3,
  tags: ['x'],
  times: ['2026-01-01T00:00:00Z'],
  createdAt: '2026-01-02T00:00:00Z',
  author: { first: 'Ada' },
  authors: [{ first: 'Bob' }],
  big: 12,
  config: { size: 1 },
  more: true,
};

describe('defineEntity', () => {
  it('makes the metadata that decorators make', () => {
    const known = (target: object) =>
      metadataOf(target).fields.map(({ codec, accessor, equals, check, ...field }) => ({ ...field, dates: codec.dates, lazy: codec.lazy }));
    expect(known(Note)).to.deep.equal(known(Decorated));
    expect([Note.name, Note.resourcePath, Note.paginatePath]).to.deep.equal(['Note', 'notes', 'paginate']);
  });

  it('makes records that are read, edited and written as those of a decorated class', () => {
    for (const target of [Note, Decorated]) {
      const record = target.fromDict(json) as InstanceType<typeof Note>;
      expect(record.times[0]).to.be.instanceOf(Date);
      expect(record.author).to.be.instanceOf(Author);
      expect(record.authors[0]).to.be.instanceOf(Author);
      expect([record.words, record.big, record.isModified]).to.deep.equal([3, 12n, false]);
      record.config.size = 2;
      record.tags.push('y');
      expect(record.changedFields).to.deep.equal(['tags', 'config']);
      expect(JSON.parse(JSON.stringify(record))).to.deep.equal({ ...json, big: '12', tags: ['x', 'y'], config: { size: 2 } });
    }
  });

  it('gives records the abilities of its mixins, and its hooks', async () => {
    const connection = new VirtualConnection(() => ({ ...json, results: [json], total: 1 }));
    const Notes = connection.bind(Note);
    const page = await Notes.search();
    expect(page.results[0]?.title).to.equal('t');
    const fresh = new Notes({ title: ' n ' });
    await fresh.save();
    expect(seen.splice(0)).to.deep.equal(['saved t']);
    await (await Notes.get('a')).delete();
  });

  it('can be extended, by classes with and without fields of their own', async () => {
    class Plain extends Note {
      shout(): string {
        return this.title.toUpperCase();
      }
      override beforeSave(): void {
        this.title = 'own';
      }
    }
    expect(Plain.fromDict(json).shout()).to.equal('T');
    const Longer = defineEntity({ name: 'Longer', extends: Plain, fields: { extra: Number } });
    const longer = Longer.fromDict({ ...json, extra: 5 });
    expect([longer.extra, longer.title, longer.shout(), longer instanceof Note]).to.deep.equal([5, 't', 'T', true]);
    expect(new Longer({ title: 'a' }).isNew).to.equal(true);
    expect(() => new Longer({ titel: 'a' })).to.throw('titel');
  });

  it('extends the classes of a platform', () => {
    const Labelled = defineEntity({ name: 'Labelled', extends: Dataset, fields: { label: String } });
    const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://mai.test' });
    const dataset = mai.bind(Labelled).fromDict({ datasetId: 'd', label: 'l' });
    expect([dataset.id, dataset.label, dataset.isModified]).to.deep.equal(['d', 'l', false]);
  });

  for (const [title, description, message] of [
    ['nothing', undefined, 'takes an object'],
    ['no name', { path: 'x' }, 'name must be a text'],
    ['an unknown option', { name: 'W', paht: 'x' }, 'did you mean path?'],
    ['an unknown option of a field', { name: 'W', fields: { a: { type: String, readonly: true } } }, 'did you mean readOnly?'],
    ['a field that is called as a member', { name: 'W', fields: { changes: Object } }, "name: 'changes'"],
    ['a field that is a text', { name: 'W', fields: { a: 'string' } }, 'W.a: a field is described by a class'],
    ['a type that is a text', { name: 'W', fields: { a: { type: 'string' } } }, 'W.a: type must be a class'],
    ['a type with two classes', { name: 'W', fields: { a: [String, Number] } }, 'W.a: type must be a class'],
    ['a misspelled hook', { name: 'W', hooks: { befroSave() {} } }, 'did you mean beforeSave?'],
    ['a hook that is no method', { name: 'W', hooks: { beforeSave: 1 } }, 'must be a method'],
    ['mixins that are none', { name: 'W', mixins: ['search'] }, 'mixins must be a list of mixins'],
    ['a mixin alone', { name: 'W', mixins: SearchResourceMixin }, 'mixins must be a list of mixins'],
    ['fields in a list', { name: 'W', fields: ['a'] }, 'fields must be an object'],
  ] as [string, unknown, string][]) {
    it(`refuses ${title}`, () => {
      expect(() => defineEntity(description as never)).to.throw(ConfigurationError, message);
    });
  }

  it('refuses a base that is not a class of records', () => {
    expect(() => defineEntity({ name: 'W', extends: class {} as never })).to.throw(TypeError, 'must be BaseResource or a class');
  });
});
