import { expect } from 'chai';
import { encodeResourceId, ValidationError } from '../../../src/index.js';

describe('an id in a path', () => {
  for (const [id, encoded] of [
    ['abc123', 'abc123'],
    ['a-b_c.d~e', 'a-b_c.d~e'],
    ['path/to/resource', 'path%2Fto%2Fresource'],
    ['with space', 'with%20space'],
    ["test@#$%!'()*", 'test%40%23%24%25%21%27%28%29%2A'],
    ['ü', '%C3%BC'],
    ['', ''],
    [7, '7'],
  ] as const) {
    it(`${JSON.stringify(id)} is ${encoded === '' ? 'empty' : encoded}`, () => {
      expect(encodeResourceId(id)).to.equal(encoded);
    });
  }

  it('is refused by a ValidationError where it has half of a character', () => {
    for (const id of ['\ud800', 'a\udfff', '\udc00\ud800'])
      expect(() => encodeResourceId(id)).to.throw(ValidationError, 'half of a character');
    expect(encodeResourceId('😀')).to.equal('%F0%9F%98%80');
  });
});
