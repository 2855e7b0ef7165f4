/** Compile-time tests of relations: that this file compiles is the test. */
import {
  type Attributes,
  BaseResource,
  BelongsTo,
  defineEntity,
  Entity,
  Field,
  type FieldKeys,
  GetResourceMixin,
  HasMany,
  HasOne,
  type Page,
  type Related,
  type RelatedMany,
  type RelatedOne,
  type RelationPath,
  relationOf,
  type Search,
  SearchResourceMixin,
} from '../../src/index.js';
import { type Equal, holds } from './support.js';

const Full = GetResourceMixin(SearchResourceMixin(BaseResource));

interface PostParams {
  authorId?: string;
  state?: 'draft' | 'public';
}

@Entity({ path: 'authors' })
class Author extends Full {
  @Field() name!: string;
  @HasMany(() => Post, 'authorId') posts!: RelatedMany<Post, PostParams>;
  @HasOne(() => Post, { key: 'authorId', where: { state: 'draft' } }) draft!: RelatedOne<Post>;
}

@Entity({ path: 'posts' })
class Post extends Full {
  declare static searchParams: PostParams;
  @Field() authorId?: string | null;
  @Field() title!: string;
  @BelongsTo(() => Author, 'authorId') author!: Related<Author>;
  @BelongsTo(() => Author, 'authorId', { required: true }) readonly owner!: Related<Author, never>;

  @BelongsTo(() => Author, 'authorId')
  get writer(): Related<Author> {
    return relationOf(this, 'writer');
  }
  set writer(writer: Author | null) {
    relationOf(this, 'writer').set(writer);
  }

  constructor(attributes?: Attributes<Post>) {
    super(attributes);
  }
}

class Essay extends Post {}

export async function relations(post: Post, author: Author, essay: Essay): Promise<void> {
  const one = post.author({ timeout: 5, reload: true });
  holds<Equal<typeof one, Promise<Author | null>>>();
  const owner = post.owner();
  holds<Equal<typeof owner, Promise<Author>>>();
  holds<Equal<typeof post.author.loaded, Author | null | undefined>>();
  const many = author.posts({ state: 'draft' });
  holds<Equal<typeof many, Search<Post, PostParams>>>();
  holds<Equal<typeof author.posts.loaded, readonly Post[] | undefined>>();
  const draft = author.draft();
  holds<Equal<typeof draft, Promise<Post | null>>>();

  post.author.set(author);
  post.author.set(null);
  post.writer = author;
  post.writer = null;
  // @ts-expect-error a property of this type cannot be assigned a record; post.author.set() can
  post.author = author;
  // @ts-expect-error not a record of its class
  post.author.set(post);
  // @ts-expect-error a parameter that the other class does not have
  author.posts({ stat: 'draft' });
  // @ts-expect-error there is nothing to set in this record
  author.draft.set(post);

  holds<Equal<FieldKeys<Post>, 'id' | 'authorId' | 'title'>>();
  holds<
    Equal<
      Attributes<Post>,
      {
        id?: string | null | undefined;
        authorId?: string | null | undefined;
        title?: string | undefined;
        author?: Author | null | undefined;
        writer?: Author | null | undefined;
      }
    >
  >();
  holds<Equal<Attributes<Author>, { id?: string | null | undefined; name?: string | undefined }>>();
  new Post({ author, title: 'x' });
  await post.save({ author: null });
  await essay.update({ writer: author });
  await Post.create({ author });
  // @ts-expect-error it is read-only
  await post.save({ owner: author });
  // @ts-expect-error not a record of its class
  await post.save({ author: post });
  // @ts-expect-error the key is in the other records
  await author.save({ posts: [] });
}

export async function includes(): Promise<void> {
  const page = await Post.search({ state: 'draft' }, { include: ['author', 'author.posts', 'author.posts.owner'], concurrency: 2 });
  holds<Equal<typeof page, Page<Post>>>();
  await Essay.search().include('author', 'writer.draft').where({ state: 'public' }).first();
  await Post.findBy({}, { include: ['owner'] });
  Post.resumeSearch('token', { include: ['owner'] });
  const { author } = page.results[0]!;
  author.loaded?.posts({}, { include: ['author'] });
  // @ts-expect-error not a relation
  Post.search({}, { include: ['autor'] });
  // @ts-expect-error a field
  Post.search().include('title');
  // @ts-expect-error not a relation of an author
  Post.search().include('author.title');
  holds<'author.posts' extends RelationPath<Post> ? true : false>();
  holds<'author.name' extends RelationPath<Post> ? false : true>();
  holds<Equal<RelationPath<BaseResource>, never>>();
  const search: Search<Post, PostParams> = Essay.search();
  search.include('author');
}

export class Declared extends Full {
  @Field() authorId!: string;
  // @ts-expect-error a key that is not there
  @BelongsTo(() => Author, 'autorId') one!: Related<Author>;
  // @ts-expect-error records of another class
  @BelongsTo(() => Author, 'authorId') two!: Related<Post>;
  // @ts-expect-error not what the decorator makes
  @BelongsTo(() => Author, 'authorId') three!: Author;
  // @ts-expect-error many are not one
  @HasMany(() => Post, 'authorId') four!: RelatedOne<Post>;
  // @ts-expect-error one is not many
  @HasOne(() => Post, 'authorId') five!: RelatedMany<Post>;
  // @ts-expect-error not a function that returns a class of records
  @BelongsTo(() => Date, 'authorId') six!: Related<Author>;
}

const Comment = defineEntity({
  name: 'Comment',
  path: 'comments',
  mixins: [SearchResourceMixin],
  fields: { postId: { type: String, nullable: true }, text: String },
  relations: {
    post: { belongsTo: () => Post, key: 'postId' },
    always: { belongsTo: () => Post, key: 'postId', required: true },
    authors: { hasMany: () => Author, by: 'commentIds', list: true },
    first: { hasOne: () => Author, key: 'commentId' },
    essays: { hasMany: () => Post, key: 'commentId' },
  },
  hooks: {
    async beforeSave() {
      await this.post();
    },
  },
});

export async function defined(comment: InstanceType<typeof Comment>, post: Post): Promise<void> {
  const one = comment.post();
  holds<Equal<typeof one, Promise<Post | null>>>();
  const always = comment.always();
  holds<Equal<typeof always, Promise<Post>>>();
  for await (const { name } of comment.authors()) holds<Equal<typeof name, string>>();
  const first = comment.first();
  holds<Equal<typeof first, Promise<Author | null>>>();
  comment.essays({ state: 'draft' });
  // @ts-expect-error a parameter that the other class does not have
  comment.essays({ stat: 'draft' });
  await comment.save({ post, text: 'x' });
  await Comment.search({}, { include: ['post.author', 'first'] });
  // @ts-expect-error not a relation
  await Comment.search({}, { include: ['pst'] });
}
