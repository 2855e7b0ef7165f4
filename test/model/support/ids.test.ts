import { expect } from 'chai';
import { encodeResourceId } from '../../../src/index.js';

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
});
