import { expect } from 'chai';
import { z } from 'zod';
import {
  AbortedError,
  BaseResource,
  BelongsTo,
  ConfigurationError,
  Entity,
  Field,
  GetResourceMixin,
  HasMany,
  type Related,
  type RelatedMany,
  ResourceError,
  SearchResourceMixin,
  ServerError,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { Blog, Comment, Post, User } from './blog.js';

const rows = (count: number, row: (at: number) => Record<string, unknown>) => Array.from({ length: count }, (_, at) => row(at));

/** 250 comments on 100 posts by 50 authors, some of whom are gone. */
const tables = () => ({
  users: rows(50, (at) => ({ id: `u${at}`, name: `n${at}` })),
  posts: rows(100, (at) => ({ id: `p${at}`, title: `t${at}`, author_id: `u${at % 60}` })),
  comments: rows(250, (at) => ({
    id: `c${at}`,
    text: `${at}`,
    post_id: `p${at % 100}`,
    authorId: `u${at % 7}`,
    editorId: at % 2 ? null : 'u3',
  })),
  profiles: rows(20, (at) => ({ id: `f${at}`, userId: `u${at * 2}`, bio: 'b' })),
});

@Entity({ path: 'lost' })
class Lost extends BaseResource {
  @Field() name!: string;
}

@Entity({ path: 'comments', search: { pageSize: 100 } })
class Wrong extends SearchResourceMixin(BaseResource) {
  @Field({ name: 'post_id' }) postId!: string;
  @BelongsTo(() => Lost, 'postId') lost!: Related<Lost>;
  @BelongsTo(() => undefined as never, 'postId') nothing!: Related<Lost>;
}

/** An API that does not know the parameter of ids. */
@Entity({ path: 'posts', search: { idsParam: 'keys' } })
class Deaf extends SearchResourceMixin(BaseResource) {}

@Entity({ path: 'comments' })
class Heard extends SearchResourceMixin(BaseResource) {
  @Field({ name: 'post_id' }) postId!: string;
  @BelongsTo(() => Deaf, 'postId') deaf!: Related<Deaf>;
}

describe('the relations that a search includes', () => {
  let blog: Blog;
  let Comments: typeof Comment;
  beforeEach(() => {
    blog = new Blog(tables());
    Comments = blog.connection.bind(Comment);
  });

  it('are loaded with one list of ids for a page of 100, each record once', async () => {
    const page = await Comments.search({ pageSize: 100 }, { include: ['author', 'editor', 'board'] });
    const log = blog.log();
    expect(log).to.have.length(2);
    expect(JSON.parse(log[1]!.replace('POST users/paginate ', '')).ids.sort()).to.deep.equal(['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6']);
    const [first, , , third, , , , eighth] = page.results;
    expect(first!.author.loaded?.name).to.equal('n0');
    expect(first!.author.loaded).to.equal(eighth!.author.loaded);
    expect(first!.author.loaded).to.equal(await first!.board());
    expect(first!.editor.loaded).to.equal(third!.author.loaded);
    expect(page.results[1]!.editor.loaded).to.equal(null);
    expect(await first!.author()).to.equal(first!.author.loaded);
    expect(blog.log()).to.deep.equal([]);
  });

  it('are loaded one by one where the API has no list of ids, a few at a time', async () => {
    const page = await Comments.search({ pageSize: 40 }).include('post');
    expect(blog.log()).to.have.members(['POST comments/paginate {}', ...rows(40, (at) => ({ at })).map(({ at }) => `GET posts/p${at}`)]);
    expect(page.results.map(({ post }) => post.loaded?.title)).to.deep.equal(rows(40, (at) => ({ at })).map(({ at }) => `t${at}`));
    expect(blog.most).to.equal(8);
    blog.most = 0;
    await Comments.search({ pageSize: 40 }, { include: ['post'], concurrency: 3 });
    expect(blog.most).to.equal(3);
  });

  it('are loaded in parts of as many ids as a request takes', async () => {
    @Entity({ path: 'users', search: { idsParam: 'ids', idsPerRequest: 3, maxPageSize: 2 } })
    class Few extends User {}
    blog.connection.bind(Few);
    await Comments.search({ pageSize: 20 }, { include: ['author'] });
    expect(blog.log().slice(1)).to.have.members([
      'POST users/paginate {"ids":["u0","u1"]}',
      'POST users/paginate {"ids":["u2","u3"]}',
      'POST users/paginate {"ids":["u4","u5"]}',
      'POST users/paginate {"ids":["u6"]}',
    ]);
  });

  it('take no further request where the API does not say how many there are, unless one is missing', async () => {
    blog.counts = false;
    await Comments.search({ pageSize: 20 }, { include: ['author'] });
    expect(blog.log()).to.have.length(2);
    blog.tables.users = blog.tables.users!.slice(1);
    const { results } = await Comments.search({ pageSize: 20 }, { include: ['author'] });
    expect(blog.log()).to.have.length(3);
    expect([results[0]!.author.loaded, results[1]!.author.loaded?.name]).to.deep.equal([null, 'n1']);
  });

  it('are no longer loaded once a loop is left', async () => {
    let signal: AbortSignal | undefined;
    const asked = new Promise<void>((resolve) => {
      let lists = 0;
      blog.before = (request) => {
        if (!request.path.startsWith('users') || ++lists < 2) return undefined;
        ({ signal } = request);
        resolve();
        return new Promise((_, reject) => signal!.addEventListener('abort', () => reject(new AbortedError('aborted'))));
      };
    });
    for await (const { author } of Comments.search({ pageSize: 100 }).include('author')) {
      expect(author.loaded?.id).to.equal('u0');
      await asked;
      break;
    }
    expect(signal?.aborted).to.equal(true);
  });

  it('may be nested, with what is known already not loaded again', async () => {
    const page = await Comments.search({ pageSize: 8 }).include('author', 'post.author').include('post.author.profile');
    const log = blog.log();
    expect(log.filter((line) => line.includes('users'))).to.deep.equal([
      'POST users/paginate {"ids":["u0","u1","u2","u3","u4","u5","u6"]}',
      'POST users/paginate {"ids":["u7"]}',
    ]);
    expect(log.filter((line) => line.includes('profiles'))).to.have.length(8);
    const [first] = page.results;
    expect(first!.post.loaded?.author.loaded).to.equal(first!.author.loaded);
    expect(first!.author.loaded?.profile.loaded?.bio).to.equal('b');
    expect(page.results[1]!.author.loaded?.profile.loaded).to.equal(null);
  });

  it('are null where they are missing, and do not sink the page', async () => {
    blog.tables.comments = [
      { id: 'c1', post_id: 'gone', authorId: 'gone' },
      { id: 'c2', post_id: 'p1', authorId: 'u1' },
      { id: 'c3', post_id: '' },
      { id: 'c4' },
    ];
    const { results } = await Comments.search({}, { include: ['post.author', 'author'] });
    expect(results.map(({ post }) => post.loaded?.title ?? post.loaded)).to.deep.equal([null, 't1', null, undefined]);
    expect(results.map(({ author }) => author.loaded?.name ?? author.loaded)).to.deep.equal([null, 'n1', undefined, undefined]);
    expect(blog.log()).to.deep.equal([
      'POST comments/paginate {}',
      'GET posts/gone',
      'GET posts/p1',
      'POST users/paginate {"ids":["gone","u1"]}',
    ]);
  });

  it('are the records of the page itself where these belong to each other', async () => {
    const { results } = await blog.connection.bind(User).search({ pageSize: 5 }).include('posts.author.posts', 'posts.comments.post');
    expect(blog.log().filter((line) => !line.includes('comments'))).to.have.length(2);
    const [user] = results;
    const [post] = user!.posts.loaded!;
    expect(post!.author.loaded).to.equal(user);
    expect(post!.comments.loaded![0]!.post.loaded).to.equal(post);
  });

  it('are asked for with one record a page where there is to be one', async () => {
    await blog.connection.bind(User).search({ pageSize: 2 }).include('profile');
    expect(blog.connection.requests.slice(1).map(({ body }) => (body as { pageSize: number }).pageSize)).to.deep.equal([1, 1]);
  });

  it('are asked for by ids as the platform has them, numbers included', async () => {
    blog.tables.users = [{ id: 7, name: 'Seven' }];
    blog.tables.posts = [{ id: 9, title: 'Nine', author_id: 7 }];
    blog.tables.comments = [{ id: 'c1', post_id: 9, authorId: 7 }];
    const [comment] = (await Comments.search({}, { include: ['author.posts', 'post'] })).results;
    expect(blog.log().slice(1)).to.deep.equal(['POST users/paginate {"ids":[7]}', 'GET posts/9', 'POST posts/paginate {"author_ids":[7]}']);
    expect([comment!.post.loaded?.title, comment!.author.loaded?.posts.loaded?.[0]?.title]).to.deep.equal(['Nine', 'Nine']);
  });

  it('are null and an event where they are refused, by lists and one by one alike', async () => {
    const strict = { validate: 'load', schema: z.object({ name: z.string().min(3) }).loose() } as const;
    @Entity({ path: 'users', search: { idsParam: 'ids' }, ...strict })
    class Listed extends SearchResourceMixin(BaseResource) {
      @Field() name!: string;
    }
    @Entity({ path: 'users', ...strict })
    class Fetched extends GetResourceMixin(BaseResource) {
      @Field() name!: string;
    }
    @Entity({ path: 'comments' })
    class Held extends SearchResourceMixin(BaseResource) {
      @Field() authorId!: string;
      @BelongsTo(() => Listed, 'authorId') listed!: Related<Listed>;
      @BelongsTo(() => Fetched, 'authorId') fetched!: Related<Fetched>;
    }
    blog.tables.users![1]!.name = 'long';
    blog.tables.comments = ['u0', 'u1', '..'].map((authorId, at) => ({ id: `c${at}`, authorId }));
    const events: unknown[][] = [];
    blog.connection.on('invalid', ({ raw, error }) => events.push([raw, error instanceof ValidationError]));
    const { results } = await blog.connection.bind(Held).search({}, { include: ['listed'] });
    expect(results.map(({ listed }) => listed.loaded?.name ?? listed.loaded)).to.deep.equal([null, 'long', null]);
    expect(events.splice(0)).to.deep.equal([[{ id: 'u0', name: 'n0' }, true]]);
    const others = (await blog.connection.bind(Held).search({}, { include: ['fetched'] })).results;
    expect(others.map(({ fetched }) => fetched.loaded?.name ?? fetched.loaded)).to.deep.equal([null, 'long', null]);
    expect(events).to.have.deep.members([
      [{ id: 'u0', name: 'n0' }, true],
      ['..', true],
    ]);
    const alone = (await blog.connection.bind(Held).search()).results[0]!;
    for (const load of [alone.listed, alone.fetched]) await failure(load(), ValidationError);
  });

  it('are grouped by their key where one list has those of many', async () => {
    const { results } = await blog.connection.bind(User).search({ pageSize: 50 }).include('posts.author');
    expect(blog.log()).to.have.length(2);
    expect(results[0]!.posts.loaded?.map(({ id }) => id)).to.deep.equal(['p0', 'p60']);
    expect(results[45]!.posts.loaded?.map(({ id }) => id)).to.deep.equal(['p45']);
    expect((await results[0]!.posts()).results).to.deep.equal(results[0]!.posts.loaded);
    expect(await results[0]!.posts().first()).to.equal(results[0]!.posts.loaded?.[0]);
    expect(await results[0]!.posts().count()).to.equal(2);
    const found: unknown[] = [];
    for await (const { id, author } of results[0]!.posts()) found.push(id, author.loaded?.id);
    expect(found).to.deep.equal(['p0', 'u0', 'p60', 'u0']);
    expect(blog.log()).to.deep.equal([]);
    await results[0]!.posts({}, { reload: true });
    await results[0]!.posts().where({ title: 't60' });
    await results[0]!.posts({ title: 't0' });
    await results[0]!.posts({}, { include: ['author'] });
    expect(blog.log()).to.have.length(5);
  });

  it('are lists of as many as the platform sends at a time', async () => {
    @Entity({ path: 'posts', search: { maxPageSize: 500 } })
    class Long extends Post {}
    blog.connection.bind(Long);
    await blog.connection.bind(User).search({ pageSize: 5 }, { include: ['posts'] });
    expect(blog.connection.requests.map(({ body }) => (body as { pageSize: number }).pageSize)).to.deep.equal([5, 500]);
  });

  it('are searched for one by one where a list does not say whose they are', async () => {
    @Entity({ path: 'users' })
    class Author extends SearchResourceMixin(BaseResource) {
      @HasMany(() => Post, { by: 'author_ids', list: true }) works!: RelatedMany<Post>;
    }
    const { results } = await blog.connection.bind(Author).search({ pageSize: 2 }, { include: ['works'] });
    expect(blog.log().slice(1)).to.have.members(['u0', 'u1'].map((id) => `POST posts/paginate {"author_ids":["${id}"]}`));
    expect(results[1]!.works.loaded?.map(({ id }) => id)).to.deep.equal(['p1', 'p61']);
  });

  it('are searched for one by one where no list has those of many', async () => {
    const { results } = await blog.connection.bind(Post).search({ pageSize: 3 }, { include: ['comments'] });
    expect(blog.log()).to.have.members([
      'POST posts/paginate {}',
      ...['p0', 'p1', 'p2'].map((id) => `POST comments/paginate {"post_id":"${id}"}`),
    ]);
    expect(results[0]!.comments.loaded?.map(({ id }) => id)).to.deep.equal(['c0', 'c100', 'c200']);
  });

  it('are loaded with every page of a walk, whichever way it is walked', async () => {
    let seen = 0;
    for await (const { author } of Comments.search({ pageSize: 100 }).include('author')) if (author.loaded) seen++;
    expect(seen).to.equal(250);
    expect(blog.log()).to.have.length(6);
    const page = await Comments.search({ pageSize: 100 }, { include: ['author'] });
    const [next, last] = [await page.next(), await page.last()];
    for (const each of [next, last]) expect(each?.results.every(({ author }) => author.loaded)).to.equal(true);
    expect((await last?.previous())?.results.every(({ author }) => author.loaded)).to.equal(true);
    const first = await Comments.search({ text: '7' }).include('author').first();
    expect(first?.author.loaded?.id).to.equal('u0');
    expect((await Comments.findBy({ text: '8' }, { include: ['author'] }))?.author.loaded?.id).to.equal('u1');
    const resumed = await Comments.resumeSearch(page.token()!, { include: ['author'] });
    expect(resumed.results[0]?.author.loaded?.id).to.equal('u2');
  });

  it('fail the page where the platform does, and are loaded again when it is asked for again', async () => {
    let isBroken = true;
    blog.before = ({ path }) => {
      if (isBroken && path.startsWith('users')) throw new ServerError('down', { status: 500 } as never);
    };
    const search = Comments.search({ pageSize: 5 }).include('author');
    await failure(search, ServerError);
    isBroken = false;
    expect((await search).results[0]?.author.loaded?.id).to.equal('u0');
  });

  it('get the signal, the time limit and the key of the search', async () => {
    const control = new AbortController();
    await Comments.search(
      { pageSize: 2, apiKey: 'other' },
      { include: ['post', 'author'], signal: control.signal, timeout: 7, query: { a: 1 } },
    );
    for (const { path, timeout, apiKey, query } of blog.connection.requests) {
      expect([timeout, apiKey, query?.a]).to.deep.equal([7, 'other', path.startsWith('comments') ? 1 : undefined]);
    }
    blog.before = ({ path, signal }) => {
      if (!path.startsWith('users')) return;
      expect(signal?.aborted).to.equal(false);
      control.abort();
      expect(signal?.aborted).to.equal(true);
      throw new AbortedError('aborted');
    };
    await failure(Comments.search({}, { include: ['author'], signal: control.signal }), AbortedError);
  });

  it('must be relations, by their names', async () => {
    const refused: [object, string][] = [
      [{ include: ['pst'] }, 'Comment has no relation "pst" (did you mean post?)'],
      [{ include: ['post.autor'] }, 'Post has no relation "autor" (did you mean author?)'],
      [{ include: ['text'] }, 'Comment has no relation "text"'],
      [{ include: [''] }, 'Comment has no relation ""'],
      [{ include: 'post' }, 'include must be a list of names'],
      [{ include: [1] }, 'include must be a list of names'],
      [{ include: ['post'], concurrency: 0 }, 'concurrency'],
    ];
    for (const [options, message] of refused) {
      expect((await failure(Comments.search({}, options as never), ValidationError)).message).to.contain(message);
    }
    expect(blog.log()).to.deep.equal([]);
    expect((await failure(blog.connection.bind(Wrong).search({}, { include: ['nothing'] }), ConfigurationError)).message).to.contain(
      'Wrong.nothing: the function that names the other class returned undefined',
    );
    expect((await failure(blog.connection.bind(Wrong).search({}, { include: ['lost'] }), ConfigurationError)).message).to.contain(
      'Lost can neither be fetched nor searched by ids',
    );
  });

  it('are refused where the API does not know the parameter, instead of reading everything', async () => {
    const error = await failure(blog.connection.bind(Heard).search({ text: '99' }, { include: ['deaf'] }), ResourceError);
    expect(error.message).to.contain('idsParam');
    expect(blog.log()).to.have.length(2);
  });

  it('leave the records of other searches to be made when they are read', async () => {
    let made = 0;
    @Entity({ path: 'comments' })
    class Counted extends SearchResourceMixin(BaseResource) {
      constructor(attributes?: object) {
        super(attributes);
        made++;
      }
    }
    await blog.connection.bind(Counted).search();
    expect(made).to.equal(0);
  });
});
