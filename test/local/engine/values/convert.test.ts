import { expect } from 'chai';
import { toJson } from '../../../../src/local/engine/values/convert.js';
import { failure } from '../../../support/failure.js';

describe('a value as JSON', () => {
  it('has null for what JSON has no word for, and text for dates', async () => {
    const value = { nothing: undefined, list: [undefined, new Date(0)], deep: { a: 1 } };
    expect(await toJson(value)).to.deep.equal({ list: [null, '1970-01-01T00:00:00.000Z'], deep: { a: 1 } });
  });

  it('cannot be had of what is no data, and the message says why', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = [circle];
    for (const [value, words] of [
      [() => 1, 'a function'],
      [{ deep: [10n] }, 'a bigint'],
      [circle, 'circular'],
      [{ deep: [Number.NaN] }, 'the number NaN'],
      [Number.NEGATIVE_INFINITY, 'the number -Infinity'],
    ] as const) {
      expect(await failure(toJson(value)))
        .to.be.instanceOf(Error)
        .and.have.property('message')
        .that.contains(words);
    }
  });
});
