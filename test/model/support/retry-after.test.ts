import { expect } from 'chai';
import { parseRetryAfter, retryAfterOf } from '../../../src/model/support/retry-after.js';

const now = Date.UTC(2026, 10, 21, 10, 0, 0);

describe('Retry-After', () => {
  for (const [header, expected] of [
    ['2', 2000],
    ['0', 0],
    [' 1.5 ', 1500],
    ['Sat, 21 Nov 2026 10:00:30 GMT', 30_000],
    ['Saturday, 21-Nov-26 10:00:30 GMT', 30_000],
    ['Sat Nov 21 10:00:30 2026', 30_000],
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

  const hourAhead = 'Sat, 21 Nov 2026 11:00:00 GMT';
  for (const [what, headers, expected] of [
    ['a date of a server whose clock is ahead', { date: hourAhead, 'retry-after': 'Sat, 21 Nov 2026 11:00:01 GMT' }, 1],
    [
      'a date of a server whose clock is behind',
      { date: 'Sat, 21 Nov 2026 09:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 09:00:05 GMT' },
      5,
    ],
    ['a date in the asctime form', { date: 'Sat Nov 21 11:00:00 2026', 'retry-after': 'Sat Nov 21 11:00:03 2026' }, 3],
    ['a date of a server that does not tell the time', { 'retry-after': 'Sat, 21 Nov 2026 10:00:02 GMT' }, 2],
    ['a date of a server that tells no readable time', { date: 'noon', 'retry-after': 'Sat, 21 Nov 2026 10:00:02 GMT' }, 2],
    ['seconds, whatever the time of the server', { date: hourAhead, 'retry-after': '7' }, 7],
    ['milliseconds rather than seconds', { 'retry-after': '2', 'retry-after-ms': '1250' }, 1.25],
    ['milliseconds alone', { 'retry-after-ms': ' 40.5 ' }, 0.0405],
    ['seconds beside milliseconds that cannot be read', { 'retry-after': '2', 'retry-after-ms': 'soon' }, 2],
    ['nothing', { date: hourAhead }, undefined],
  ] as const) {
    it(`reads from a response ${what}`, () => {
      expect(retryAfterOf(headers as Record<string, string>, now)).to.equal(expected);
    });
  }
});
