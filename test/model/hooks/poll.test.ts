import { expect } from 'chai';
import { BaseResource, Entity, Field, HookRecursionError, OnPoll, WaitableResourceMixin } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { held, turn } from '../../support/turns.js';
import { VirtualConnection } from '../../support/virtual.js';

@Entity({ path: 'works', update: 'patch' })
class Work extends WaitableResourceMixin(BaseResource) {
  @Field() status!: string;
  @Field() title!: string;
  polled: (() => unknown) | undefined;

  @OnPoll() onEachPoll(): unknown {
    return this.polled?.();
  }
}

describe('poll hooks where there is no async context', () => {
  /** Works that end with their third poll. */
  function works() {
    const polls = new Map<string, number>();
    const api = new VirtualConnection(
      ({ method, path, body }) => {
        const id = path.split('/')[1]!;
        if (method === 'PATCH') return { id, ...(body as object) };
        polls.set(id, (polls.get(id) ?? 0) + 1);
        return { id, status: polls.get(id)! < 3 ? 'running' : 'completed' };
      },
      { asyncContext: false },
    );
    const Works = api.bind(Work);
    return { api, polls, work: (id: string): Work => Works.fromDict({ id, status: 'running', title: 'old' }) };
  }

  it('refuse a wait for their own record, however it is made', async () => {
    const { polls, work } = works();
    const one = work('a');
    const errors: unknown[] = [];
    one.polled = async () => {
      errors.push(await failure(one.wait()), await failure(one.polls().next()));
    };
    await one.wait();
    expect(polls.get('a')).to.equal(3);
    expect(errors).to.have.length(6);
    for (const error of errors) expect(error).to.be.instanceOf(HookRecursionError).with.property('message').that.contains('onPoll');
  });

  it('end the wait when they let that error through, and refuse nothing any more', async () => {
    const { work } = works();
    const one = work('a');
    one.polled = () => one.wait();
    expect(await failure(one.wait())).to.be.instanceOf(HookRecursionError);
    one.polled = undefined;
    expect(await one.wait()).to.have.property('status', 'completed');
  });

  it('refuse a wait of another task while they run, and take it afterwards', async () => {
    const { work } = works();
    const one = work('a');
    const hook = held();
    const begun = held();
    one.polled = () => {
      begun.release();
      return hook.promise;
    };
    const first = one.wait();
    await begun.promise;
    expect(await failure(one.wait())).to.be.instanceOf(HookRecursionError);
    hook.release();
    one.polled = undefined;
    await Promise.all([first, turn().then(() => one.wait())]);
    expect(one.status).to.equal('completed');
  });

  it('wait for another record', async () => {
    const { polls, work } = works();
    const [one, other] = [work('a'), work('b')];
    let waited = 0;
    one.polled = async () => {
      await other.wait();
      waited++;
    };
    await one.wait();
    expect(waited).to.equal(3);
    expect(other.status).to.equal('completed');
    expect(polls.get('a')).to.equal(3);
  });

  it('save and refresh their own record', async () => {
    const { api, work } = works();
    const one = work('a');
    one.polled = async () => {
      one.polled = undefined;
      await one.save({ title: 'new' });
      await one.refresh();
    };
    await one.wait();
    expect(api.log).to.deep.equal(['GET works/a', 'PATCH works/a', 'GET works/a', 'GET works/a']);
    expect(one.status).to.equal('completed');
  });
});
