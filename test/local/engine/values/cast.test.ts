import { expect } from 'chai';
import { type CastType, castTo } from '../../../../src/local/engine/values/cast.js';
import { parseDate } from '../../../../src/local/engine/values/dates.js';

const cast = (type: CastType, value: unknown) => castTo(type)(value);

describe('castTo', () => {
  it('keeps null in every type', () => {
    for (const type of ['string', 'integer', 'float', 'number', 'boolean', 'datetime', 'object', 'null'] as const) {
      expect(cast(type, null)).to.equal(null);
      expect(cast(type, undefined)).to.equal(null);
    }
  });

  it('reads numbers with signs, fractions, exponents and blanks around them', () => {
    for (const [text, number] of [
      ['1', 1],
      [' -1.5 ', -1.5],
      ['+.5', 0.5],
      ['2.', 2],
      ['1E3', 1000],
    ] as const)
      expect(cast('float', text)).to.equal(number);
    for (const text of ['', ' ', '1,5', '0x10', 'NaN', 'Infinity', '1 2']) expect(() => cast('float', text)).to.throw('is not a number');
    expect(() => cast('float', true)).to.throw("'true' is not a number");
    expect(() => cast('float', Number.NaN)).to.throw('is not a number');
  });

  it('reads integers exactly or not at all', () => {
    expect(cast('integer', '9007199254740991')).to.equal(Number.MAX_SAFE_INTEGER);
    expect(() => cast('integer', '9007199254740993')).to.throw('use string to keep all digits');
    expect(() => cast('integer', 1.5)).to.throw("'1.5' is not an integer");
    expect(() => cast('integer', '1e3')).to.throw('is not an integer');
  });

  it('reads the words for true and false in any case', () => {
    for (const word of ['true', 'TRUE', '1', 'Yes', 'y', 1, true]) expect(cast('boolean', word)).to.equal(true);
    for (const word of ['false', 'False', '0', 'no', 'N', 0, false]) expect(cast('boolean', word)).to.equal(false);
    expect(() => cast('boolean', 'maybe')).to.throw("'maybe' is not a boolean");
  });

  it('writes other values as JSON where text is asked for', () => {
    expect(cast('string', 1.5)).to.equal('1.5');
    expect(cast('string', { a: [1] })).to.equal('{"a":[1]}');
    expect(cast('string', new Date(0))).to.equal('1970-01-01T00:00:00.000Z');
  });

  it('reads objects and lists, also from their JSON', () => {
    expect(cast('object', '[1]')).to.deep.equal([1]);
    for (const value of ['{', '1', 1, 'text']) expect(() => cast('object', value)).to.throw('is not an object or its JSON text');
  });

  it('cuts long values in messages', () => {
    expect(() => cast('float', 'x'.repeat(1000))).to.throw(`'${'x'.repeat(57)}...' is not a number`);
  });
});

describe('parseDate', () => {
  const iso = (text: string, format?: string) => parseDate(text, format)?.toISOString();

  it('reads ISO 8601, in UTC where no offset is named', () => {
    expect(iso('2024-02-29')).to.equal('2024-02-29T00:00:00.000Z');
    expect(iso('2024-02-29T12:30')).to.equal('2024-02-29T12:30:00.000Z');
    expect(iso('2024-02-29 12:30:15.5')).to.equal('2024-02-29T12:30:15.500Z');
    expect(iso('2024-02-29T12:30:15.123456Z')).to.equal('2024-02-29T12:30:15.123Z');
    expect(iso('2024-02-29T12:30:15+02:00')).to.equal('2024-02-29T10:30:15.000Z');
    expect(iso('2024-02-29T12:30:15-0530')).to.equal('2024-02-29T18:00:15.000Z');
  });

  it('reads slashes month first, and day first where it must', () => {
    expect(iso('03/04/2024')).to.equal('2024-03-04T00:00:00.000Z');
    expect(iso('31/12/2024 08:15')).to.equal('2024-12-31T08:15:00.000Z');
  });

  it('refuses days and times that do not exist, and other text', () => {
    for (const text of [
      '2023-02-29',
      '2024-13-01',
      '2024-00-10',
      '32/13/2024',
      '2024-01-01T24:00',
      '2024-01-01T10:60',
      'tomorrow',
      '',
      '2024',
    ]) {
      expect(iso(text)).to.equal(undefined);
    }
  });

  it('reads the directives of strptime', () => {
    expect(iso('5 Mar 24, 01:02:03 PM', '%d %b %y, %I:%M:%S %p')).to.equal('2024-03-05T13:02:03.000Z');
    expect(iso('12:00 AM 01/01/70', '%I:%M %p %d/%m/%y')).to.equal('1970-01-01T00:00:00.000Z');
    expect(iso('March 5 2024 +0100', '%B %d %Y %z')).to.equal('2024-03-04T23:00:00.000Z');
    expect(iso('20240305T010203.250', '%Y%m%dT%H%M%S.%f')).to.equal('2024-03-05T01:02:03.250Z');
    expect(iso('100% (2024)', '100%% (%Y)')).to.equal('2024-01-01T00:00:00.000Z');
    expect(iso('5 Foo 24', '%d %b %y')).to.equal(undefined);
  });
});
