import { expect } from 'chai';
import { compileColumnOperation } from '../../../../src/local/engine/table/column-operations.js';

const apply = (type: string, parameters: Record<string, unknown>, value: unknown) => compileColumnOperation({ type, ...parameters })(value);

describe('column operations', () => {
  describe('strip_whitespace', () => {
    it('strips both sides, the left or the right', () => {
      expect(apply('strip_whitespace', {}, ' \ta b\u00a0')).to.equal('a b');
      expect(apply('strip_whitespace', { sides: 'left' }, ' a ')).to.equal('a ');
      expect(apply('strip_whitespace', { sides: 'right' }, ' a ')).to.equal(' a');
    });

    it('strips the given characters only', () => {
      expect(apply('strip_whitespace', { chars: '$€' }, '$€ 5$')).to.equal(' 5');
      expect(apply('strip_whitespace', { chars: null, sides: null }, ' 5 ')).to.equal('5');
    });

    it('leaves other values alone', () => {
      expect(apply('strip_whitespace', {}, 5)).to.equal(5);
      expect(apply('strip_whitespace', {}, null)).to.equal(null);
      expect(apply('strip_whitespace', {}, '   ')).to.equal('');
    });
  });

  describe('convert_dtype', () => {
    it('converts to each type', () => {
      expect(apply('convert_dtype', { target_type: 'integer' }, '5')).to.equal(5);
      expect(apply('convert_dtype', { target_type: 'float' }, '5.5')).to.equal(5.5);
      expect(apply('convert_dtype', { target_type: 'boolean' }, 'N')).to.equal(false);
      expect(apply('convert_dtype', { target_type: 'string' }, 5)).to.equal('5');
      expect(apply('convert_dtype', { target_type: 'datetime' }, '2024-02-29 10:00')).to.equal('2024-02-29T10:00:00.000Z');
    });

    it('cuts fractions only when it may', () => {
      expect(apply('convert_dtype', { target_type: 'integer', handle_floats: true }, '-3.7')).to.equal(-3);
      expect(() => apply('convert_dtype', { target_type: 'integer' }, '3.0')).to.throw("'3.0' is not an integer");
    });

    it('makes what it cannot convert null only when it may', () => {
      expect(apply('convert_dtype', { target_type: 'float', coerce_errors: true }, 'n/a')).to.equal(null);
      expect(() => apply('convert_dtype', { target_type: 'float' }, 'n/a')).to.throw("'n/a' is not a number");
    });

    it('reads dates in the given format', () => {
      expect(apply('convert_dtype', { target_type: 'datetime', date_format: '%d.%m.%Y' }, '31.12.2024')).to.equal(
        '2024-12-31T00:00:00.000Z',
      );
      expect(() => apply('convert_dtype', { target_type: 'datetime', date_format: '%d.%m.%Y' }, '2024-12-31')).to.throw(
        "'2024-12-31' is not a date written as '%d.%m.%Y'",
      );
      expect(() => compileColumnOperation({ type: 'convert_dtype', date_format: '%Q' })).to.throw(
        "'%Q' in the date format '%Q' is unknown; use %Y",
      );
    });
  });

  describe('validate_range', () => {
    it('passes values within the bounds, unchanged', () => {
      expect(apply('validate_range', { min_value: 1, max_value: 3 }, '3')).to.equal('3');
      expect(apply('validate_range', { min_value: 1 }, 1e9)).to.equal(1e9);
      expect(apply('validate_range', { min_value: 1 }, null)).to.equal(null);
    });

    it('refuses those outside, and the bounds when they are excluded', () => {
      expect(() => apply('validate_range', { min_value: 1, max_value: 3 }, 4)).to.throw("'4' is outside the range 1 to 3");
      expect(() => apply('validate_range', { min_value: 1, max_value: 3, inclusive: false }, 3)).to.throw(
        "'3' is outside the range 1 to 3, bounds excluded",
      );
      expect(() => apply('validate_range', { max_value: 3 }, 'many')).to.throw("'many' is not a number");
    });
  });

  describe('extract_pattern', () => {
    it('takes the first pattern that fits', () => {
      expect(apply('extract_pattern', { patterns: ['z+', '[a-c]+'] }, 'xxabcx')).to.equal('abc');
      expect(apply('extract_pattern', { patterns: ['z'] }, 'abc')).to.equal(null);
      expect(apply('extract_pattern', { patterns: ['z'] }, null)).to.equal(null);
    });

    it('minds case unless told otherwise', () => {
      expect(apply('extract_pattern', { patterns: ['ab'] }, 'AB')).to.equal(null);
      expect(apply('extract_pattern', { patterns: ['ab'], case_sensitive: false }, 'AB')).to.equal('AB');
    });

    it('gives groups, named groups and all matches', () => {
      const patterns = ['(?<key>\\w)=(?<value>\\w)'];
      expect(apply('extract_pattern', { patterns, extract_type: 'groups' }, 'a=1 b=2')).to.deep.equal(['a', '1']);
      expect(apply('extract_pattern', { patterns, extract_type: 'named_groups' }, 'a=1 b=2')).to.deep.equal({ key: 'a', value: '1' });
      expect(apply('extract_pattern', { patterns, return_matches: true }, 'a=1 b=2')).to.deep.equal(['a=1', 'b=2']);
      expect(apply('extract_pattern', { patterns, return_matches: true, extract_type: 'groups' }, 'a=1 b=2')).to.deep.equal([
        ['a', '1'],
        ['b', '2'],
      ]);
    });

    it('cuts characters off the end', () => {
      expect(apply('extract_pattern', { patterns: ['\\w+[.,]*'], clean_trailing: '.,' }, 'end.,.')).to.equal('end');
    });

    it('refuses what is no regular expression', () => {
      expect(() => compileColumnOperation({ type: 'extract_pattern', patterns: ['('] })).to.throw(
        "the pattern '(' is not a regular expression",
      );
    });
  });

  it('are refused with the known ones when unknown, and with the parameter that is wrong', () => {
    expect(() => compileColumnOperation({ type: 'explode' })).to.throw(
      "\"explode\" is unknown; use one of 'strip_whitespace', 'convert_dtype', 'validate_range', 'extract_pattern'",
    );
    expect(() => compileColumnOperation({ type: 'validate_range', min_value: 'low' })).to.throw('min_value: ');
    expect(() => compileColumnOperation({ type: 'extract_pattern' })).to.throw('patterns: ');
  });
});
