import { expect } from 'chai';
import { asGiven, membersOf } from '../../../src/model/support/members.js';

describe('what a caller gives, as it is now', () => {
  it('is a copy of objects and lists, with all that is in them', () => {
    const given = { list: [{ a: 1 }], inner: { b: [2] } };
    const copy = asGiven(given);
    given.list[0]!.a = 9;
    given.inner.b.push(3);
    expect(copy).to.deep.equal({ list: [{ a: 1 }], inner: { b: [2] } });
  });

  it('keeps members that symbols name, and a member named __proto__', () => {
    const mark = Symbol('mark');
    const given = JSON.parse('{"__proto__":{"a":1},"b":2}') as object;
    const copy = asGiven({ ...given, [mark]: true });
    expect([mark in copy, Object.keys(copy), Object.getPrototypeOf(copy) === Object.prototype]).to.deep.equal([
      true,
      ['__proto__', 'b'],
      true,
    ]);
  });

  it('contains itself where the given object does', () => {
    const given: { self?: object } = {};
    given.self = given;
    const copy = asGiven(given);
    expect(copy.self).to.equal(copy).and.not.equal(given);
  });

  it('shares what is neither an object of members nor a list, and what is deeper than asked', () => {
    const signal = new AbortController().signal;
    const inner = {};
    expect(asGiven({ signal }).signal).to.equal(signal);
    expect(asGiven({ inner }, 1).inner).to.equal(inner);
  });
});

describe('the members of options given as pairs', () => {
  it('are those of the pairs, lists for names that occur more than once', () => {
    const pairs = new URLSearchParams('a=1&b=2&a=3&__proto__=4') as unknown as Record<string, unknown>;
    expect(JSON.stringify(membersOf(pairs))).to.equal('{"a":["1","3"],"b":"2","__proto__":"4"}');
  });
});
