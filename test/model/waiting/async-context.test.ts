import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'chai';
import {
  BaseResource,
  Entity,
  Field,
  GetResourceMixin,
  type PollEvent,
  SearchResourceMixin,
  WaitableResourceMixin,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';

@Entity({ path: 'works', update: 'patch', search: { method: 'GET', path: '' } })
class Work extends WaitableResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  @Field() status!: string;
  @Field() title!: string;
  saving: (() => Promise<unknown>) | undefined;
  polled: ((attempt: number) => unknown) | undefined;

  override async beforeSave(): Promise<void> {
    await this.saving?.();
  }

  override onPoll(_result: unknown, { attempt }: PollEvent): unknown {
    return this.polled?.(attempt);
  }
}

class Listed extends Work {
  static override waitIdsParam = 'workIds';
}

/** Works that end with their fourth poll. All delays are equal, so that one timer rings for several waits. */
function works(Class: typeof Work = Work, asyncContext = true) {
  const polls = new Map<string, number>();
  const poll = (id: string) => {
    polls.set(id, (polls.get(id) ?? 0) + 1);
    return { id, status: polls.get(id)! > 3 ? 'completed' : 'running', title: 'old' };
  };
  const api = new VirtualConnection(
    ({ method, path, query, body }) => {
      const id = path.split('/')[1];
      if (method === 'PATCH') return { id, status: 'running', ...(body as object) };
      return id === undefined ? { results: (query!.workIds as string[]).map(poll) } : poll(id);
    },
    { asyncContext },
  );
  const Bound = api.bind(Class);
  return { api, work: (id: string): Work => Bound.fromDict({ id, status: 'running', title: 'old' }) };
}

describe('what is started in the hooks of a wait', () => {
  it('is part of the operation that waits, whoever else waits at the same time', async () => {
    const { work } = works();
    const [saved, waited] = [work('a'), work('b')];
    saved.saving = () => waited.wait();
    waited.polled = (attempt) => (attempt === 2 ? saved.save({ title: 'again' }) : undefined);
    const other = work('c').wait();
    expect(await failure(saved.save({ title: 'new' }))).to.have.property('name', 'HookRecursionError');
    await other;
  });

  it('is no part of the operation of another task', async () => {
    const { work } = works();
    const [saved, waited, other] = [work('a'), work('b'), work('c')];
    const order: string[] = [];
    saved.saving = () => (order.length === 0 ? waited.wait() : Promise.resolve());
    const later: Promise<unknown>[] = [];
    other.polled = (attempt) => {
      if (attempt === 2) later.push(saved.save({ title: 'again' }).then(() => order.push('again')));
    };
    const first = saved.save({ title: 'new' }).then(() => order.push('new'));
    await Promise.all([other.wait(), first]);
    await Promise.all(later);
    expect(order).to.deep.equal(['new', 'again']);
  });

  it('is refused where two records would wait for each other’s hooks', async () => {
    const { work } = works();
    const [one, other] = [work('a'), work('b')];
    one.polled = () => other.wait();
    other.polled = () => one.wait();
    const third = work('c').wait();
    expect(await failure(one.wait())).to.have.property('name', 'HookRecursionError');
    await third;
  });

  it('is refused for the record itself where there is no async context either', async () => {
    const { work } = works(Work, false);
    const one = work('a');
    one.polled = () => one.wait();
    expect(await failure(one.wait())).to.have.property('name', 'HookRecursionError');
  });

  for (const Class of [Work, Listed]) {
    it(`sees what the caller of its own wait had in an AsyncLocalStorage (${Class.name})`, async () => {
      const { work } = works(Class);
      const storage = new AsyncLocalStorage<string>();
      const seen: string[] = [];
      const wait = (id: string): Promise<unknown> => {
        const one = work(id);
        one.polled = () => seen.push(`${id} in ${storage.getStore()}`);
        return storage.run(`request ${id}`, () => one.wait());
      };
      await Promise.all(['a', 'b', 'c'].map(wait));
      expect(seen).to.have.length(12);
      expect(new Set(seen)).to.deep.equal(new Set(['a in request a', 'b in request b', 'c in request c']));
    });
  }
});

describe('a record that is deleted while it is waited for', () => {
  it('does not disturb the polls of the others', async () => {
    const { api, work } = works(Listed);
    const [one, other, third] = ['a', 'b', 'c'].map(work) as [Work, Work, Work];
    one.polled = (attempt) => {
      if (attempt === 1) Object.assign(other, { id: null });
    };
    await Promise.allSettled([one.wait(), other.wait(), third.wait()]);
    const asked = api.requests.filter(({ path }) => path === 'works').map(({ query }) => query?.workIds);
    expect(asked.flat()).to.not.include('null');
    expect([one.status, third.status]).to.deep.equal(['completed', 'completed']);
  });
});
