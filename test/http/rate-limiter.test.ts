import { expect } from 'chai';
import { RateLimiter } from '../../src/http/rate-limiter.js';
import { ConfigurationError, ValidationError } from '../../src/model/errors/index.js';
import { ManualClock, settle } from '../support/clock.js';

/** Acquires `count` turns and lists the calls that were admitted. */
function acquireMany(limiter: RateLimiter, count: number) {
  const admitted: number[] = [];
  const turns = Array.from({ length: count }, (_, index) => limiter.acquire(limiter.ticket(), undefined).then(() => admitted.push(index)));
  return { admitted, turns };
}

describe('the rate limiter', () => {
  it('admits no more calls than may be in flight, in the order of their tickets', async () => {
    const limiter = new RateLimiter({ concurrency: 2 }, new ManualClock());
    const { admitted } = acquireMany(limiter, 5);
    await settle();
    expect(admitted).to.deep.equal([0, 1]);
    limiter.release(true);
    await settle();
    expect(admitted).to.deep.equal([0, 1, 2]);
    limiter.release(true);
    limiter.release(false);
    await settle();
    expect(admitted).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('starts no more requests per second than allowed', async () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter({ perSecond: 3 }, clock);
    const { admitted } = acquireMany(limiter, 8);
    await settle();
    expect(admitted).to.have.length(3);
    await clock.pass(999);
    expect(admitted).to.have.length(3);
    await clock.pass(1);
    expect(admitted).to.have.length(6);
    await clock.pass(1000);
    expect(admitted).to.have.length(8);
  });

  it('spreads rates below one per second', async () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter({ perSecond: 0.5 }, clock);
    const { admitted } = acquireMany(limiter, 3);
    await clock.pass(1999);
    expect(admitted).to.have.length(1);
    await clock.pass(1);
    expect(admitted).to.have.length(2);
  });

  it('gives a repetition the place of its call', async () => {
    const limiter = new RateLimiter({ concurrency: 1 }, new ManualClock());
    const ticket = limiter.ticket();
    await limiter.acquire(ticket, undefined);
    const { admitted } = acquireMany(limiter, 2);
    const again = limiter.acquire(ticket, undefined).then(() => admitted.push(99));
    limiter.release(true);
    await again;
    expect(admitted).to.deep.equal([99]);
  });

  it('admits nothing during a pause, and then half as many at a time, growing with each response', async () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter({ concurrency: 4 }, clock);
    const { admitted } = acquireMany(limiter, 12);
    await settle();
    limiter.pause(5000);
    for (let i = 0; i < 4; i++) limiter.release(false);
    await clock.pass(4999);
    expect(admitted).to.have.length(4);
    await clock.pass(1);
    expect(admitted).to.have.length(6);
    limiter.release(true);
    await settle();
    expect(admitted).to.have.length(8);
  });

  it('does not shorten a pause', async () => {
    const clock = new ManualClock();
    const limiter = new RateLimiter({}, clock);
    limiter.pause(5000);
    limiter.pause(10);
    const { admitted } = acquireMany(limiter, 1);
    await clock.pass(4999);
    expect(admitted).to.deep.equal([]);
    await clock.pass(1);
    expect(admitted).to.deep.equal([0]);
  });

  it('keeps no timer for an aborted call', async () => {
    let timers = 0;
    class Counting extends ManualClock {
      override timer(ms: number, action: () => void): () => void {
        const cancel = super.timer(ms, action);
        timers++;
        return () => {
          timers--;
          cancel();
        };
      }
    }
    const limiter = new RateLimiter({ perSecond: 1 }, new Counting());
    const controller = new AbortController();
    await limiter.acquire(limiter.ticket(), undefined);
    const turn = limiter.acquire(limiter.ticket(), controller.signal);
    expect(timers).to.equal(1);
    controller.abort();
    expect(await turn).to.equal(false);
    expect(timers).to.equal(0);
  });

  it('removes an aborted call from the queue', async () => {
    const limiter = new RateLimiter({ concurrency: 1 }, new ManualClock());
    await limiter.acquire(limiter.ticket(), undefined);
    const controller = new AbortController();
    const aborted = limiter.acquire(limiter.ticket(), controller.signal);
    const { admitted } = acquireMany(limiter, 1);
    controller.abort();
    expect(await aborted).to.equal(false);
    limiter.release(true);
    await settle();
    expect(admitted).to.deep.equal([0]);
    expect(await limiter.acquire(limiter.ticket(), controller.signal)).to.equal(false);
  });

  for (const [limits, ErrorClass] of [
    [{ concurrency: 0 }, ValidationError],
    [{ concurrency: 1.5 }, ValidationError],
    [{ perSecond: 0 }, ConfigurationError],
    [{ perSecond: Number.NaN }, ConfigurationError],
  ] as const) {
    it(`refuses ${JSON.stringify(limits)}`, () => {
      expect(() => new RateLimiter(limits, new ManualClock())).to.throw(ErrorClass);
    });
  }
});
