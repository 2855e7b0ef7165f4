// What a user of the package writes; compiled in several ways by test/package/consumer.test.ts, which compares what it prints.
import { Type } from 'class-transformer';
import {
  BaseResource,
  BeforeSave,
  Connection,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  type HookContext,
  type Rel,
  SearchResourceMixin,
  ValidationError,
} from 'remote-record';

class Port {
  code!: string;
  describe(): string {
    return `port ${this.code}`;
  }
}

@Entity({ path: 'api/assets' })
class Asset extends BaseResource {
  @Field() title!: string;
  @Field({ type: () => Widget }) owner!: Rel<Widget> | null;
}

@Entity({ path: 'api/widgets', update: 'patch' })
class Widget extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  @Field() name!: string;
  @Field() size: number = 1;
  @Field() config!: { depth: number; tags: string[] };
  @Field() labels: string[] = [];
  @Field({ type: Date }) createdAt!: Date;
  @Field() @Type(() => Port) ports!: Port[];
  @Field({ type: () => Asset }) asset!: Rel<Asset> | null;
  note = 'plain';

  @BeforeSave() check({ changes }: HookContext): void {
    if (this.name === 'bad') throw new ValidationError('a bad name', { details: [{ field: 'name', message: 'is bad' }] });
    seen.push(Object.keys(changes));
  }
}

const seen: unknown[] = [];
const requests: unknown[] = [];
const json = {
  id: 'w1',
  name: 'first',
  size: 5,
  config: { depth: 1, tags: ['a'] },
  createdAt: '2024-01-15T10:00:00.000Z',
  ports: [{ code: 'p' }],
  asset: { id: 'a1', title: 't' },
  unknown: [1],
};

const api = new Connection({
  baseUrl: 'https://platform.test/prefix/',
  apiKey: 'k',
  fetch: async (url: unknown, init: RequestInit = {}) => {
    const body: object | null = init.body ? await new Response(init.body).json() : null;
    requests.push([init.method, String(url), body]);
    const answer = init.method === 'POST' ? { ...body, id: 'w2' } : init.method === 'GET' ? json : {};
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } });
  },
} as ConstructorParameters<typeof Connection>[0]);
const Widgets = api.bind(Widget);

const loaded = await Widgets.get('w1');
const facts: Record<string, unknown> = {
  keys: Object.keys(loaded).sort(),
  clean: loaded.isModified,
  createdAt: loaded.createdAt.getTime(),
  port: loaded.ports[0]?.describe(),
  asset: [loaded.asset instanceof Asset, loaded.asset?.title],
  plain: loaded.note,
  defaults: [loaded.labels, loaded.size],
  isWidget: loaded instanceof Widget,
  name: Widgets.name,
};
loaded.config.tags.push('b');
loaded.createdAt.setUTCFullYear(2025);
facts.changed = loaded.changedFields;
await loaded.save({ name: 'second' });
facts.afterSave = [loaded.isModified, loaded.toDict()];
const made = new Widgets({ name: 'made', size: 2 });
facts.made = [made.isNew, made.name, made.size, made.labels, Object.keys(made).sort()];
await made.save();
facts.created = [made.id, made.isModified];
facts.refused = await made.save({ name: 'bad' }).catch((error: unknown) => [(error as Error).name, (error as ValidationError).details]);
made.revert();
facts.clone = (await made.clone()).toDict();
facts.seen = seen;
facts.requests = requests;
await api.close();
console.log(JSON.stringify(facts));
