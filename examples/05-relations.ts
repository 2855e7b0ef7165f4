/**
 * Relations between the records of an API of your own: loaded one by one, assigned, and included in a search.
 *
 *   npm run build && npx tsc -p examples/tsconfig.json && node out/examples/05-relations.js
 */
import {
  BaseResource,
  BelongsTo,
  Connection,
  Entity,
  Field,
  GetResourceMixin,
  HasMany,
  type Related,
  type RelatedMany,
  SearchResourceMixin,
} from 'remote-record';
import { openBlog } from './support/blog.js';

/** What all lists of this API have in common. */
@Entity({ update: 'patch', search: { method: 'GET', path: '', idsParam: 'ids' } })
abstract class BlogResource extends GetResourceMixin(SearchResourceMixin(BaseResource)) {}

@Entity({ path: 'users' })
class User extends BlogResource {
  @Field() name!: string;
}

@Entity({ path: 'posts' })
class Post extends BlogResource {
  @Field() title!: string;
  @Field() authorId!: string;
  @BelongsTo(() => User, 'authorId') author!: Related<User>;
  @HasMany(() => Comment, 'postId') comments!: RelatedMany<Comment>;
}

@Entity({ path: 'comments' })
class Comment extends BlogResource {
  @Field() text!: string;
  @Field() postId!: string | null;
  @Field() readerId!: string | null;
  @BelongsTo(() => Post, 'postId') post!: Related<Post>;
  @BelongsTo(() => User, 'readerId') reader!: Related<User>;
}

const blog = await openBlog();
const api = new Connection({ baseUrl: blog.url });
const requests = (what: string): void => console.log(`\n${what}:\n${blog.log.splice(0).join('\n')}`);
try {
  const comment = await api.bind(Comment).get('c0');
  const post = await comment.post();
  console.log(`"${comment.text}" is about ${post?.title}, and so are ${await post?.comments().count()} in all`);
  requests('one by one');

  comment.post.set(await api.bind(Post).get('p2'));
  console.log('\nto be sent:', comment.changes);
  await comment.save();
  requests('assigned');

  const page = await api.bind(Comment).search({}, { include: ['post.author', 'reader'] });
  console.log();
  for (const { text, post, reader } of page) {
    console.log(`${text} (${post.loaded?.title} by ${post.loaded?.author.loaded?.name}, read by ${reader.loaded?.name ?? 'nobody'})`);
  }
  requests('included: one list for each relation');
} finally {
  await api.close();
  await blog.close();
}
