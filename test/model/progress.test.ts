import { expect } from 'chai';
import { progressFrom } from '../../src/model/progress.js';

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
      { fraction: 0.4, message: 'b' },
    ],
    [
      { progress: '40%', status: 'running' },
      { fraction: 0.4, message: 'running' },
    ],
    [{ step: 2 }, { step: 2 }],
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
});
