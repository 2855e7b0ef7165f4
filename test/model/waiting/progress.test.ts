import { expect } from 'chai';
import { progressFrom } from '../../../src/model/waiting/progress.js';

describe('progress', () => {
  const cases: [unknown, object | undefined][] = [
    [0, { fraction: 0 }],
    [0.25, { fraction: 0.25 }],
    [1, { fraction: 1 }],
    [25, { fraction: 0.25 }],
    [250, { fraction: 1 }],
    ['50%', { fraction: 0.5 }],
    ['1 %', { fraction: 0.01 }],
    ['3/4', { fraction: 0.75, step: 3, steps: 4 }],
    ['Translating', { message: 'Translating' }],
    [
      { current_step: 1, total_steps: 4, message: 'm' },
      { fraction: 0.25, step: 1, steps: 4, message: 'm' },
    ],
    [
      { currentStep: 9, totalSteps: 4 },
      { fraction: 1, step: 9, steps: 4 },
    ],
    [
      { percent: 40, current_block: 'b' },
      { fraction: 0.4, message: 'Processing b' },
    ],
    [
      { progress: '40%', status: 'running' },
      { fraction: 0.4, message: 'running' },
    ],
    [{ step: 2 }, { step: 2 }],
    [{ percent: 1 }, { fraction: 0.01 }],
    [{ percentage: 0.5 }, { fraction: 0.005 }],
    [{ progressPercentage: 100 }, { fraction: 1 }],
    [{ percent: '40' }, { fraction: 0.4 }],
    [{ percentage: '250 %' }, { fraction: 1 }],
    [{ fraction: 1 }, { fraction: 1 }],
    [{ fraction: 40 }, { fraction: 0.4 }],
    [{ progress: 1 }, { fraction: 1 }],
    [{ progress: 40 }, { fraction: 0.4 }],
    [{ progress: 1, percent: 1 }, { fraction: 0.01 }],
    [{ progress: '3/10' }, { fraction: 0.3, step: 3, steps: 10 }],
    [{ progress: '3 of 10' }, { fraction: 0.3, step: 3, steps: 10 }],
    [{ progress: 'Translating', status: 'running' }, { message: 'Translating' }],
    [{ progress: 'Translating', message: 'm' }, { message: 'm' }],
    [{ progress: ' ' }, undefined],
    [{ status: 's', current_block: 'b' }, { message: 's' }],
    [{ currentStep: -1, totalSteps: 8 }, { steps: 8 }],
    [{ currentStep: 1.5, totalSteps: 8 }, { steps: 8 }],
    [{ currentStep: '3', totalSteps: '4', message: { text: 'm' } }, undefined],
    ['3/0', { step: 3, steps: 0 }],
    [{ percent: -1 }, undefined],
    [{ fraction: Number.NaN, step: -1, message: '' }, undefined],
    [{ other: 1 }, undefined],
    ['', undefined],
    [-1, undefined],
    [null, undefined],
    [undefined, undefined],
    [[1], undefined],
  ];
  for (const [said, expected] of cases) {
    it(`reads ${JSON.stringify(said)} as ${JSON.stringify(expected)}`, () => {
      expect(progressFrom(said)).to.deep.equal(expected);
    });
  }

  it('said in several places is that of the first, with what it leaves out from the others', () => {
    const columns = { step: 1, steps: null };
    expect(progressFrom(columns, { progress: 40, message: 'm' })).to.deep.equal({ fraction: 0.4, step: 1, message: 'm' });
    expect(progressFrom(columns, { step: 3, steps: 4 })).to.deep.equal({ fraction: 0.25, step: 1, steps: 4 });
    expect(progressFrom({ step: 1, steps: 2 }, { percent: 90, current: 9 })).to.deep.equal({ fraction: 0.5, step: 1, steps: 2 });
    expect(progressFrom(undefined, null, '')).to.equal(undefined);
  });
});
