import { expect } from 'chai';
import { RateLimiter } from '../../src/http/rate-limiter.js';
import { ConfigurationError, ValidationError } from '../../src/model/errors/index.js';
import { ManualClock, settle } from '../support/clock.js';

/** Starts `count` requests and notes who entered. */
function crowd(gate: RateLimiter, count: number) {
  const entered: number[] = [];
  const doors = Array.from({ length: count }, (_, index) => gate.acquire(gate.ticket(), undefined).then(() => entered.push(index)));
  return { entered, doors };
}

describe('the gate of a connection', () => {
  it('lets no more in than may be in flight, first come first served', async () => {
    const gate = new RateLimiter({ concurrency: 2 }, new ManualClock());
    const { entered } = crowd(gate, 5);
    await settle();
    expect(entered).to.deep.equal([0, 1]);
    gate.release(true);
    await settle();
    expect(entered).to.deep.equal([0, 1, 2]);
    gate.release(true);
    gate.release(false);
    await settle();
    expect(entered).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it('begins no more per second than allowed', async () => {
    const clock = new ManualClock();
    const gate = new RateLimiter({ perSecond: 3 }, clock);
    const { entered } = crowd(gate, 8);
    await settle();
    expect(entered).to.have.length(3);
    await clock.pass(999);
    expect(entered).to.have.length(3);
    await clock.pass(1);
    expect(entered).to.have.length(6);
    await clock.pass(1000);
    expect(entered).to.have.length(8);
  });

  it('spreads rates below one per second', async () => {
    const clock = new ManualClock();
    const gate = new RateLimiter({ perSecond: 0.5 }, clock);
    const { entered } = crowd(gate, 3);
    await clock.pass(1999);
    expect(entered).to.have.length(1);
    await clock.pass(1);
    expect(entered).to.have.length(2);
  });

  it('gives a repetition the place of its call', async () => {
    const gate = new RateLimiter({ concurrency: 1 }, new ManualClock());
    const ticket = gate.ticket();
    await gate.acquire(ticket, undefined);
    const { entered } = crowd(gate, 2);
    const again = gate.acquire(ticket, undefined).then(() => entered.push(99));
    gate.release(true);
    await again;
    expect(entered).to.deep.equal([99]);
  });

  it('lets nobody in during a pause, and then half as many at a time, growing with each answer', async () => {
    const clock = new ManualClock();
    const gate = new RateLimiter({ concurrency: 4 }, clock);
    const { entered } = crowd(gate, 12);
    await settle();
    gate.pause(5000);
    for (let i = 0; i < 4; i++) gate.release(false);
    await clock.pass(4999);
    expect(entered).to.have.length(4);
    await clock.pass(1);
    expect(entered).to.have.length(6);
    gate.release(true);
    await settle();
    expect(entered).to.have.length(8);
  });

  it('does not shorten a pause', async () => {
    const clock = new ManualClock();
    const gate = new RateLimiter({}, clock);
    gate.pause(5000);
    gate.pause(10);
    const { entered } = crowd(gate, 1);
    await clock.pass(4999);
    expect(entered).to.deep.equal([]);
    await clock.pass(1);
    expect(entered).to.deep.equal([0]);
  });

  it('keeps no timer for who gave up waiting', async () => {
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
    const gate = new RateLimiter({ perSecond: 1 }, new Counting());
    const controller = new AbortController();
    await gate.acquire(gate.ticket(), undefined);
    const door = gate.acquire(gate.ticket(), controller.signal);
    expect(timers).to.equal(1);
    controller.abort();
    expect(await door).to.equal(false);
    expect(timers).to.equal(0);
  });

  it('lets go of who gives up waiting', async () => {
    const gate = new RateLimiter({ concurrency: 1 }, new ManualClock());
    await gate.acquire(gate.ticket(), undefined);
    const controller = new AbortController();
    const quitter = gate.acquire(gate.ticket(), controller.signal);
    const { entered } = crowd(gate, 1);
    controller.abort();
    expect(await quitter).to.equal(false);
    gate.release(true);
    await settle();
    expect(entered).to.deep.equal([0]);
    expect(await gate.acquire(gate.ticket(), controller.signal)).to.equal(false);
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
