import { expect } from 'chai';
import { encodeResourceId, runMany, ValidationError, waitAll, waitAny } from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { VirtualConnection } from '../../support/virtual.js';
import { Widget } from '../../support/widgets.js';

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
    [9007199254740993n, '9007199254740993'],
  ] as const) {
    it(`${String(id)} is ${encoded === '' ? 'empty' : encoded}`, () => {
      expect(encodeResourceId(id)).to.equal(encoded);
    });
  }

  it('is refused by a ValidationError where it has half of a character', () => {
    for (const id of ['\ud800', 'a\udfff', '\udc00\ud800'])
      expect(() => encodeResourceId(id)).to.throw(ValidationError, 'half of a character');
    expect(encodeResourceId('😀')).to.equal('%F0%9F%98%80');
  });
});

describe('helpers that are exported', () => {
  it('take the ids that the methods take', async () => {
    const Widgets = new VirtualConnection(() => ({ id: 'a' })).bind(Widget);
    for (const id of [
      '\ud800',
      'a\udc00b',
      '.',
      '..',
      'a\nb',
      '\0',
      ' ',
      null,
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      {},
      [],
      true,
      Symbol('x'),
      () => 1,
    ]) {
      expect(() => encodeResourceId(id), String(id)).to.throw(ValidationError);
      await failure(Widgets.get(id as string), ValidationError);
    }
    expect(encodeResourceId('a/\u{1f600}')).to.equal('a%2F%F0%9F%98%80');
  });

  it('say what they take', async () => {
    for (const odd of [undefined, null, 5, {}]) {
      await failure(waitAll(odd as never), ValidationError);
      await failure(waitAny(odd as never), ValidationError);
    }
    const forgotten = await failure(waitAll([Promise.resolve(1)] as never), ValidationError);
    expect(forgotten.message).to.contain('await');
    expect(() => runMany([], undefined as never)).to.throw(ValidationError);
    expect(() => runMany([], async () => 1, { order: 'inputs' as never })).to.throw(ValidationError);
  });
});
