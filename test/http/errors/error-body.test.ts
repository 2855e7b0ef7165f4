import { expect } from 'chai';
import { fieldProblems } from '../../../src/http/errors/error-body.js';

describe('the fields that an error response names', () => {
  for (const [shape, details, expected] of [
    ['field and message', [{ field: 'a', message: 'b', value: 1 }], [{ field: 'a', message: 'b' }]],
    ['loc and msg', [{ loc: ['body', 'a', 0], msg: 'b', type: 't' }], [{ field: 'body.a.0', message: 'b' }]],
    ['path', [{ path: 'a.b', message: 'c' }], [{ field: 'a.b', message: 'c' }]],
    ['a field without a message', [{ field: 'a' }], [{ field: 'a', message: 'is not valid' }]],
    ['a map of texts', { a: 'b' }, [{ field: 'a', message: 'b' }]],
    ['a map of lists', { a: ['b', 'c'] }, [{ field: 'a', message: 'b; c' }]],
    ['a list under errors', { errors: [{ field: 'a', message: 'b' }] }, [{ field: 'a', message: 'b' }]],
    ['texts', ['a is b'], []],
    ['nothing', undefined, []],
    ['a number', 5, []],
  ] as const) {
    it(`are read from ${shape}`, () => {
      expect(fieldProblems(details)).to.deep.equal(expected);
    });
  }
});
