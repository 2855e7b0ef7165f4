import { expect } from 'chai';
import { type CastType, castColumn, castTo } from '../../../../src/local/engine/values/cast.js';
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

  it('refuses a number that is too large, and a whole number that would lose digits', () => {
    for (const text of ['1e999', '-1E400', '101E010031']) expect(() => cast('float', text), text).to.throw('use string to keep it');
    expect(() => cast('float', '9007199254740993')).to.throw('use string to keep all digits');
    expect(cast('float', '9007199254740994')).to.equal(9007199254740994);
    expect(() => cast('string', Number.POSITIVE_INFINITY)).to.throw('the number Infinity cannot be written as JSON');
    expect(() => cast('string', [{ a: Number.NaN }])).to.throw('the number NaN cannot be written as JSON');
  });

  it('reads a decimal comma when told so', () => {
    const comma = castTo('float', { decimalSeparator: ',' });
    expect(comma('-1,5')).to.equal(-1.5);
    expect(() => comma('1.5')).to.throw('is not a number');
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

describe('a cast of a column', () => {
  it('reads dates in the order that one of them shows, whatever comes before it', () => {
    const cast = castColumn('datetime');
    const dayFirst = cast.forColumn?.(['05/04/2012', null, '31/12/2014']);
    expect(dayFirst?.('05/04/2012')).to.equal('2012-04-05T00:00:00.000Z');
    expect(() => dayFirst?.('12/31/2014')).to.throw("'12/31/2014' is not a date with the day first");
    const undecided = cast.forColumn?.(['05/04/2012']);
    expect(undecided?.('05/04/2012')).to.equal('2012-05-04T00:00:00.000Z');
    expect(() => undecided?.('31/12/2014')).to.throw(
      "'31/12/2014' is not a date with the month first; set dateOrder to 'day-first', or a date_format",
    );
  });

  it('makes blank text null, except in a string', () => {
    for (const type of ['integer', 'float', 'boolean', 'datetime', 'object'] as const) {
      expect(castColumn(type)(''), type).to.equal(null);
      expect(castColumn(type)(' \t'), type).to.equal(null);
    }
    expect(castColumn('string')(' ')).to.equal(' ');
  });

  it('keeps all digits of a second', () => {
    expect(castColumn('datetime')('2024-02-29T12:30:15.123456Z')).to.equal('2024-02-29T12:30:15.123456Z');
    expect(castColumn('datetime')('2024-02-29T12:30:15.120000Z')).to.equal('2024-02-29T12:30:15.120Z');
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

  it('reads slashes month first, or day first when told so, and never both', () => {
    expect(iso('03/04/2024')).to.equal('2024-03-04T00:00:00.000Z');
    expect(iso('31/12/2024 08:15')).to.equal(undefined);
    expect(parseDate('03/04/2024', undefined, 'day-first')?.toISOString()).to.equal('2024-04-03T00:00:00.000Z');
    expect(parseDate('31/12/2024 08:15', undefined, 'day-first')?.toISOString()).to.equal('2024-12-31T08:15:00.000Z');
    expect(parseDate('12/31/2024', undefined, 'day-first')).to.equal(undefined);
  });

  it('reads offsets in each spelling, and hours with AM and PM', () => {
    for (const [text, expected] of [
      ['2020-12-31 21:25:58+00', '2020-12-31T21:25:58.000Z'],
      ['2020-12-31 21:25:58 +02', '2020-12-31T19:25:58.000Z'],
      ['2020-12-31T21:25:58+0200', '2020-12-31T19:25:58.000Z'],
      ['2020-12-31 21:25:58.5 UTC', '2020-12-31T21:25:58.500Z'],
      ['12/31/2020 9:25 PM', '2020-12-31T21:25:00.000Z'],
      ['12/31/2020, 12:05:07 am', '2020-12-31T00:05:07.000Z'],
      ['2020-12-31 12:00 PM', '2020-12-31T12:00:00.000Z'],
    ] as const)
      expect(iso(text), text).to.equal(expected);
    for (const text of ['12/31/2020 13:00 PM', '12/31/2020 0:30 AM', '2020-12-31 10:00+25:00', '2020-12-31 10:00+02:75'])
      expect(iso(text), text).to.equal(undefined);
  });

  it('refuses a format that has a directive twice', () => {
    expect(() => parseDate('1 1', '%d %d')).to.throw("'%d' is repeated in the date format '%d %d'");
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
