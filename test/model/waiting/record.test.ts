import { expect } from 'chai';
import {
  AbortedError,
  BaseResource,
  Entity,
  Field,
  GetResourceMixin,
  NotFoundError,
  OperationFailedError,
  OperationTimeoutError,
  SearchResourceMixin,
  ServerError,
  ValidationError,
  WaitableResourceMixin,
  type WorkState,
} from '../../../src/index.js';
import type { TransportRequest } from '../../../src/model/ports/transport.js';
import { failure } from '../../support/failure.js';
import { Headed, VirtualConnection } from '../../support/virtual.js';

@Entity({ path: 'works', update: 'patch', search: { method: 'GET', path: '' } })
class Work extends WaitableResourceMixin(GetResourceMixin(SearchResourceMixin(BaseResource))) {
  static override waitIdsParam = 'workIds';
  @Field() status!: string;
  @Field() title!: string;
  @Field({ readOnly: true }) readonly percent?: number;

  override workState(): WorkState {
    return { status: this.status, progress: { fraction: (this.percent ?? 0) / 100, message: this.status } };
  }
}

const going = { id: 'w1', status: 'running', title: 'old' };
const done = { ...going, status: 'completed' };

/** A work whose polls are answered one after the other; the last one again and again. */
function workWith(...script: unknown[]) {
  let at = 0;
  const api = new VirtualConnection((request) => {
    const answer = script[Math.min(at++, script.length - 1)];
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer(request) : answer;
  });
  const work = api.bind(Work).fromDict(going);
  const seen: string[] = [];
  for (const event of ['poll', 'progress', 'complete', 'retry'] as const) work.on(event, () => seen.push(event));
  work.on('fail', ({ operation, error }) => seen.push(`fail ${operation} ${(error as Error).name}`));
  return { api, work, seen };
}

describe('waiting for a record', () => {
  it('polls until its work has ended, and updates it at each poll', async () => {
    const { api, work, seen } = workWith({ ...going, percent: 50 }, { ...going, percent: 50 }, done);
    const states: unknown[] = [];
    work.on('poll', ({ resource, nextDelayMs }) => states.push([resource.status, resource.percent, nextDelayMs]));
    expect(await work.wait()).to.equal(work);
    expect(states).to.deep.equal([
      ['running', 50, 2000],
      ['running', 50, 2020],
      ['completed', undefined, null],
    ]);
    expect(seen).to.deep.equal(['poll', 'progress', 'poll', 'poll', 'progress', 'complete']);
    expect(api.log).to.deep.equal(['GET works/w1', 'GET works/w1', 'GET works/w1']);
  });

  it('fails in the words of the platform, or resolves all the same when it is told to', async () => {
    const failed = { ...going, status: 'Failed' };
    const { work, seen } = workWith(failed);
    const error = await failure<OperationFailedError>(work.wait());
    expect(error).to.be.instanceOf(OperationFailedError).with.property('result', work);
    expect(seen.slice(-1)).to.deep.equal(['fail wait OperationFailedError']);
    expect(await work.wait({ throwOnFailure: false })).to.equal(work);
  });

  it('is shared by all who wait, and so are its end and its events', async () => {
    const { api, work, seen } = workWith(going, done);
    await Promise.all([
      work.wait(),
      work.wait(),
      (async () => {
        for await (const _poll of work.polls()) {
          // To its end.
        }
      })(),
    ]);
    expect(api.requests).to.have.length(2);
    expect(seen.filter((event) => event === 'complete')).to.have.length(1);
    expect(seen.filter((event) => event === 'poll')).to.have.length(2);
  });

  it('ends for all who wait when the record is gone, with one event', async () => {
    const gone = new NotFoundError('gone', { status: 404 });
    const { work, seen } = workWith(gone);
    const errors = await Promise.all([failure(work.wait()), failure(work.wait())]);
    expect(errors).to.deep.equal([gone, gone]);
    expect(seen).to.deep.equal(['fail wait NotFoundError']);
  });

  it('ends for one at its deadline and on abort; the work goes on', async () => {
    const { work, seen } = workWith(going);
    expect(await failure(work.wait({ timeout: 3 }))).to.be.instanceOf(OperationTimeoutError);
    expect(await failure(work.wait({ signal: AbortSignal.abort() }))).to.be.instanceOf(AbortedError);
    expect(seen.slice(-2)).to.deep.equal(['fail wait OperationTimeoutError', 'fail wait AbortError']);
  });

  it('tells of failed polls and goes on', async () => {
    const { api, work, seen } = workWith(new ServerError('busy', { status: 503, headers: { 'retry-after': '9' } }), done);
    await work.wait();
    expect(seen[0]).to.equal('retry');
    expect(api.clock.sleeps).to.deep.equal([9000]);
  });

  it('heeds what a good response says about the next poll, too', async () => {
    const { api, work } = workWith(new Headed({ 'retry-after': '5' }, going), done);
    await work.wait();
    expect(api.clock.sleeps).to.deep.equal([5000]);
  });

  it('refuses options that make no sense before it polls', async () => {
    const { api, work } = workWith(done);
    for (const options of [{ timeout: 300_000 }, { waitTime: Number.NaN }])
      expect(await failure(work.wait(options))).to.be.instanceOf(ValidationError);
    expect(api.requests).to.deep.equal([]);
  });

  it('polls at once when it is poked', async () => {
    const { api, work } = workWith(going, done);
    api.clock.onSleep = () => work.poke();
    await work.wait({ waitTime: 60 });
    expect(api.clock.now()).to.equal(0);
  });

  it('shows a bar where there is one, and ends it', async () => {
    const { api, work } = workWith({ ...going, percent: 25 }, done);
    await work.wait({ showProgress: true });
    expect(api.shown).to.deep.equal([{ fraction: 0.25, message: 'running' }, { fraction: 0, message: 'completed' }, null]);
  });

  it('ends when a poll hook throws', async () => {
    const { work } = workWith(going);
    work.onPoll = () => {
      throw new RangeError('in the hook');
    };
    expect(await failure(work.wait())).to.be.instanceOf(RangeError);
  });
});

describe('a wait started in a poll hook', () => {
  it('is refused for the same record, which would wait for itself', async () => {
    const { work } = workWith(going, done);
    const errors: Error[] = [];
    work.onPoll = async () => {
      errors.push(await failure(work.wait()), await failure(work.polls().next()));
    };
    await work.wait();
    expect(errors.map(({ name }) => name)).to.deep.equal(Array.from({ length: 4 }, () => 'HookRecursionError'));
    expect(errors[0]?.message).to.contain('Work(id=w1)').and.contain('onPoll');
  });

  it('goes on for another record, and for the same one afterwards', async () => {
    const { api, work } = workWith(going, { ...done, id: 'w2' }, done, going, done);
    const other = api.bind(Work).fromDict({ ...going, id: 'w2' });
    let saves = 0;
    work.onPoll = async () => {
      if (saves++ === 0) await other.wait();
    };
    expect(await work.wait()).to.equal(work);
    expect(other.status).to.equal('completed');
    expect((await work.wait()).status).to.equal('completed');
  });

  it('is never taken for what a poll without its id, or with another one, says', async () => {
    for (const stranger of [{}, { message: 'unavailable' }, { ...done, id: 'w2', title: 'other' }, { ...done, id: null }]) {
      const { work } = workWith(stranger);
      await work.wait({ timeout: 10 }).catch(() => undefined);
      expect(work).to.include({ id: 'w1', title: 'old', status: 'running', isModified: false });
    }
  });

  it('goes on in a listener, which nobody waits for', async () => {
    const { work } = workWith(going, done);
    const ends: Promise<unknown>[] = [];
    work.on('poll', () => void ends.push(work.wait()));
    await work.wait();
    expect(await Promise.all(ends)).to.deep.equal([work, work]);
  });
});

describe('an onPoll that calls the one it overrides', () => {
  it('is called for each poll', async () => {
    let polls = 0;
    class Watched extends Work {
      override onPoll(...args: Parameters<Work['onPoll']>): unknown {
        polls++;
        return super.onPoll(...args);
      }
    }
    const { api } = workWith(going, done);
    await api.bind(Watched).fromDict(going).wait();
    expect(polls).to.equal(2);
  });
});

describe('a poll that was overtaken', () => {
  it('by a save does not undo it', async () => {
    // The first save loads what saves need, and virtual time would run out meanwhile.
    await workWith({ ...going, title: 'old' }).work.save({ title: 'old' });
    let letLookEnd: (() => void) | undefined;
    const { work } = workWith(
      () =>
        new Promise((resolve) => {
          letLookEnd = () => resolve(going);
        }),
      { ...going, title: 'new' },
      done,
    );
    const first = work.polls().next();
    while (!letLookEnd) await new Promise(setImmediate);
    await work.save({ title: 'new' });
    letLookEnd();
    await first;
    expect(work.title).to.equal('new');
    expect(work.isModified).to.equal(false);
  });

  it('leaves edits that are not saved alone', async () => {
    const { work } = workWith({ ...done, title: 'theirs' });
    work.title = 'mine';
    await work.wait();
    expect([work.title, work.status, work.changedFields]).to.deep.equal(['mine', 'completed', ['title']]);
  });
});

describe('the token of a record', () => {
  it('is taken up with its deadline, here or elsewhere', async () => {
    const { api, work } = workWith(going);
    const token = work.token({ timeout: 30 });
    expect(JSON.parse(token)).to.deep.equal({ v: 1, class: 'Work', id: 'w1', deadline: api.clock.date() + 30_000 });
    const resumed = api.bind(Work).resume(token);
    expect(resumed).to.be.instanceOf(Work).with.property('id', 'w1');
    expect(resumed.token()).to.equal(token);
    expect(JSON.parse(resumed.token({ timeout: Number.POSITIVE_INFINITY })).deadline).to.equal(null);
    await failure(resumed.wait());
    expect(api.clock.now()).to.equal(30_000);
  });

  it('of a record that is gone leads to an error that says so', async () => {
    const { api } = workWith(new NotFoundError('gone', { status: 404 }));
    const resumed = api.bind(Work).resume('{"v":1,"class":"Work","id":"w9","deadline":null}');
    expect(await failure(resumed.wait())).to.be.instanceOf(NotFoundError);
  });

  it('is refused when it is not one', () => {
    const { api, work } = workWith(going);
    expect(() => api.bind(Work).resume('{"v":1,"class":"Work","path":"/x","deadline":null}')).to.throw(
      ValidationError,
      /is not for a record/,
    );
    expect(() => api.bind(Work).resume('{"v":1,"class":"Work","id":"..","deadline":null}')).to.throw(ValidationError);
    for (const timeout of [172_800, Number.NaN]) expect(() => work.token({ timeout })).to.throw(ValidationError, /seconds/);
  });
});

describe('waiting for many records', () => {
  const answer = ({ path, query }: TransportRequest): unknown => {
    if (path !== 'works') return { ...done, id: path.slice('works/'.length) };
    const ids = query?.workIds as string[];
    return { results: ids.map((id) => ({ ...done, id })), total: ids.length };
  };

  it('asks in lists', async () => {
    const api = new VirtualConnection(answer);
    const works = Array.from({ length: 250 }, (_, index) => api.bind(Work).fromDict({ ...going, id: `w${index}` }));
    await Promise.all(works.map((work) => work.wait()));
    expect(api.log).to.deep.equal(['GET works', 'GET works', 'GET works']);
    expect(works.map(({ id, status }) => `${id} ${status}`)).to.deep.equal(works.map((_, index) => `w${index} completed`));
  });

  it('asks in lists no longer than the pages of its class', async () => {
    @Entity({ path: 'works', update: 'patch', search: { method: 'GET', path: '', maxPageSize: 40 } })
    class SmallPages extends Work {}
    const api = new VirtualConnection(answer);
    const works = Array.from({ length: 100 }, (_, index) => api.bind(SmallPages).fromDict({ ...going, id: `w${index}` }));
    await Promise.all(works.map((work) => work.wait()));
    expect(api.requests.map(({ query }) => (query!.workIds as string[]).length)).to.deep.equal([40, 40, 20]);
  });

  it('learns how long the pages are that the platform says it sends', async () => {
    const polls = new Map<string, number>();
    const poll = (id: string): unknown => {
      polls.set(id, (polls.get(id) ?? 0) + 1);
      return { ...going, id, status: polls.get(id)! > 2 ? 'completed' : 'running' };
    };
    const api = new VirtualConnection(({ path, query }) => {
      if (path !== 'works') return poll(path.slice('works/'.length));
      const ids = query?.workIds as string[];
      return { results: ids.slice(0, 20).map(poll), total: ids.length, pageSize: 20 };
    });
    const works = Array.from({ length: 100 }, (_, index) => api.bind(Work).fromDict({ ...going, id: `w${index}` }));
    await Promise.all(works.map((work) => work.wait()));
    // All of the first list but its page alone, then five lists in each of two rounds.
    expect(api.log.filter((line) => line === 'GET works')).to.have.length(1 + 2 * 5);
    expect(api.log).to.have.length(1 + 80 + 2 * 5);
  });

  it('asks each platform for its own, whatever class the records have', async () => {
    const [one, other] = [new VirtualConnection(answer), new VirtualConnection(answer)];
    const of = (api: VirtualConnection, ids: string[]): Promise<Work[]> => Promise.all(ids.map((id) => api.bind(Work).get(id)));
    const works = [...(await of(one, ['a', 'b'])), ...(await of(other, ['c', 'd']))];
    await Promise.all(works.map((work) => work.wait()));
    expect(one.requests.at(-1)?.query?.workIds).to.deep.equal(['a', 'b']);
    expect(other.requests.at(-1)?.query?.workIds).to.deep.equal(['c', 'd']);
  });

  it('asks by the connection of each record, not by the one of the class', async () => {
    const home = VirtualConnection.connect(answer);
    try {
      const works = await Promise.all(['a', 'b'].map((id) => Work.get(id)));
      const later = VirtualConnection.connect(answer);
      await Promise.all(works.map((work) => work.wait()));
      expect(home.log.at(-1)).to.equal('GET works');
      expect(later.log).to.deep.equal([]);
    } finally {
      VirtualConnection.disconnect();
    }
  });
});
