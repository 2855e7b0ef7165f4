import { expect } from 'chai';
import { parseRetryAfter } from '../../../src/model/support/retry-after.js';

const now = Date.UTC(2026, 10, 21, 10, 0, 0);

describe('Retry-After', () => {
  for (const [header, expected] of [
    ['2', 2000],
    ['0', 0],
    [' 1.5 ', 1500],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Saturday, 21-Nov-26 10:00:30 GMT', 30_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['12 parsecs', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    it(`reads ${JSON.stringify(header)} as ${expected} ms`, () => {
      expect(parseRetryAfter(header, now)).to.equal(expected);
    });
  }
});
