import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { expect } from 'chai';
import {
  BaseResource,
  BelongsTo,
  ConflictError,
  Entity,
  Field,
  GetResourceMixin,
  NotFoundError,
  type Related,
  ResourceError,
  ServerError,
  StaleRecordError,
  ValidationError,
} from '../../../src/index.js';
import { WireNumber } from '../../../src/model/state/wire-number.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Blog, Comment, Post, User } from './blog.js';

const tables = () => ({
  users: [
    { id: 'u1', name: 'Ada' },
    { id: 'u2', name: 'Bo' },
  ],
  posts: [
    { id: 'p1', title: 'One', author_id: 'u1' },
    { id: 'p2', title: 'Two', author_id: null },
  ],
  comments: [
    { id: 'c1', text: 'a', post_id: 'p1', authorId: 'u1' },
    { id: 'c2', text: 'b', post_id: 'gone', authorId: 'gone' },
    { id: 'c3', text: 'c', post_id: null },
  ],
});

describe('a record that belongs to another', () => {
  let blog: Blog;
  let comment: Comment;
  beforeEach(async () => {
    blog = new Blog(tables());
    comment = await blog.connection.bind(Comment).get('c1');
    blog.log();
  });

  it('loads it once, by its key', async () => {
    expect(comment.post.loaded).to.equal(undefined);
    const post = await comment.post();
    expect(post).to.be.instanceOf(Post);
    expect(post?.title).to.equal('One');
    expect(await comment.post()).to.equal(post);
    expect(comment.post.loaded).to.equal(post);
    expect(blog.log()).to.deep.equal(['GET posts/p1']);
    expect(await comment.post({ reload: true })).to.not.equal(post);
    expect(blog.log()).to.deep.equal(['GET posts/p1']);
  });

  it('has none where the key is null, and where the platform has none', async () => {
    const Comments = blog.connection.bind(Comment);
    const [without, dangling] = [await Comments.get('c3'), await Comments.get('c2')];
    blog.log();
    expect(without.post.loaded).to.equal(null);
    expect([await without.post(), await without.author()]).to.deep.equal([null, null]);
    expect(blog.log()).to.deep.equal([]);
    expect(await dangling.post()).to.equal(null);
    expect(await dangling.post()).to.equal(null);
    expect(blog.log()).to.deep.equal(['GET posts/gone']);
    await failure(dangling.board(), NotFoundError);
    await failure(dangling.board(), NotFoundError);
    const included = (await Comments.search({}, { include: ['board'] })).results[1];
    expect(included?.board.loaded).to.equal(null);
    await failure(included!.board(), NotFoundError);
    expect((await failure(without.board(), ValidationError)).message).to.contain('it has no authorId');
  });

  it('loads another one when the key changes, or the record is gone', async () => {
    const post = await comment.post();
    comment.postId = 'p2';
    expect(comment.post.loaded).to.equal(undefined);
    expect((await comment.post())?.title).to.equal('Two');
    comment.revert();
    expect(await comment.post()).to.not.equal(post);
    await (await comment.post())?.delete();
    expect(comment.post.loaded).to.equal(undefined);
  });

  it('asks once for all calls at the same time, of one relation and key', async () => {
    const [one, other, author] = await Promise.all([comment.post(), comment.post({ timeout: undefined }), comment.author()]);
    expect(one).to.equal(other);
    expect(author?.name).to.equal('Ada');
    expect(blog.log()).to.deep.equal(['GET posts/p1', 'GET users/u1']);
    comment.postId = 'p2';
    const second = comment.post();
    comment.postId = 'gone';
    const third = comment.post();
    expect([(await second)?.title, await third]).to.deep.equal(['Two', null]);
    blog.before = () => {
      throw new ServerError('no', { status: 500 } as never);
    };
    comment.postId = 'p1';
    await Promise.all([failure(comment.post({ reload: true }), ServerError), failure(comment.post({ reload: true }), ServerError)]);
    blog.before = () => undefined;
    expect((await comment.post({ reload: true }))?.title).to.equal('One');
  });

  it('asks once also where a call for an earlier key has ended meanwhile', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    blog.before = ({ path }) => (path === 'posts/p2' ? held : undefined);
    const first = comment.post();
    comment.postId = 'p2';
    const second = comment.post();
    await first;
    const third = comment.post();
    release();
    expect(await second).to.equal(await third);
    expect(blog.log()).to.deep.equal(['GET posts/p1', 'GET posts/p2']);
  });

  it('keeps what has been assigned or asked for meanwhile', async () => {
    const mine = new Post({ id: 'p1' });
    const asked = comment.post();
    comment.post.set(mine);
    await asked;
    expect(comment.post.loaded).to.equal(mine);
    let release = (): void => undefined;
    blog.before = () => {
      blog.before = () => undefined;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    };
    const slow = comment.post({ reload: true, timeout: 9 });
    while (blog.active > 0 || blog.connection.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    const newer = await comment.post({ reload: true });
    release();
    expect(await slow).to.not.equal(newer);
    expect(comment.post.loaded).to.equal(newer);
  });

  it('forgets what the platform no longer has', async () => {
    const board = await comment.board();
    blog.tables.users = [];
    await failure(comment.board({ reload: true }), NotFoundError);
    expect([board?.id, comment.board.loaded]).to.deep.equal(['u1', undefined]);
  });

  it('is what the key says after a refresh, too', async () => {
    const post = await comment.post();
    await comment.refresh();
    expect(comment.post.loaded).to.equal(post);
    Object.assign(blog.tables.comments![0]!, { post_id: 'p2' });
    await comment.refresh();
    expect([comment.post.loaded, (await comment.post())?.title]).to.deep.equal([undefined, 'Two']);
    comment.post.set(post);
    await comment.refresh({ keepChanges: true });
    expect(comment.post.loaded).to.equal(post);
    await comment.refresh();
    expect([comment.postId, comment.post.loaded]).to.deep.equal(['p2', undefined]);
    blog.tables.comments![0]!.post_id = null;
    await comment.refresh();
    expect([comment.post.loaded, await comment.post()]).to.deep.equal([null, null]);
  });

  it('is what the key says after a conflict, too, whoever has changed it', async () => {
    const row: Record<string, unknown> = { id: 'n1', text: 'a', author_id: 'u1', other_id: 'u1', rev: 1 };
    const connection = new VirtualConnection(({ method, path, body }) => {
      if (path.startsWith('users')) return { id: path.split('/')[1], name: path };
      if (method === 'GET') return { ...row };
      if ((body as { rev: number }).rev !== row.rev) throw new ConflictError('stale', { status: 409 });
      return Object.assign(row, body, { rev: (row.rev as number) + 1 });
    });
    @Entity({ path: 'notes', update: 'patch' })
    class Note extends GetResourceMixin(BaseResource) {
      @Field({ name: 'author_id' }) authorId!: string;
      @Field({ name: 'other_id' }) otherId!: string;
      @Field({ version: true }) rev!: number;
      @BelongsTo(() => User, 'authorId') author!: Related<User>;
      @BelongsTo(() => User, 'otherId') other!: Related<User>;
    }
    const note = await connection.bind(Note).get('n1');
    await Promise.all([note.author(), note.other()]);
    Object.assign(row, { author_id: 'u2', rev: 2 });
    const mine = new User({ id: 'u3' });
    const stale = await failure(note.save({ other: mine }), StaleRecordError);
    expect([note.author.loaded?.id, note.other.loaded]).to.deep.equal(['u1', mine]);
    const theirs = (await stale.theirs()) as Note;
    expect([theirs.authorId, theirs.author.loaded]).to.deep.equal(['u2', undefined]);
    await note.save({}, { onConflict: 'rebase' });
    expect([note.author.loaded, note.other.loaded, (await note.author())?.id]).to.deep.equal([undefined, mine, 'u2']);
  });

  it('hands over the options of calls, and refuses others', async () => {
    await failure(comment.post({ relaod: true } as never), ValidationError);
    await comment.post({ timeout: 3, headers: { 'x-trace': 't' } });
    const [request] = blog.connection.requests;
    expect(request).to.deep.include({ timeout: 3, headers: { 'x-trace': 't' } });
    blog.before = () => {
      throw new ServerError('no', { status: 500 } as never);
    };
    await failure(comment.author(), ServerError);
    expect(comment.author.loaded).to.equal(undefined);
  });

  it('is found by a key that a number cannot hold, which is text as the id is', async () => {
    const digits = '9007199254740993';
    blog.tables.posts!.push({ id: new WireNumber(digits), title: 'Big' });
    blog.tables.comments!.push({ id: 'c9', post_id: new WireNumber(digits) }, { id: 'c8', post_id: 7 });
    const [big, small] = [await blog.connection.bind(Comment).get('c9'), await blog.connection.bind(Comment).get('c8')];
    expect([big.postId, small.postId]).to.deep.equal([digits, 7]);
    const post = await big.post();
    expect([post?.title, post?.id, big.isModified]).to.deep.equal(['Big', digits, false]);
    big.post.set(post);
    expect(big.isModified).to.equal(false);
    blog.log();
    await small.post();
    expect(blog.log()).to.deep.equal(['GET posts/7']);
  });

  it('takes the user’s own class that is bound to the connection', async () => {
    class MyPost extends Post {}
    blog.connection.bind(MyPost);
    expect(await comment.post()).to.be.instanceOf(MyPost);
  });

  describe('that is assigned', () => {
    const [post, user] = [new Post({ id: 'p2' }), new User({ id: 'u2' })];

    it('gets its id as the key', async () => {
      (comment as { post: unknown }).post = post;
      comment.author = user;
      comment.editor.set(user);
      expect(comment.changes).to.deep.equal({
        postId: { from: 'p1', to: 'p2' },
        authorId: { from: 'u1', to: 'u2' },
        editorId: { from: undefined, to: 'u2' },
      });
      expect([await comment.post(), await comment.author(), await comment.editor()]).to.deep.equal([post, user, user]);
      await comment.save();
      expect(blog.connection.requests.map(({ method, body }) => [method, body])).to.deep.equal([
        ['PATCH', { post_id: 'p2', authorId: 'u2', editorId: 'u2' }],
      ]);
      comment.post.set(null);
      expect([comment.postId, await comment.post()]).to.deep.equal([null, null]);
    });

    it('may be an attribute', async () => {
      const Comments = blog.connection.bind(Comment);
      const made = new Comments({ text: 'x', post });
      expect([made.postId, await made.post()]).to.deep.equal(['p2', post]);
      expect((await Comments.create({ post, author: null })).postId).to.equal('p2');
      await comment.save({ post: null });
      await comment.update({ author: user });
      expect([comment.postId, comment.authorId]).to.deep.equal([null, 'u2']);
      expect((await comment.clone({ post })).postId).to.equal('p2');
      expect(new Comments({ post: undefined }).postId).to.equal(undefined);
    });

    it('must be a record of its class with an id, or null', async () => {
      const wrong: [unknown, string][] = [
        ['p2', 'must be a Post or null (got "p2")'],
        [user, 'must be a Post or null (got User(id=u2))'],
        [new Post({ title: 'new' }), 'has no id yet'],
        [comment.post, 'await comment.post()'.replace('comment', 'record')],
        [{ id: 'p2' }, 'must be a Post or null'],
      ];
      for (const [value, message] of wrong) {
        const assign = (): void => {
          (comment as { post: unknown }).post = value;
        };
        expect(assign).to.throw(ValidationError, message);
        const error = await failure(comment.save({ text: 'changed', post: value as Post }), ValidationError);
        expect(error.message).to.contain(message);
        expect(error.details.map(({ field }) => field)).to.deep.equal(['post']);
      }
      const gone = await blog.connection.bind(Post).get('p1');
      await gone.delete();
      expect(() => comment.post.set(gone)).to.throw(ValidationError, 'deleted');
      expect([comment.isModified, comment.postId]).to.deep.equal([false, 'p1']);
    });

    it('is refused together with its key, and where the key is read-only', async () => {
      const error = await failure(comment.save({ post, postId: 'p2' }), ValidationError);
      expect(error.message).to.contain('post and its key postId are both given');
      expect(() => comment.owner.set(user)).to.throw(ValidationError, 'its key boardId is read-only');
      await failure(comment.save({ owner: user } as never), ValidationError);
      expect(() => new Comment({ owner: user })).to.throw(ValidationError);
    });
  });

  it('does not show it, and neither sends nor compares it', async () => {
    const other = await blog.connection.bind(Comment).get('c1');
    const before = [Object.getOwnPropertyNames(comment), JSON.stringify(comment), inspect(comment)];
    await comment.post();
    expect([Object.getOwnPropertyNames(comment), JSON.stringify(comment), inspect(comment)]).to.deep.equal(before);
    expect(Object.keys({ ...comment })).to.not.include('post');
    const names: string[] = [];
    for (const name in comment) names.push(name);
    expect(names).to.have.members(Object.keys(comment));
    assert.deepStrictEqual(comment, other);
    expect(comment).to.deep.equal(other);
    expect(structuredClone({ ...comment })).to.deep.equal({ ...comment });
    expect(comment.isModified).to.equal(false);
    expect((await comment.clone()).toDict()).to.not.have.property('post');
    expect((Comment.prototype as Comment).post).to.equal(undefined);
  });

  it('fails by a sentence without a connection, and where the class cannot be loaded', async () => {
    const alone = new Comment({ postId: 'p1' });
    expect((await failure(alone.post(), ResourceError)).message).to.contain('Cannot load the post of Comment');
  });
});
