/** Compiled twice, for legacy and for standard decorators: what a class declares means the same under both. */
import { expect } from 'chai';
import {
  After,
  AfterRefresh,
  AfterSave,
  BaseResource as Base,
  type BaseResource,
  Before,
  BeforeSave,
  BelongsTo,
  ConfigurationError,
  Connection,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  HasMany,
  HasOne,
  type HookContext,
  OnPoll,
  type Related,
  type RelatedMany,
  type RelatedOne,
  RunnableResourceMixin,
  relationOf,
  SearchResourceMixin,
  withHooks,
} from 'remote-record';
import { Dataset, Moderately } from 'remote-record/moderately';

const Full = RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(Base))));

class Author {
  first = '';
  full(): string {
    return `${this.first}!`;
  }
}

@Entity({ path: 'notes', update: 'patch' })
class Note extends Full {
  @Field() title!: string;
  @Field({ type: Date, readOnly: true }) createdAt!: Date | null;
  @Field({ type: () => Author }) author!: Author | null;
  @Field() accessor colour = 'blue';
  @Field({ name: 'word_count' }) accessor words!: number;
  @Field() tags: string[] = [];
  /** Not a field. */
  seen: string[] = [];

  @BeforeSave() trim(): void {
    this.title = this.title.trim();
    this.seen.push('trim');
  }

  @BeforeSave()
  @AfterSave()
  note(context: HookContext): void {
    this.seen.push(`note:${context.result === undefined ? 'before' : 'after'}`);
  }

  @AfterRefresh() refreshed(): void {
    this.seen.push('refreshed');
  }

  @OnPoll() polled(): void {
    this.seen.push('poll');
  }

  @Before('publish') check(): void {
    this.seen.push('check');
  }

  @After('publish') published(): void {
    this.seen.push('published');
  }

  @withHooks async publish(by: string): Promise<string> {
    return `${this.title} by ${by}`;
  }

  @withHooks({ operation: 'hide' }) async conceal(): Promise<string> {
    return 'hidden';
  }

  @Before('hide') refuse(): string {
    return 'stays';
  }
}

@Entity({ path: 'memos' })
class Memo extends Note {
  @Field() urgent = false;

  override trim(): void {
    this.seen.push('trim of a memo');
  }

  @BeforeSave() last(): void {
    this.seen.push('last');
  }
}

/** A subclass with hooks only needs no @Entity. */
class Loud extends Note {
  @BeforeSave() shout(): void {
    this.title = this.title.toUpperCase();
  }
}

@Entity({ path: 'writers' })
class Writer extends Full {
  @Field() name!: string;
  @HasMany(() => Letter, 'writerId') letters!: RelatedMany<Letter>;
  @HasOne(() => Letter, { by: 'writerId', where: { first: true } }) first!: RelatedOne<Letter>;
}

@Entity({ path: 'letters' })
class Letter extends Full {
  @BelongsTo(() => Writer, 'writerId') writer!: Related<Writer>;
  @Field() writerId!: string | null;
  @BelongsTo(() => Writer, 'writerId') accessor owner!: Related<Writer>;
  @Field() config!: { depth: number };

  @BelongsTo(() => Writer, 'writerId')
  get author(): Related<Writer> {
    return relationOf(this, 'author');
  }
  set author(author: Writer | null) {
    relationOf(this, 'author').set(author);
  }
}

@Entity()
class Card extends Letter {
  @Field() picture!: string;
  @BelongsTo(() => Writer, 'pictureId') painter!: Related<Writer>;
  @Field() pictureId!: string;
}

@Entity()
class LabelledDataset extends Dataset {
  @Field() label!: string;

  @BeforeSave() stamp(): void {
    this.label = `${this.name}-label`;
  }
}

interface Sent {
  method: string;
  path: string;
  body: Record<string, unknown>;
}

/** A connection to a server that answers a record with what it was sent. */
function connect(): { api: Connection; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch = async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const { pathname } = new URL(url);
    const body = JSON.parse((await new Response(init?.body).text()) || '{}') as Record<string, unknown>;
    const method = init?.method ?? 'GET';
    sent.push({ method, path: pathname, body });
    const record = { id: 'n1', title: 't', createdAt: '2026-01-02T03:04:05Z', author: { first: 'Ada' }, word_count: 7 };
    if (pathname.endsWith('/run')) return Response.json({ status: 'IN_PROGRESS', data: 'https://notes.test/poll' });
    if (pathname.endsWith('/poll')) return Response.json({ status: 'SUCCESS', completed: true, data: 1 });
    if (pathname.endsWith('/paginate')) return Response.json({ results: [record], total: 1, pageTotal: 1 });
    return Response.json({ ...record, ...body });
  };
  return { api: new Connection({ baseUrl: 'https://notes.test', apiKey: 'k', fetch: fetch as never }), sent };
}

describe('decorators', () => {
  it('declare fields, by name, by type and by class', async () => {
    const { api } = connect();
    const note = await api.bind(Note).get('n1');
    expect(note.title).to.equal('t');
    expect(note.createdAt).to.be.instanceOf(Date);
    expect(note.author).to.be.instanceOf(Author);
    expect(note.author?.full()).to.equal('Ada!');
    expect(note.words).to.equal(7);
    expect(note.isModified).to.equal(false);
    expect(Object.keys(note)).to.include.members(['id', 'title', 'createdAt', 'author', 'colour', 'words', 'tags', 'seen']);
  });

  it('make accessors properties of the record, with their initial values', async () => {
    const { api, sent } = connect();
    const Notes = api.bind(Note);
    const fresh = new Notes({ title: 'a' });
    expect(Object.entries(fresh)).to.deep.include(['colour', 'blue']);
    expect(Object.hasOwn(fresh, 'words')).to.equal(true);
    expect(fresh.words).to.equal(undefined);
    fresh.colour = 'red';
    expect({ ...fresh }).to.have.property('colour', 'red');
    const loaded = Notes.fromDict({ id: 'n1', word_count: 3 });
    expect([loaded.colour, loaded.words, loaded.isModified]).to.deep.equal(['blue', 3, false]);
    loaded.words = 4;
    expect(loaded.changes).to.deep.equal({ words: { from: 3, to: 4 } });
    await loaded.save({ title: 'b' });
    expect(sent.at(-1)).to.deep.include({ method: 'PATCH', body: { title: 'b', word_count: 4 } });
    expect(JSON.parse(JSON.stringify(loaded))).to.include({ colour: 'blue', word_count: 4 });
  });

  it('run hooks in order, several on one method, those of a parent first and an override in its place', async () => {
    const { api, sent } = connect();
    const memo = await new (api.bind(Memo))({ title: ' m ' }).save();
    expect(memo.seen).to.deep.equal(['trim of a memo', 'note:before', 'last', 'note:after']);
    expect(sent[0]).to.deep.include({ method: 'POST', path: '/memos' });
    expect(sent[0]?.body).to.include({ title: ' m ', urgent: false, colour: 'blue' });
  });

  it('give hooks to a subclass that is not decorated', async () => {
    const { api } = connect();
    const loud = await new (api.bind(Loud))({ title: ' quiet ' }).save();
    expect(loud.title).to.equal('QUIET');
    const { api: other } = connect();
    expect((await new (other.bind(Note))({ title: 'still' }).save()).title).to.equal('still');
  });

  it('give methods a life cycle', async () => {
    const { api } = connect();
    const note = new (api.bind(Note))({ title: 'x' });
    const events: unknown[] = [];
    (note.on as (event: string, listener: (event: unknown) => void) => void)('publish', (event) => events.push(event));
    expect(await note.publish('me')).to.equal('x by me');
    expect(note.seen).to.deep.equal(['check', 'published']);
    expect(await note.conceal()).to.equal('stays');
  });

  it('are called for each poll, and after a refresh', async () => {
    const { api } = connect();
    const note = await api.bind(Note).get('n1');
    await note.run({}, { waitTime: 0.2 });
    await note.refresh();
    expect(note.seen).to.deep.equal(['poll', 'refreshed']);
  });

  it('extend the classes of a platform', async () => {
    const mai = new Moderately({ apiKey: 'k', teamId: 't', baseUrl: 'https://mai.test' });
    const dataset = mai.bind(LabelledDataset).fromDict({ datasetId: 'd', name: 'n', label: 'l', createdAt: '2026-01-01T00:00:00Z' });
    expect([dataset.id, dataset.label, dataset.createdAt instanceof Date, dataset.isModified]).to.deep.equal(['d', 'l', true, false]);
    dataset.label = 'm';
    expect(dataset.changedFields).to.deep.equal(['label']);
  });

  it('refuse fields that are called as members of every record when the class is defined', () => {
    expect(() => {
      @Entity({ path: 'x' })
      class Clash extends Base {
        // @ts-expect-error a member of every record
        @Field() changes!: never;
      }
      return Clash;
    }).to.throw(ConfigurationError, "@Field({ name: 'changes' }) changesValue");
    expect(() => {
      @Entity({ path: 'x' })
      class Clash extends Base {
        // @ts-expect-error a member of every record
        @Field() accessor events!: never;
      }
      return Clash;
    }).to.throw(ConfigurationError, "@Field({ name: 'events' }) eventsValue");
  });

  it('need @Entity on a class with fields', () => {
    class Bare extends Base {
      @Field() name!: string;
    }
    expect(() => new Bare()).to.throw(ConfigurationError, '@Entity()');
  });

  it('declare relations, which leave no property on the record', async () => {
    const { api } = connect();
    const letter = { id: 'l1', writerId: 'n1', config: { depth: 1 }, picture: 'p', pictureId: 'w2' };
    const writer = api.bind(Writer).fromDict({ id: 'n1', name: 'Ada' });
    for (const Class of [Letter, Card]) {
      const loaded = api.bind(Class).fromDict(letter);
      const own = ['id', 'writerId', 'config', ...(Class === Card ? ['picture', 'pictureId'] : [])];
      expect(Object.getOwnPropertyNames(loaded)).to.have.members(own);
      expect(JSON.parse(JSON.stringify(loaded))).to.deep.equal(letter);
      expect([loaded.isModified, loaded.config.depth]).to.deep.equal([false, 1]);
      expect((await loaded.writer())?.constructor).to.equal(api.bind(Writer));
      loaded.author = writer;
      expect([await loaded.author(), loaded.isModified]).to.deep.equal([writer, false]);
      loaded.owner.set(null);
      expect([loaded.writerId, loaded.writer.loaded, loaded.author.loaded]).to.deep.equal([null, null, null]);
      expect(new (api.bind(Class))({ owner: writer }).writerId).to.equal('n1');
      expect(Object.getOwnPropertyNames(new Class({ writer }))).to.have.members(own);
    }
    const card = new Card({ painter: writer });
    expect([card.pictureId, await card.painter()]).to.deep.equal(['n1', writer]);
    expect((await writer.letters()).results[0]).to.be.instanceOf(Letter);
    expect(await writer.first()).to.be.instanceOf(Letter);
    const [listed] = (await api.bind(Letter).search({}, { include: ['writer', 'owner', 'author'] })).results;
    expect(listed?.writer.loaded).to.equal(undefined);
  });

  it('refuse relations that are called as members of every record when the class is defined', () => {
    expect(() => {
      @Entity({ path: 'x' })
      class Clash extends Base {
        // @ts-expect-error a member of every record
        @HasMany(() => Letter, 'writerId') events!: RelatedMany<Letter>;
      }
      return Clash;
    }).to.throw(ConfigurationError, 'The relation Clash.events: there is already a member of that name');
    expect(() => {
      @Entity({ path: 'x' })
      class Clash extends Letter {
        // @ts-expect-error a field of the class above
        @HasMany(() => Letter, 'writerId') override config!: RelatedMany<Letter>;
      }
      return Clash;
    }).to.throw(ConfigurationError, 'The relation Clash.config: there is already a field of that name');
  });

  it('leave the class its name and its statics', () => {
    expect([Note.name, Memo.name, Note.resourcePath, Memo.resourcePath]).to.deep.equal(['Note', 'Memo', 'notes', 'memos']);
    const record: BaseResource = new Memo({ title: 'a' });
    expect(record).to.be.instanceOf(Note);
    expect(Note.prototype.constructor).to.equal(Note);
  });
});
