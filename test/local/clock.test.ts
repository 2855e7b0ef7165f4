import { expect } from 'chai';
import { createClock } from '../../src/local/clock.js';

describe('The clock of the local platform', () => {
  it('follows its source, ahead of it by its advances, of which it tells', () => {
    let source = 1000;
    const clock = createClock(() => source);
    let told = 0;
    clock.onAdvance = () => {
      told++;
    };
    const { advance, now, reset } = clock;
    advance(2);
    source += 500;
    expect([now(), told]).to.deep.equal([3500, 1]);
    reset();
    expect(now()).to.equal(1500);
  });
});
