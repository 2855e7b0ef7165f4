import { expect } from 'chai';
import { createIdGenerator } from '../../../src/local/store/ids.js';

describe('Ids of the local platform', () => {
  it('are 21 characters that need no escaping, all different', () => {
    const newId = createIdGenerator(Date.now);
    const ids = Array.from({ length: 5000 }, newId);
    for (const id of ids) expect(id).to.match(/^[A-Za-z0-9_-]{21}$/);
    expect(new Set(ids).size).to.equal(5000);
  });

  it('sort as they were made, within a millisecond, over many of them, and when the clock goes back', () => {
    let now = Date.UTC(2026, 0, 1);
    const newId = createIdGenerator(() => now);
    const ids: string[] = [];
    for (const step of [0, 1, 0, 1000, -5000, 0, 86_400_000]) {
      now += step;
      for (let count = 0; count < 50; count++) ids.push(newId());
    }
    expect([...ids].sort()).to.deep.equal(ids);
  });
});
