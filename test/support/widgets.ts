import nock from 'nock';
import {
  BaseResource,
  Connection,
  DeleteResourceMixin,
  Entity,
  Field,
  GetResourceMixin,
  RunnableResourceMixin,
  SearchResourceMixin,
} from '../../src/index.js';

export const origin = 'https://platform.test';

/** A connection to nowhere: nock answers. */
export function connect(options: Partial<ConstructorParameters<typeof Connection>[0]> = {}): Connection {
  return new Connection({ baseUrl: origin, apiKey: 'key-of-the-tests', maxRetries: 0, ...options });
}

/** Forbids the network and checks that every answer a test prepared was asked for. */
export function withoutNetwork(): void {
  beforeEach(() => nock.disableNetConnect());
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    nock.enableNetConnect();
    if (pending.length > 0) throw new Error(`Never asked for: ${pending.join(', ')}`);
  });
}

/** A record of a platform that patches. */
@Entity({ path: 'widgets', update: 'patch' })
export class Widget extends RunnableResourceMixin(DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource)))) {
  @Field() name!: string;
  @Field() description!: string | null;
  @Field() size!: number;
  @Field() config!: { depth?: number; tags?: string[]; inner?: { on: boolean } } | null;
  @Field() list!: unknown[];
  @Field({ type: Date }) due!: Date | null;
  @Field({ readOnly: true, type: Date }) readonly createdAt!: Date;
}

/** A record of a platform that replaces. */
@Entity({ path: 'gadgets' })
export class Gadget extends DeleteResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  @Field() name!: string;
  @Field() parts!: { code: string; count: number }[];
}
