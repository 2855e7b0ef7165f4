import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { expect } from 'chai';
import { AbortedError, BadRequestError, OperationTimeoutError } from '../../src/model/errors/index.js';
import type { Poll, Pollable, PollOptions } from '../../src/model/ports/waiter.js';
import { noScope } from '../../src/polling/async-scope.js';
import { Poller } from '../../src/polling/poller.js';
import { ManualClock, settle } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { done, going, type State } from './support/pollable.js';

/** Polls that stay in flight until they are answered. */
class Platform {
  /** What has been polled, in order. */
  readonly polled: string[] = [];
  readonly #inFlight = new Map<string, { resolve(poll: Poll<State>): void; reject(error: unknown): void }>();

  get inFlight(): string[] {
    return [...this.#inFlight.keys()];
  }

  job(id: string, over: Partial<Pollable<State>> = {}): Pollable<State> {
    const poll = ({ signal }: PollOptions): Promise<Poll<State>> => {
      this.polled.push(id);
      return new Promise((resolve, reject) => {
        this.#inFlight.set(id, { resolve, reject });
        signal?.addEventListener('abort', () => this.fail(id, signal.reason));
      });
    };
    return { subject: id, isRequest: true, backOff: { initial: 1, factor: 1, max: 1, min: 0.1 }, poll, ...over };
  }

  async answer(id: string, poll: Poll<State>): Promise<void> {
    this.#inFlight.get(id)?.resolve(poll);
    this.#inFlight.delete(id);
    await settle();
  }

  fail(id: string, error: unknown): void {
    this.#inFlight.get(id)?.reject(error);
    this.#inFlight.delete(id);
  }
}

describe('polls that are requests of a connection', () => {
  let clock: ManualClock;
  let poller: Poller;
  let platform: Platform;

  beforeEach(() => {
    clock = new ManualClock();
    poller = new Poller(clock, undefined, undefined, 1);
    platform = new Platform();
  });

  const wait = (id: string, over?: Partial<Pollable<State>>, signal?: AbortSignal): Promise<State> =>
    poller.wait(platform.job(id, over), { signal });

  it('are started twice as many as requests may be in flight, the others as they end', async () => {
    const waits = ['a', 'b', 'c', 'd'].map((id) => wait(id));
    expect(platform.inFlight).to.deep.equal(['a', 'b']);
    await platform.answer('b', done);
    expect(platform.inFlight).to.deep.equal(['a', 'c']);
    await platform.answer('a', done);
    await platform.answer('c', done);
    await platform.answer('d', done);
    await Promise.all(waits);
    expect(platform.polled).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('are 200 by default', async () => {
    poller = new Poller(clock);
    const control = new AbortController();
    const waits = Array.from({ length: 300 }, (_, at) => failure(wait(`job ${at}`, {}, control.signal), AbortedError));
    expect(platform.polled).to.have.length(200);
    control.abort();
    await Promise.all(waits);
  });

  it('come before those that fell due later, so that none is left behind', async () => {
    const control = new AbortController();
    const waits = ['a', 'b', 'c', 'd', 'e'].map((id) => failure(wait(id, {}, control.signal), AbortedError));
    for (let turn = 0; turn < 20; turn++) {
      await platform.answer(platform.inFlight[0]!, going);
      await clock.pass(1000);
    }
    const counts = ['a', 'b', 'c', 'd', 'e'].map((id) => platform.polled.filter((polled) => polled === id).length);
    expect(Math.max(...counts) - Math.min(...counts)).to.be.at.most(1);
    control.abort();
    await Promise.all(waits);
  });

  it('are not sent for a wait that ended in the queue', async () => {
    const control = new AbortController();
    const waits = [wait('a'), wait('b')];
    const aborted = failure(wait('c', {}, control.signal), AbortedError);
    waits.push(wait('d'));
    control.abort();
    await aborted;
    await platform.answer('a', done);
    expect(platform.inFlight).to.deep.equal(['b', 'd']);
    await platform.answer('b', done);
    await platform.answer('d', done);
    await Promise.all(waits);
    expect(platform.polled).to.deep.equal(['a', 'b', 'd']);
  });

  it('make room when they fail or are aborted', async () => {
    const control = new AbortController();
    const failed = failure(wait('a'), BadRequestError);
    const aborted = failure(wait('b', {}, control.signal), AbortedError);
    const waits = [wait('c'), wait('d')];
    platform.fail('a', new BadRequestError('no', { status: 400 }));
    control.abort();
    await Promise.all([failed, aborted]);
    await settle();
    expect(platform.inFlight).to.deep.equal(['c', 'd']);
    await platform.answer('c', done);
    await platform.answer('d', done);
    await Promise.all(waits);
  });

  it('end at the deadline of their wait also in the queue', async () => {
    const control = new AbortController();
    const held = ['a', 'b'].map((id) => failure(wait(id, {}, control.signal), AbortedError));
    const late = failure(poller.wait(platform.job('c'), { timeout: 1 }), OperationTimeoutError);
    await clock.pass(6000);
    await late;
    expect(platform.polled).to.deep.equal(['a', 'b']);
    control.abort();
    await Promise.all(held);
  });

  it('run in the async context of their own wait', async () => {
    const storage = new AsyncLocalStorage<string>();
    poller = new Poller(clock, () => new AsyncResource('Wait'), noScope, 1);
    const seen: string[] = [];
    const poll = async (): Promise<Poll<State>> => {
      seen.push(String(storage.getStore()));
      return done;
    };
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => storage.run(id, () => wait(id, { poll }))));
    expect(seen).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('do not hold up polls that are not', async () => {
    const control = new AbortController();
    const held = ['a', 'b', 'c'].map((id) => failure(wait(id, {}, control.signal), AbortedError));
    const free = wait('d', { isRequest: false });
    expect(platform.inFlight).to.deep.equal(['a', 'b', 'd']);
    await platform.answer('d', done);
    await free;
    control.abort();
    await Promise.all(held);
  });
});
