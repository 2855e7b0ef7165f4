import { expect } from 'chai';
import {
  BaseResource,
  BelongsTo,
  ConfigurationError,
  defineEntity,
  Entity,
  Field,
  GetResourceMixin,
  HasMany,
  HasOne,
  type Related,
  relationOf,
  SearchResourceMixin,
  ValidationError,
} from '../../../src/index.js';
import { Blog, Comment, Post, User } from './blog.js';

/** What a compiler that defines class fields makes of `name!: string`, and of `name = value`. */
function define(record: object, fields: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(fields)) {
    Object.defineProperty(record, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

@Entity({ path: 'notes' })
class Defining extends GetResourceMixin(SearchResourceMixin(BaseResource)) {
  @Field() declare postId: string;
  @BelongsTo(() => Post, 'postId') declare post: Related<Post>;
  @Field() declare config: { depth: number } | undefined;
  @Field() declare text: string;

  constructor(attributes?: object) {
    super(attributes);
    define(this, { postId: undefined, post: initial, config: undefined, text: undefined });
  }
}
let initial: unknown;

/** A subclass without a decorator, whose field is defined after the record was completed. */
class Redefining extends Defining {
  constructor(attributes?: object) {
    super(attributes);
    define(this, { post: undefined });
  }
}

const refused = (declare: () => unknown, message: string): void => {
  expect(declare).to.throw(ConfigurationError, message);
};

/** A property that a legacy decorator stands above. */
const above = (decorator: unknown, target: object, name: string, descriptor?: PropertyDescriptor): void =>
  (decorator as (target: object, name: string, descriptor?: PropertyDescriptor) => void)(target, name, descriptor);

describe('the declaration of a relation', () => {
  it('is inherited, and may be overridden', async () => {
    class MyPost extends Post {}
    @Entity()
    class Mine extends Comment {
      @BelongsTo(() => MyPost, 'postId') override post!: Related<MyPost>;
      @Field() colour!: string;
    }
    class Plain extends Mine {}
    const blog = new Blog({ posts: [{ id: 'p1' }], users: [{ id: 'u1' }], comments: [{ id: 'c1', post_id: 'p1', authorId: 'u1' }] });
    for (const Class of [Mine, Plain]) {
      const [mine] = (await blog.connection.bind(Class).search({}, { include: ['post', 'author'] })).results;
      expect(mine!.post.loaded).to.be.instanceOf(MyPost);
      expect(mine!.author.loaded).to.be.instanceOf(User);
    }
  });

  it('holds where class fields are defined, which leave no property behind', async () => {
    const blog = new Blog({ posts: [{ id: 'p1', title: 'One' }], notes: [{ id: 'n1', postId: 'p1', config: { depth: 1 } }] });
    for (const Class of [Defining, Redefining]) {
      const note = await blog.connection.bind(Class).get('n1');
      expect(Object.getOwnPropertyNames(note)).to.have.members(['id', 'postId', 'config', 'text']);
      expect((await note.post())?.title).to.equal('One');
      expect([note.config, note.isModified, note.text]).to.deep.equal([{ depth: 1 }, false, undefined]);
      const made = new (blog.connection.bind(Class))({ post: new Post({ id: 'p7' }), text: 'x' });
      expect([made.postId, made.text, Object.keys(made)]).to.deep.equal(['p7', 'x', ['id', 'postId', 'config', 'text']]);
      const listed = (await blog.connection.bind(Class).search({}, { include: ['post'] })).results[0];
      expect(listed?.post.loaded?.id).to.equal('p1');
    }
  });

  it('takes what an initialiser gives as an assignment, which the platform and the caller override', () => {
    initial = new Post({ id: 'p0' });
    try {
      expect(new Defining().postId).to.equal('p0');
      expect(new Defining({ postId: 'p1' }).postId).to.equal('p1');
      expect(Defining.fromDict({ id: 'n1', postId: 'p2' }).postId).to.equal('p2');
      initial = 'p0';
      expect(() => new Defining()).to.throw(ValidationError);
    } finally {
      initial = undefined;
    }
  });

  it('needs an entity', () => {
    class Bare extends BaseResource {
      declare post: Related<Post>;
    }
    above(
      BelongsTo(() => Post, 'id'),
      Bare.prototype,
      'post',
    );
    refused(() => new Bare(), 'Bare declares relations but is not an entity');
  });

  it('is refused under the name of another member, when the class is defined', () => {
    const declaring = (name: string, Base: typeof BaseResource = BaseResource, more: (target: object) => void = () => undefined) => {
      return () => {
        class Target extends Base {}
        above(
          HasMany(() => Comment, 'postId'),
          Target.prototype,
          name,
        );
        more(Target.prototype);
        return Entity({ path: 'targets' })(Target);
      };
    };
    refused(declaring('events'), 'The relation Target.events: there is already a member of that name');
    refused(declaring('save'), 'member');
    refused(declaring('id'), 'there is already a field of that name');
    refused(declaring('text', Comment), 'there is already a field of that name');
    refused(
      declaring('mine', BaseResource, (target) => above(Field(), target, 'mine')),
      'there is already a field of that name',
    );
    // And the other way round.
    refused(() => {
      class Target extends Comment {}
      above(Field(), Target.prototype, 'post');
    }, 'every record already has a member of that name');
    declaring('comments')();
  });

  it('is refused for a key that is not a field, and for what is not a class in a function, a key and options', () => {
    refused(() => {
      class Target extends Comment {}
      above(
        BelongsTo(() => Post, 'postID'),
        Target.prototype,
        'other',
      );
      Entity({ path: 'targets' })(Target);
    }, 'its key postID is not a field (did you mean postId?)');
    const declaring = (make: () => unknown) => () => above(make(), class extends BaseResource {}.prototype, 'other');
    refused(
      declaring(() => BelongsTo(Post as never, 'id')),
      'takes a function that returns the class',
    );
    refused(
      declaring(() => BelongsTo('Post' as never, 'id')),
      'takes a function that returns the class',
    );
    refused(
      declaring(() => BelongsTo(() => Post, undefined as never)),
      'the key must be the name of a field',
    );
    refused(
      declaring(() => BelongsTo(() => Post, 'id', { requird: true } as never)),
      'did you mean required?',
    );
    refused(
      declaring(() => BelongsTo(() => Post, 'id', null as never)),
      'the options must be an object',
    );
    refused(
      declaring(() => HasMany(() => Post, '')),
      'needs the key of the other class',
    );
    refused(
      declaring(() => HasMany(() => Post, {})),
      'needs the key of the other class',
    );
    refused(
      declaring(() => HasMany(() => Post, { by: 1 } as never)),
      'needs the key of the other class',
    );
    refused(
      declaring(() => HasOne(() => Post, { bye: 'x' } as never)),
      'bye is not an option',
    );
    const bare = HasMany as unknown as (target: object, name: string) => unknown;
    refused(() => bare(Post.prototype, 'other'), '@HasMany() takes a function');
  });

  it('stands above a property, an accessor or a getter of records', () => {
    const belongs = BelongsTo(() => Post, 'id');
    class Target extends BaseResource {}
    refused(() => above(belongs, Target.prototype, 'other', { value: () => undefined }), 'must be a property or a getter');
    refused(() => above(belongs, Target, 'other'), 'only members of records');
    refused(() => above(belongs, Target.prototype, Symbol('other') as never), 'not a symbol');
  });

  it('may be a description', async () => {
    const Remark = defineEntity({
      name: 'Remark',
      path: 'comments',
      extends: GetResourceMixin(SearchResourceMixin(BaseResource)),
      fields: { postId: { type: String, name: 'post_id', nullable: true } },
      relations: {
        post: { belongsTo: () => Post, key: 'postId', required: true },
        siblings: { hasMany: () => Comment, by: 'post_id' },
        first: { hasOne: () => Comment, key: 'postId' },
      },
    });
    const blog = new Blog({ posts: [{ id: 'p1', title: 'One' }], comments: [{ id: 'p1', post_id: 'p1' }] });
    const [remark] = (await blog.connection.bind(Remark).search({}, { include: ['post', 'siblings', 'first'] })).results;
    expect(remark!.post.loaded?.title).to.equal('One');
    expect(remark!.siblings.loaded).to.have.length(1);
    expect(remark!.first.loaded).to.be.instanceOf(Comment);
    const describing = (relation: unknown) => () =>
      defineEntity({ name: 'Odd', fields: { postId: String }, relations: { post: relation as never } });
    refused(describing(null), 'The relation Odd.post is described by an object');
    refused(describing({ key: 'postId' }), 'belongsTo, hasMany or hasOne');
    refused(describing({ belongsTo: () => Post, hasMany: () => Post, key: 'postId' }), 'belongsTo, hasMany or hasOne');
    refused(describing({ belongsTo: Post, key: 'postId' }), 'takes a function');
    refused(describing({ belongsTo: () => Post, key: 'postId', by: 'x' }), 'by is not an option');
    refused(describing({ hasMany: () => Post, key: 'postId', required: true }), 'required is not an option');
    refused(() => defineEntity({ name: 'Odd', relations: [] as never }), 'relations must be an object');
  });

  it('may name the class of a connection', () => {
    const { connection } = new Blog({});
    const Noted = defineEntity({
      name: 'Noted',
      fields: { postId: String },
      relations: { post: { belongsTo: () => connection.bind(Post), key: 'postId' } },
    });
    expect(new Noted({ post: new Post({ id: 'p1' }) }).postId).to.equal('p1');
  });

  it('is found by its name', () => {
    const comment = new Comment({ postId: null });
    expect(relationOf(comment, 'post').loaded).to.equal(null);
    expect(() => relationOf(comment, 'text')).to.throw(
      ValidationError,
      'Comment has no relation text (known are post, editor, board, owner, author)',
    );
    expect(() => relationOf(new (class extends BaseResource {})(), 'id')).to.throw(ValidationError, 'has no relation id');
  });
});
