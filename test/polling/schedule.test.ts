import { expect } from 'chai';
import fc from 'fast-check';
import { Schedule } from '../../src/polling/schedule.js';
import { VirtualClock } from '../support/clock.js';

describe('the schedule', () => {
  it('calls everything in order of time, except what was taken back', async () => {
    const plan = fc.array(fc.record({ at: fc.integer({ min: 0, max: 5000 }), keep: fc.boolean() }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(plan, async (entries) => {
        const clock = new VirtualClock();
        const schedule = new Schedule(clock);
        const called: number[] = [];
        const cancels = entries.map(({ at }, index) => schedule.at(at, () => called.push(index)));
        entries.forEach(({ keep }, index) => {
          if (!keep) schedule.cancel(cancels[index]!);
        });
        while (schedule.size > 0) await new Promise(setImmediate);
        const times = called.map((index) => entries[index]!.at);
        expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
        expect(new Set(called)).to.deep.equal(new Set(entries.flatMap(({ keep }, index) => (keep ? [index] : []))));
        expect(clock.pending).to.equal(0);
      }),
      { numRuns: 50 },
    );
  });

  it('never has more than one timer', () => {
    const clock = new VirtualClock();
    const schedule = new Schedule(clock);
    const cancels = Array.from({ length: 1000 }, (_, index) => schedule.at(10_000 - index, () => undefined));
    expect(clock.pending).to.equal(1);
    for (const entry of cancels) schedule.cancel(entry);
    expect(clock.pending).to.equal(0);
  });

  it('calls what is already late, and may be added to while it calls', async () => {
    const clock = new VirtualClock();
    clock.advance(1000);
    const schedule = new Schedule(clock);
    const called: string[] = [];
    await new Promise<void>((resolve) => {
      schedule.at(5, () => {
        called.push('late');
        schedule.at(2000, () => {
          called.push('next');
          resolve();
        });
      });
    });
    expect(called).to.deep.equal(['late', 'next']);
  });
});
