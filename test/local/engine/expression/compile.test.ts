import { expect } from 'chai';
import { compileExpression } from '../../../../src/local/engine/expression/compile.js';

const value = (text: string, row: Record<string, unknown> = {}) => compileExpression(text).evaluate(row);

describe('compileExpression', () => {
  it('computes with columns, in the usual order of operators', () => {
    expect(value('a + b * 2 - -1', { a: 1, b: 3 })).to.equal(8);
    expect(value('(a + b) % 3 / 2', { a: 1, b: 3 })).to.equal(0.5);
    expect(value('!a && b || 7', { a: 1, b: 3 })).to.equal(7);
    expect(value('a > 1 ? "big" : "small"', { a: 1 })).to.equal('small');
    expect(value('a ?? 5', { a: null })).to.equal(5);
  });

  it('tells which columns it reads', () => {
    expect(compileExpression('a + lower(b.c) + column("d e") + a').columns).to.deep.equal(['a', 'b', 'd e']);
  });

  it('joins text with +', () => {
    expect(value('city + ", " + n', { city: 'Rome', n: 3 })).to.equal('Rome, 3');
  });

  it('lets null through arithmetic, and makes a division by zero null', () => {
    expect(value('a + 1', { a: null })).to.equal(null);
    expect(value('-a', { a: null })).to.equal(null);
    expect(value('a + "x"', {})).to.equal(null);
    expect(value('1 / 0')).to.equal(null);
    expect(value('0 / 0')).to.equal(null);
  });

  it('compares values of one type; null is never less or more', () => {
    expect(value('a < "b"', { a: 'a' })).to.equal(true);
    expect(value('a >= 2', { a: 2 })).to.equal(true);
    expect(value('a < 1', { a: null })).to.equal(false);
    expect(value('a > 1', { a: null })).to.equal(false);
    expect(value('a == null', { a: null })).to.equal(true);
    expect(value('a != null', { a: 0 })).to.equal(true);
    expect(value('a == "1"', { a: 1 })).to.equal(false);
    expect(value('a == [1, 2]', { a: [1, 2] })).to.equal(true);
  });

  it('orders texts that read as numbers by value, and other texts after them', () => {
    expect(value('a > b', { a: '10', b: '9' })).to.equal(true);
    expect(value('a < b', { a: '9', b: '9a' })).to.equal(true);
    expect(value('a < b', { a: '1E5', b: '9' })).to.equal(false);
    expect(value('a == b', { a: '1', b: '1.0' })).to.equal(false);
    expect(value('a == b', { a: '007', b: '7' })).to.equal(false);
    expect(value('min(a, b, c)', { a: '100', b: '9', c: 20 })).to.equal('9');
    expect(value('max(a, b)', { a: '9007199254740993', b: '9007199254740992' })).to.equal('9007199254740993');
  });

  it('refuses a result that is too large for a number, naming the operation', () => {
    for (const [text, operation] of [
      ['a * 10', '*'],
      ['a + a', '+'],
      ['-a - a', '-'],
      ['a / 0.1', '/'],
      ['power(10, 400)', 'power'],
    ] as const)
      expect(() => value(text, { a: 1.7e308 }), text).to.throw(`the result of '${operation}' is too large for a number`);
    expect(() => value('number(a)', { a: '1e999' })).to.throw('use string to keep it');
    expect(() => compileExpression('a < 1e999')).to.throw('the number 1e999 is too large');
    expect(() => compileExpression('a == 9007199254740993')).to.throw('the number 9007199254740993 has too many digits');
    expect(value('round(1.5, 400)')).to.equal(1.5);
  });

  it('evaluates each side of an operator once', () => {
    let reads = 0;
    const row = {
      get a() {
        reads++;
        return 'x';
      },
    };
    expect(value(`a == 1${' && a == 1'.repeat(40)}`, row)).to.equal(false);
    expect(value(`a == 1${' || a == 1'.repeat(40)}`, row)).to.equal(false);
    expect(value(`b${' ?? b'.repeat(40)}`, { b: null })).to.equal(null);
    // The first side decides an &&; each side of an || is read.
    expect(reads).to.equal(1 + 41);
  });

  it('replaces with text as it is', () => {
    for (const by of ['$$', '$&', '$1', '$`', "$'", '$<n>'])
      expect(value('replace(name, "USD", by)', { name: 'USD 5', by })).to.equal(`${by} 5`);
  });

  it('matches patterns in linear time, and refuses those that have no such time when it is compiled', () => {
    expect(value("matches(a, '^(a+)+$')", { a: `${'a'.repeat(5000)}!` })).to.equal(false);
    expect(value('matches(a, p)', { a: 'É1', p: '^\\p{L}\\d$' })).to.equal(true);
    for (const pattern of ['(?=x)', '(?<!x)y', '(a)\\\\1', '[', '*'])
      expect(() => compileExpression(`matches(a, '${pattern}')`), pattern).to.throw('is not a regular expression');
  });

  it('joins values as JSON writes them', () => {
    expect(value('"x" + a', { a: { b: [1] } })).to.equal('x{"b":[1]}');
  });

  it('reads dates with slashes month first, or in a format', () => {
    expect(value("date('03/04/2024')")).to.equal('2024-03-04T00:00:00.000Z');
    expect(value("day('31.12.2024', '%d.%m.%Y')")).to.equal(31);
    expect(() => value("date('31/12/2024')")).to.throw("'31/12/2024' is not a date with the month first");
  });

  it('does not mix numbers and text by accident', () => {
    expect(() => value('a * 2', { a: '3' })).to.throw(
      "'*' is not defined for the text '3' and the number 2; cast one of them with number(), text() or a cast operation",
    );
    expect(() => value('a > 2', { a: '3' })).to.throw("'>' is not defined for");
    expect(value('number(a) * 2', { a: '3' })).to.equal(6);
  });

  it('reaches into objects and lists', () => {
    const row = { a: { b: [{ c: 7 }] } };
    expect(value('a.b[0].c', row)).to.equal(7);
    expect(value('a["b"].length', row)).to.equal(1);
    expect(value('a.x.y[3]', row)).to.equal(null);
  });

  it('reaches nothing that is not data', () => {
    for (const text of [
      'a.constructor',
      'a.__proto__',
      'a["constructor"]',
      'list.push',
      'text.constructor',
      'toString',
      'constructor',
      '__proto__',
    ]) {
      expect(value(text, { a: {}, list: [], text: 'x' }), text).to.equal(null);
    }
    for (const text of [
      'this',
      'a.toString()',
      'constructor("x")',
      'process.exit(1)',
      'a = 1',
      'x => 1',
      'new Date()',
      '`x`',
      'import("fs")',
    ]) {
      expect(() => compileExpression(text), text).to.throw('is invalid');
    }
  });

  it('says what is wrong with an expression', () => {
    expect(() => compileExpression('')).to.throw("the expression '' is invalid: it is empty");
    expect(() => compileExpression('a b')).to.throw('it is more than one expression');
    expect(() => compileExpression('a ^ b')).to.throw("there is no operator '^'; use '+', '-'");
    expect(() => compileExpression('~a')).to.throw("there is no operator '~'; use '-', '+', '!'");
    expect(() => compileExpression('sum(a)')).to.throw("there is no function 'sum'; use 'lower', 'upper'");
    expect(() => compileExpression('column(a)')).to.throw('column() takes one name in quotes');
    expect(() => compileExpression('a +')).to.throw('is invalid');
  });

  describe('functions', () => {
    const cases: Readonly<Record<string, unknown>> = {
      'lower("AbC")': 'abc',
      'upper("AbC")': 'ABC',
      'trim(" a ")': 'a',
      'contains("airport", "port")': true,
      'starts_with("airport", "air")': true,
      'ends_with("airport", "air")': false,
      'replace("a-b-c", "-", "+")': 'a+b+c',
      'matches("ab12", "^[a-z]+[0-9]+$")': true,
      'substring("airport", 3)': 'port',
      'substring("airport", 0, 3)': 'air',
      'concat("a", null, 1, true)': 'a1true',
      'split("a;b", ";")': ['a', 'b'],
      'length("abc")': 3,
      'length([1, 2])': 2,
      'length(null)': null,
      'abs(-2)': 2,
      'floor(1.7)': 1,
      'ceil(1.2)': 2,
      'sqrt(9)': 3,
      'sqrt(-1)': null,
      'power(2, 10)': 1024,
      'power(-8, 0.5)': null,
      'number(" ")': null,
      'round(2.5)': 3,
      'round(1.005, 2)': 1.01,
      'round(1234.5, -2)': 1200,
      'round("2.4")': 2,
      'min(3, null, 1)': 1,
      'max("a", "b")': 'b',
      'coalesce(null, 0, 1)': 0,
      'one_of(2, 1, 2)': true,
      'one_of("2", 1, 2)': false,
      'is_null(null)': true,
      'number("1.5")': 1.5,
      'integer("7.9")': 7,
      'text(7)': '7',
      'boolean("yes")': true,
      'date("2024-03-05")': '2024-03-05T00:00:00.000Z',
      'year("2024-03-05")': 2024,
      'month("2024-03-05")': 3,
      'day("2024-03-05")': 5,
      'day(null)': null,
      'lower(null)': null,
      'round(null, 2)': null,
    };
    for (const [text, expected] of Object.entries(cases))
      it(`${text} is ${JSON.stringify(expected)}`, () => expect(value(text)).to.deep.equal(expected));
  });
});
