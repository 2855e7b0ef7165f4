import { expect } from 'chai';
import { BaseResource, ConfigurationError, Entity, Field, HasMany, type RelatedMany, ValidationError } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { Blog, Comment, Post, Profile, User } from './blog.js';

const tables = () => ({
  users: [
    { id: 'u1', name: 'Ada' },
    { id: 'u2', name: 'Bo' },
  ],
  posts: [
    { id: 'p1', title: 'One', author_id: 'u1' },
    { id: 'p2', title: 'Two', author_id: 'u1' },
    { id: 'p3', title: 'Three', author_id: 'u2' },
  ],
  comments: ['c1', 'c2', 'c3'].map((id, at) => ({ id, text: `${at}`, post_id: at < 2 ? 'p1' : 'p3' })),
  profiles: [{ id: 'f1', userId: 'u1', bio: 'counts' }],
});

@Entity({ path: 'labels' })
class Label extends BaseResource {
  @Field() postId!: string;
}

@Entity({ path: 'posts' })
class Labelled extends Post {
  @HasMany(() => Label, 'postId') labels!: RelatedMany<Label>;
  @HasMany(() => Comment, { by: 'post_id', where: { text: '1' } }) seconds!: RelatedMany<Comment>;
}

describe('records that belong to a record', () => {
  let blog: Blog;
  let post: Post;
  beforeEach(async () => {
    blog = new Blog(tables());
    post = await blog.connection.bind(Post).get('p1');
    blog.log();
  });

  it('are searched for by what the key is called on the wire', async () => {
    const comments = post.comments();
    expect(blog.log()).to.deep.equal([]);
    expect((await comments).results.map(({ id }) => id)).to.deep.equal(['c1', 'c2']);
    expect((await comments).results[0]).to.be.instanceOf(Comment);
    expect(blog.log()).to.deep.equal(['POST comments/paginate {"post_id":"p1"}']);
    const ids: unknown[] = [];
    for await (const { id } of post.comments({ pageSize: 1 }).where({ text: '1' })) ids.push(id);
    expect(ids).to.deep.equal(['c2']);
    expect(blog.log()).to.deep.equal(['POST comments/paginate {"post_id":"p1","text":"1"}']);
  });

  it('are searched for by a list where the parameter takes one', async () => {
    const user = await blog.connection.bind(User).get('u1');
    blog.log();
    expect((await user.posts({ title: 'Two' })).length).to.equal(1);
    expect(blog.log()).to.deep.equal(['POST posts/paginate {"title":"Two","author_ids":["u1"]}']);
  });

  it('are searched for with the parameters of the relation, which the caller’s replace', async () => {
    const labelled = await blog.connection.bind(Labelled).get('p1');
    blog.log();
    expect((await labelled.seconds()).results.map(({ id }) => id)).to.deep.equal(['c2']);
    expect((await labelled.seconds({ text: '0' })).results.map(({ id }) => id)).to.deep.equal(['c1']);
  });

  it('take part in the options of the search', async () => {
    const [comment] = (await post.comments({}, { include: ['post'] })).results;
    expect(comment?.post.loaded?.title).to.equal('One');
    await failure(post.comments({}, { inclde: [] } as never), ValidationError);
  });

  it('are those that were included, unless others are asked for', async () => {
    const [first] = (await blog.connection.bind(Labelled).search({}, { include: ['comments', 'seconds'] })).results;
    expect(blog.log()).to.include('POST comments/paginate {"text":"1","post_id":"p1"}');
    expect((await first!.seconds()).results.map(({ id }) => id)).to.deep.equal(['c2']);
    const included = first!.comments.loaded!;
    expect((await first!.comments({ text: undefined }, { timeout: 3, include: undefined })).results).to.deep.equal([...included]);
    expect(blog.log()).to.deep.equal([]);
    const [comment] = (await first!.comments({}, { include: ['post'] })).results;
    expect([included[0]!.post.loaded, comment!.post.loaded?.id]).to.deep.equal([undefined, 'p1']);
    expect((await first!.comments().where({ text: '1' })).results.map(({ text }) => text)).to.deep.equal(['1']);
    await first!.comments({}, { query: { state: 'open' } });
    expect(blog.log()).to.have.length(4);
    await failure(first!.comments({}, { inclde: [] } as never), ValidationError);
    await included[0]!.delete();
    expect((await first!.comments()).results).to.deep.equal([included[1]]);
  });

  it('need a record with an id, and a class that can be searched', async () => {
    expect(() => new Post().comments()).to.throw(ValidationError, 'Cannot list the comments of Post(id=null)');
    const labelled = await blog.connection.bind(Labelled).get('p1');
    expect(() => labelled.labels()).to.throw(ConfigurationError, 'Labelled.labels: Label cannot be searched');
    await failure(blog.connection.bind(Labelled).search({}, { include: ['labels'] }), ConfigurationError);
  });

  it('cannot be assigned', async () => {
    expect(() => {
      (post as { comments: unknown }).comments = [];
    }).to.throw(ValidationError, 'the key is in the other records');
    await failure(post.save({ comments: [] } as never), ValidationError);
  });

  it('are loaded again after a reload', async () => {
    const [user] = (await blog.connection.bind(User).search({}, { include: ['posts', 'profile'] })).results;
    blog.tables.posts!.push({ id: 'p9', title: 'New', author_id: 'u1' });
    blog.tables.profiles = [];
    expect([user!.posts.loaded?.length, user!.profile.loaded?.id]).to.deep.equal([2, 'f1']);
    expect((await user!.posts({}, { reload: true })).length).to.equal(3);
    expect([user!.posts.loaded, (await user!.posts()).length]).to.deep.equal([undefined, 3]);
    expect([await user!.profile({ reload: true }), user!.profile.loaded]).to.deep.equal([null, undefined]);
  });

  it('are one or none where there is to be one', async () => {
    const Users = blog.connection.bind(User);
    const [ada, bo] = [await Users.get('u1'), await Users.get('u2')];
    blog.log();
    const profile = await ada.profile();
    expect(profile).to.be.instanceOf(Profile);
    expect(profile?.bio).to.equal('counts');
    expect(await ada.profile()).to.equal(profile);
    expect(blog.log()).to.deep.equal(['POST profiles/paginate {"userId":"u1"}']);
    expect([await bo.profile(), bo.profile.loaded]).to.deep.equal([null, undefined]);
    blog.tables.profiles!.push({ id: 'f2', userId: 'u2', bio: 'new' });
    expect((await bo.profile())?.bio).to.equal('new');
    expect(blog.log()).to.have.length(2);
    await ada.profile({ reload: true });
    expect(blog.log()).to.have.length(1);
    await failure(new User().profile(), ValidationError);
    expect(() => {
      (ada as { profile: unknown }).profile = profile;
    }).to.throw(ValidationError, 'the key is in the other record;');
  });
});
