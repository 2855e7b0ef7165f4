import { expect } from 'chai';
import { processClock, waitFor } from '../../src/durable/clock.js';
import { PollFailed, pollOnce } from '../../src/durable/following.js';
import type { Claim } from '../../src/durable/store.js';
import {
  APIError,
  BaseResource,
  ConnectionError,
  Entity,
  GetResourceMixin,
  type ResourceClass,
  ResourceError,
  WaitableResourceMixin,
  type WorkState,
} from '../../src/index.js';
import { VirtualConnection } from '../support/virtual.js';

describe('a poll of a durable run that is cancelled', () => {
  const poll = (error: Error) => {
    let polls = 0;
    @Entity({ path: 'jobs' })
    class Job extends WaitableResourceMixin(GetResourceMixin(BaseResource)) {
      static override waitBackOff = { initial: 7, factor: 1, max: 7, min: 0 };
      override workState(): WorkState {
        return { status: 'cancelled' };
      }
      async cancel(): Promise<void> {
        throw error;
      }
    }
    const connection = new VirtualConnection(() => {
      polls++;
      return { id: '1' };
    });
    const Jobs = connection.bind(Job);
    const claim = {
      id: 'r',
      token: Jobs.fromDict({ id: '1' }).token(),
      isCancelled: true,
      polls: 0,
      remainingMs: null,
    } as unknown as Claim;
    const found = pollOnce(Jobs as unknown as ResourceClass, claim, new AbortController().signal);
    return found.then(
      (value) => ({ value, polls }),
      (thrown: unknown) => ({ thrown, polls }),
    );
  };

  it('is repeated when the platform is not to be reached or is busy', async () => {
    for (const error of [new ConnectionError('reset'), APIError.from('busy', { status: 503, retryable: true })]) {
      const found = await poll(error);
      expect(found).to.have.property('thrown').that.is.instanceOf(PollFailed).with.property('delayMs', 7000);
      expect(found).to.have.nested.property('thrown.cause', error);
      expect(found.polls).to.equal(0);
    }
  });

  it('goes on when the platform refuses to cancel it: it may have ended', async () => {
    const found = await poll(APIError.from('has ended', { status: 409 }));
    expect(found).to.have.nested.property('value.end.error');
    expect(found.polls).to.equal(1);
  });

  it('fails with what does not pass', async () => {
    const error = new ResourceError('not possible');
    expect(await poll(error)).to.deep.equal({ thrown: error, polls: 0 });
  });
});

describe('the clock of a process', () => {
  const { setInterval, clearInterval } = globalThis;
  afterEach(() => {
    Object.assign(globalThis, { setInterval, clearInterval });
  });

  it('keeps the process alive while somebody waits, and no longer', async () => {
    const alive = new Set<NodeJS.Timeout>();
    Object.assign(globalThis, {
      setInterval: (action: () => void, ms: number) => {
        const timer = setInterval(action, ms);
        if (timer.hasRef()) alive.add(timer);
        return timer;
      },
      clearInterval: (timer: NodeJS.Timeout) => {
        alive.delete(timer);
        clearInterval(timer);
      },
    });
    const control = new AbortController();
    const waited = waitFor(processClock, 60_000, control.signal);
    expect(alive.size).to.equal(1);
    control.abort();
    await waited;
    expect(alive.size).to.equal(0);
  });
});
