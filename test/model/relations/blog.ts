import {
  BaseResource,
  BelongsTo,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  HasMany,
  HasOne,
  NotFoundError,
  type Related,
  type RelatedMany,
  type RelatedOne,
  relationOf,
  SearchResourceMixin,
} from '../../../src/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { VirtualConnection } from '../../support/virtual.js';

const Full = DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)));

/** Found by lists of ids. */
@Entity({ path: 'users', update: 'patch', search: { idsParam: 'ids' } })
export class User extends Full {
  @Field() name!: string;
  @HasOne(() => Profile, 'userId') profile!: RelatedOne<Profile>;
  @HasMany(() => Post, { key: 'authorId', by: 'author_ids', list: true }) posts!: RelatedMany<Post>;
}

/** Fetched one by one. */
@Entity({ path: 'posts', update: 'patch' })
export class Post extends Full {
  @Field() title!: string;
  @Field({ name: 'author_id' }) authorId!: string | null;
  @BelongsTo(() => User, 'authorId') author!: Related<User>;
  @HasMany(() => Comment, 'postId') comments!: RelatedMany<Comment>;
}

@Entity({ path: 'comments', update: 'patch' })
export class Comment extends Full {
  @Field() text!: string;
  @Field({ name: 'post_id' }) postId!: string | null;
  @Field() authorId!: string | null;
  @Field() editorId!: string | null;
  @Field({ readOnly: true }) readonly boardId!: string;
  @BelongsTo(() => Post, 'postId') post!: Related<Post>;
  @BelongsTo(() => User, 'editorId') editor!: Related<User>;
  @BelongsTo(() => User, 'authorId', { required: true }) readonly board!: Related<User, never>;
  @BelongsTo(() => User, 'boardId') readonly owner!: Related<User>;

  @BelongsTo(() => User, 'authorId')
  get author(): Related<User> {
    return relationOf(this, 'author');
  }
  set author(author: User | null) {
    relationOf(this, 'author').set(author);
  }
}

@Entity({ path: 'profiles' })
export class Profile extends Full {
  @Field() userId!: string;
  @Field() bio!: string;
}

type Row = Record<string, unknown>;

/** The tables of a blog, whose lists are numbered and have a total. */
export class Blog {
  readonly connection: VirtualConnection;
  readonly tables: Record<string, Row[]>;
  /** How many requests are under way, and how many were at most. */
  active = 0;
  most = 0;
  /** Whether lists say how many records there are. */
  counts = true;
  /** Runs before each answer. */
  before: (request: TransportRequest) => unknown = () => undefined;

  constructor(tables: Record<string, Row[]>) {
    this.tables = tables;
    this.connection = new VirtualConnection(async (request) => {
      this.most = Math.max(this.most, ++this.active);
      await new Promise((resolve) => setImmediate(resolve));
      this.active--;
      await this.before(request);
      return this.#respond(request);
    });
  }

  /** Methods and paths of the requests since the last call, with the filters of lists. */
  log(): string[] {
    return this.connection.requests.splice(0).map(({ method, path, body }) => {
      const { pageNumber, pageSize, ...filters } = (body ?? {}) as Record<string, unknown>;
      return `${method} ${path}${method === 'POST' && body ? ` ${JSON.stringify(filters)}` : ''}`;
    });
  }

  #respond({ method, path, body }: TransportRequest): unknown {
    const [table = '', id = ''] = path.split('/');
    const rows = this.tables[table] ?? [];
    if (method === 'DELETE') return {};
    const row = rows.find((each) => String(each.id) === id);
    if (method === 'PATCH') return Object.assign(row ?? {}, body);
    if (method === 'GET') {
      if (!row) throw new NotFoundError(`no ${path}`, { status: 404 } as never);
      return row;
    }
    if (id === '') return { id: 'new', ...(body as object) };
    const { pageNumber, pageSize, ids, author_ids, ...filters } = body as { pageNumber: number; pageSize: number } & Record<
      string,
      unknown
    >;
    const found = rows.filter(
      (row) =>
        (ids === undefined || (ids as unknown[]).map(String).includes(String(row.id))) &&
        (author_ids === undefined || (author_ids as unknown[]).includes(row.author_id)) &&
        Object.entries(filters).every(([name, value]) => !(name in row) || row[name] === value),
    );
    const results = found.slice(pageNumber * pageSize, (pageNumber + 1) * pageSize);
    return this.counts ? { results, total: found.length, pageTotal: Math.ceil(found.length / pageSize) } : { results };
  }
}
