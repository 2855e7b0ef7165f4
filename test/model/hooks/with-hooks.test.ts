import { expect } from 'chai';
import nock from 'nock';
import {
  After,
  AfterHookError,
  BaseResource,
  Before,
  Entity,
  Field,
  type HookContext,
  ResourceError,
  RunnableResourceMixin,
  withHooks,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { connect, origin, withoutNetwork } from '../../support/widgets.js';

/** Does what the test says, and notes who was called with what. */
@Entity({ path: 'hooked' })
class Hooked extends RunnableResourceMixin(BaseResource) {
  @Field() name!: string;
  log: unknown[] = [];
  before: unknown;
  after: unknown;
  act: () => unknown = () => 'done';

  beforePublish(...args: unknown[]): unknown {
    this.log.push(['before', ...args]);
    return this.before;
  }

  @withHooks
  async publish(...args: unknown[]): Promise<unknown> {
    this.log.push(['publish', ...args]);
    return this.act();
  }

  afterPublish(outcome: unknown): unknown {
    this.log.push(['after', outcome]);
    return typeof this.after === 'function' ? this.after() : this.after;
  }
}

describe('the hooks of a method with @withHooks', () => {
  withoutNetwork();
  const api = connect();
  after(() => api.close());
  let hooked: Hooked;
  beforeEach(() => {
    hooked = api.bind(Hooked).fromDict({ id: '1', name: 'n' });
  });

  it('that return nothing leave its result', async () => {
    hooked.before = null;
    expect(await hooked.publish()).to.equal('done');
  });

  it('are called once each, before with the arguments, after with the result', async () => {
    await hooked.publish('a', { b: 1 });
    expect(hooked.log).to.deep.equal([
      ['before', 'a', { b: 1 }],
      ['publish', 'a', { b: 1 }],
      ['after', 'done'],
    ]);
  });

  it('before it may give the result, and it never happens', async () => {
    hooked.before = 'early';
    expect(await hooked.publish()).to.equal('early');
    expect(hooked.log).to.deep.equal([['before']]);
  });

  it('after it may replace the result', async () => {
    hooked.after = 'replaced';
    expect(await hooked.publish()).to.equal('replaced');
  });

  it('after it see any failure, once, and the failure keeps its cause', async () => {
    hooked.act = () => {
      throw new TypeError('original text');
    };
    const error = await failure(hooked.publish());
    expect(error).to.be.instanceOf(ResourceError);
    expect(error.message).to.contain('publish').and.contain('id=1').and.contain('original text');
    expect(error.cause).to.be.instanceOf(TypeError);
    expect(hooked.log.slice(2)).to.deep.equal([['after', error]]);
  });

  it('leave a failure unwrapped where the method says so', async () => {
    const mine = new RangeError('as it is');
    class Raw extends BaseResource {
      @withHooks({ wrap: false })
      async publish(): Promise<void> {
        throw mine;
      }
    }
    expect(await failure(new (api.bind(Raw))().publish())).to.equal(mine);
  });

  it('may be decorated, and are given the context', async () => {
    class Decorated extends Hooked {
      @Before('publish') beforeAnyPublish({ operation, args }: HookContext): void {
        this.log.push(['decorated before', operation, ...args]);
      }
      @After('publish') afterAnyPublish({ result }: HookContext): void {
        this.log.push(['decorated after', result]);
      }
    }
    const record = api.bind(Decorated).fromDict({ id: '1' });
    await record.publish('home');
    expect(record.log).to.deep.equal([
      ['decorated before', 'publish', 'home'],
      ['before', 'home'],
      ['publish', 'home'],
      ['after', 'done'],
      ['decorated after', 'done'],
    ]);
  });

  it('run once when the method calls that of the class above, which is part of the same operation', async () => {
    class Loud extends Hooked {
      @withHooks
      override async publish(...args: unknown[]): Promise<unknown> {
        return `${await super.publish(...args)}!`;
      }
    }
    const record = api.bind(Loud).fromDict({ id: '1' });
    expect(await record.publish()).to.equal('done!');
    expect(record.log).to.deep.equal([['before'], ['publish'], ['after', 'done!']]);
  });

  it('leave an error of the package as it is', async () => {
    const mine = new ResourceError('mine');
    hooked.act = () => {
      throw mine;
    };
    expect(await failure(hooked.publish())).to.equal(mine);
  });

  it('that fail after a success tell that it was one, and are not called twice', async () => {
    hooked.after = () => {
      throw new ResourceError('too late');
    };
    const error = await failure(hooked.publish());
    expect(error).to.be.instanceOf(AfterHookError);
    expect([error.result, (error.cause as Error).message, hooked.log.length]).to.deep.equal(['done', 'too late', 3]);
  });

  it('are not needed', async () => {
    class Bare extends BaseResource {
      @withHooks
      async publish(): Promise<string> {
        return 'done';
      }
    }
    expect(await new (api.bind(Bare))().publish()).to.equal('done');
  });

  it('see errors of the platform with their status', async () => {
    const seen: unknown[] = [];
    class Saving extends Hooked {
      override afterSave(outcome: unknown): void {
        seen.push(outcome);
      }
    }
    nock(origin).put('/hooked/1').reply(404, {});
    const error = await failure(api.bind(Saving).fromDict({ id: '1' }).save({ name: 'new' }));
    expect([error.status, seen]).to.deep.equal([404, [error]]);
  });

  it('of a run see its end, its failure too', async () => {
    const seen: unknown[] = [];
    class Running extends Hooked {
      override afterRun(outcome: unknown): void {
        seen.push((outcome as Error).message ?? outcome);
      }
    }
    nock(origin).post('/hooked/1/run').reply(200, { status: 'FAILED', completed: true, errorMessage: 'broke' });
    await failure(api.bind(Running).fromDict({ id: '1' }).run());
    expect(seen).to.deep.equal(['Operation failed: broke']);
  });
});
