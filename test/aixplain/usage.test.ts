import { expect } from 'chai';
import { usageOf } from '../../src/aixplain/index.js';

describe('what a run costs', () => {
  it('is at the top of the response', () => {
    expect(usageOf({ run_time: 1.5, used_credits: 0.02 })).to.deep.equal({ runTime: 1.5, usedCredits: 0.02 });
    expect(usageOf({ runTime: 2, usedCredits: 3 })).to.deep.equal({ runTime: 2, usedCredits: 3 });
  });

  it('else in the statistics of its data', () => {
    const data = { executionStats: { runtime: 3, credits: 0.5 } };
    expect(usageOf({ data })).to.deep.equal({ runTime: 3, usedCredits: 0.5 });
    expect(usageOf({ runTime: 0, usedCredits: 0, data })).to.deep.equal({ runTime: 3, usedCredits: 0.5 });
    expect(usageOf({ data: { execution_stats: { duration: 4, total_credits: 1 } } })).to.deep.equal({ runTime: 4, usedCredits: 1 });
  });

  it('else in its steps, from the first start to the last end', () => {
    const steps = [
      { start_time: '2026-01-01T10:00:00Z', end_time: '2026-01-01T10:00:02Z', usedCredits: 0.01 },
      { startTime: '2026-01-01T10:00:02Z', endTime: '2026-01-01T10:00:05Z', used_credits: 0.02 },
    ];
    const usage = usageOf({ data: { steps } });
    expect(usage.runTime).to.equal(5);
    expect(usage.usedCredits).to.be.closeTo(0.03, 1e-9);
  });

  it('is 0 where nobody says so, or says no number', () => {
    const none = { runTime: 0, usedCredits: 0 };
    expect(usageOf({})).to.deep.equal(none);
    expect(usageOf({ runTime: Number.NaN, usedCredits: 'many', data: 'text' })).to.deep.equal(none);
    expect(usageOf({ data: { steps: [{ start_time: '2026-01-02', end_time: '2026-01-01' }, null] } })).to.deep.equal(none);
  });
});
