import { expect } from 'chai';
import { validateConfiguration } from '../../../../../src/local/engine/index.js';
import type { Row } from '../../../../../src/local/engine/types.js';
import { failure, pipeline, run, runBlock, stream } from '../../support/engine.js';

const cities = [
  { name: 'Rome', country: 'IT', people: 2800 },
  { name: 'Milan', country: 'IT', people: 1400 },
  { name: 'Oslo', country: 'NO', people: 700 },
  { name: 'Nowhere', country: null, people: null },
];

const transform = (data: unknown, ...operations: Record<string, unknown>[]) =>
  runBlock('transform', { operations }, { data }) as Promise<Row[]>;
const message = async (data: unknown, ...operations: Record<string, unknown>[]) => (await failure(transform(data, ...operations))).message;
const names = (rows: Row[]) => rows.map((row) => row.name);

describe('the transform block', () => {
  it('passes rows on when there is nothing to do', async () => {
    expect(await transform(cities)).to.deep.equal(cities);
    expect(await transform([])).to.deep.equal([]);
  });

  it('does its operations one after the other', async () => {
    const rows = await transform(
      cities,
      { type: 'filter', expression: 'country == "IT"' },
      { type: 'sort', by: [{ column: 'people' }] },
      { type: 'limit', count: 1 },
      { type: 'select', columns: ['name'] },
    );
    expect(rows).to.deep.equal([{ name: 'Milan' }]);
  });

  it('takes a dataset id as well as rows', async () => {
    expect(await runBlock('transform', { operations: [] }, { data: 'd' }, { datasets: { d: [{ a: 1 }] } })).to.deep.equal([{ a: 1 }]);
  });

  it('stops reading where limit does', async () => {
    let given = 0;
    const handlers = {
      endless: async function* () {
        for (;;) yield { n: ++given };
      },
    };
    const operations = [
      { type: 'filter', expression: 'n % 2 == 0' },
      { type: 'limit', count: 2, offset: 1 },
    ];
    const configuration = pipeline({ e: ['endless'], t: ['transform', { operations }], out: ['output'] }, 'e -> t', 't -> out');
    expect(await run(configuration, {}, { handlers })).to.deep.equal({ output: [{ n: 4 }, { n: 6 }] });
    expect(given).to.equal(6);
  });

  it('never changes the rows it was given', async () => {
    const given = [{ a: ' x ' }];
    const configuration = pipeline(
      {
        c: ['rows'],
        t: ['transform', { operations: [{ type: 'strip_whitespace', columns: ['a'] }] }],
        out: ['output'],
        raw: ['output', { name: 'raw' }],
      },
      'c -> t',
      't -> out',
      'c -> raw',
    );
    expect(await run(configuration, {}, { handlers: { rows: () => stream(given) } })).to.deep.equal({
      output: [{ a: 'x' }],
      raw: [{ a: ' x ' }],
    });
  });

  describe('select, drop and rename', () => {
    it('keep, leave out and rename columns in their order', async () => {
      const row = [{ a: 1, b: 2, c: 3 }];
      expect(Object.entries((await transform(row, { type: 'select', columns: ['c', 'a'] }))[0]!)).to.deep.equal([
        ['c', 3],
        ['a', 1],
      ]);
      expect(await transform(row, { type: 'drop', columns: ['b'] })).to.deep.equal([{ a: 1, c: 3 }]);
      expect(Object.keys((await transform(row, { type: 'rename', columns: { a: 'b', b: 'x' } }))[0]!)).to.deep.equal(['b', 'x', 'c']);
    });

    it('name a column that is not there and those that are', async () => {
      for (const operation of [
        { type: 'select', columns: ['z'] },
        { type: 'drop', columns: ['z'] },
        { type: 'rename', columns: { z: 'y' } },
      ]) {
        expect(await message([{ a: 1, b: 2 }], operation)).to.equal(
          `Block 'it' (transform): operation 1 (${operation.type}): there is no column 'z'; the rows have 'a', 'b'`,
        );
      }
    });

    it('refuse two columns of one name', async () => {
      expect(await message([{ a: 1, b: 2 }], { type: 'rename', columns: { a: 'b' } })).to.include(
        "operation 1 (rename), row 1: two columns would have the name 'b'",
      );
    });
  });

  describe('derive and filter', () => {
    it('set a column to what an expression gives', async () => {
      expect(await transform([{ price: 2, count: 3 }], { type: 'derive', column: 'total', expression: 'price * count' })).to.deep.equal([
        { price: 2, count: 3, total: 6 },
      ]);
    });

    it('name the operation, the row and the reason', async () => {
      expect(
        await message([{ a: 1 }, { a: 'x' }], { type: 'limit', count: 9 }, { type: 'derive', column: 'b', expression: 'a * 2' }),
      ).to.include("Block 'it' (transform): operation 2 (derive), row 2: '*' is not defined for the text 'x' and the number 2");
      expect(await message([{ a: 1 }], { type: 'filter', expression: 'aa > 1' })).to.include(
        "operation 1 (filter): there is no column 'aa'; the rows have 'a'",
      );
    });

    it('read a column that a later row lacks as null', async () => {
      expect(await transform([{ a: 1 }, {}], { type: 'filter', expression: 'is_null(a)' })).to.deep.equal([{}]);
    });
  });

  describe('sort', () => {
    it('puts null last in both directions', async () => {
      expect(names(await transform(cities, { type: 'sort', by: [{ column: 'people', direction: 'desc' }] }))).to.deep.equal([
        'Rome',
        'Milan',
        'Oslo',
        'Nowhere',
      ]);
      expect(names(await transform(cities, { type: 'sort', by: [{ column: 'people', direction: 'asc' }] }))).to.deep.equal([
        'Oslo',
        'Milan',
        'Rome',
        'Nowhere',
      ]);
    });

    it('goes by several columns and keeps the order of equals', async () => {
      const by = [{ column: 'country', direction: 'desc' }, { column: 'people' }];
      expect(names(await transform(cities, { type: 'sort', by }))).to.deep.equal(['Oslo', 'Milan', 'Rome', 'Nowhere']);
      expect(names(await transform(cities, { type: 'sort', by: [{ column: 'country' }] }))).to.deep.equal([
        'Rome',
        'Milan',
        'Oslo',
        'Nowhere',
      ]);
    });

    it('puts what is missing last in either direction, blank text included', async () => {
      const rows = ['b', '', 'a', null, ' ', '10', '9'].map((name) => ({ name }));
      const by = (direction: string) => transform(rows, { type: 'sort', by: [{ column: 'name', direction }] });
      expect(names(await by('asc')).slice(0, 4)).to.deep.equal(['9', '10', 'a', 'b']);
      expect(names(await by('desc')).slice(0, 4)).to.deep.equal(['b', 'a', '10', '9']);
    });

    it('orders numbers by value, then text, then booleans', async () => {
      const rows = [true, 'b', 10, 'a', 9, null, false].map((name) => ({ name }));
      expect(names(await transform(rows, { type: 'sort', by: [{ column: 'name' }] }))).to.deep.equal([9, 10, 'a', 'b', false, true, null]);
    });
  });

  describe('cast and the column operations', () => {
    it('cast columns', async () => {
      expect(await transform([{ a: '1', b: 2 }], { type: 'cast', columns: { a: 'integer', b: 'string' } })).to.deep.equal([
        { a: 1, b: '2' },
      ]);
    });

    it('read the dates of a column in one order', async () => {
      const rows = ['05/04/2012', '31/12/2014'].map((a) => ({ a }));
      const expected = [{ a: '2012-04-05T00:00:00.000Z' }, { a: '2014-12-31T00:00:00.000Z' }];
      expect(await transform(rows, { type: 'cast', columns: { a: 'datetime' } })).to.deep.equal(expected);
      expect(await transform(rows, { type: 'convert_dtype', columns: ['a'], target_type: 'datetime' })).to.deep.equal(expected);
      expect(await message([...rows, { a: '12/31/2014' }], { type: 'cast', columns: { a: 'datetime' } })).to.include(
        "row 3: column 'a': '12/31/2014' is not a date with the day first",
      );
    });

    it('make blank text null', async () => {
      expect(await transform([{ a: ' ', b: '' }], { type: 'cast', columns: { a: 'integer', b: 'datetime' } })).to.deep.equal([
        { a: null, b: null },
      ]);
    });

    it('run patterns in linear time, and refuse those that have none when validated', async () => {
      const pattern = (text: string) => ({ type: 'extract_pattern', columns: ['a'], patterns: [text] });
      expect(await transform([{ a: `${'a'.repeat(5000)}!` }], pattern('^(a+)+$'))).to.deep.equal([{ a: null }]);
      expect(await message([], pattern('(?=a)b'))).to.include(
        "operation 1: the pattern '(?=a)b' is not a regular expression (error parsing regexp: invalid or unsupported Perl syntax: `(?=`); lookahead, lookbehind and backreferences are not supported",
      );
    });

    it('do the operations of a dataset schema on columns', async () => {
      const rows = [{ a: ' 5 ', b: 'x-7' }];
      const operations = [
        { type: 'strip_whitespace', columns: ['a'] },
        { type: 'convert_dtype', columns: ['a'], target_type: 'integer' },
        { type: 'validate_range', columns: ['a'], min_value: 5 },
        { type: 'extract_pattern', columns: ['b'], patterns: ['\\d'] },
      ];
      expect(await transform(rows, ...operations)).to.deep.equal([{ a: 5, b: '7' }]);
    });

    it('name the column and the row that does not fit', async () => {
      expect(await message([{ a: '1' }, { a: 'x' }], { type: 'cast', columns: { a: 'integer' } })).to.equal(
        "Block 'it' (transform): operation 1 (cast), row 2: column 'a': 'x' is not an integer",
      );
    });
  });

  describe('distinct', () => {
    it('keeps the first of rows that are the same, whatever the order of their columns', async () => {
      expect(
        await transform(
          [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
            { a: 1, b: '2' },
          ],
          { type: 'distinct' },
        ),
      ).to.deep.equal([
        { a: 1, b: 2 },
        { a: 1, b: '2' },
      ]);
      expect(names(await transform(cities, { type: 'distinct', columns: ['country'] }))).to.deep.equal(['Rome', 'Oslo', 'Nowhere']);
    });
  });

  describe('aggregate', () => {
    it('counts, sums, averages and finds extremes by group, null passed over', async () => {
      const aggregations = [
        { function: 'count' },
        { function: 'count', column: 'people', name: 'known' },
        { function: 'sum', column: 'people' },
        { function: 'avg', column: 'people' },
        { function: 'min', column: 'name' },
        { function: 'max', column: 'people', name: 'most' },
      ];
      expect(await transform(cities, { type: 'aggregate', group_by: ['country'], aggregations })).to.deep.equal([
        { country: 'IT', count: 2, known: 2, people_sum: 4200, people_avg: 2100, name_min: 'Milan', most: 2800 },
        { country: 'NO', count: 1, known: 1, people_sum: 700, people_avg: 700, name_min: 'Oslo', most: 700 },
        { country: null, count: 1, known: 0, people_sum: null, people_avg: null, name_min: 'Nowhere', most: null },
      ]);
    });

    it('takes texts that read as numbers for numbers, whatever the function', async () => {
      const rows = ['9', '10', '', '100', ' ', '99'].map((n) => ({ n }));
      const functions = ['sum', 'avg', 'min', 'max', 'count'];
      const aggregations = functions.map((name) => ({ function: name, column: 'n', name }));
      expect(await transform(rows, { type: 'aggregate', aggregations })).to.deep.equal([
        { sum: 218, avg: 54.5, min: '9', max: '100', count: 4 },
      ]);
      expect(
        names(
          await transform(
            rows.map(({ n }) => ({ name: n })).filter(({ name }) => name.trim() !== ''),
            { type: 'sort', by: [{ column: 'name' }] },
          ),
        ),
      ).to.deep.equal(['9', '10', '99', '100']);
    });

    it('refuses a sum that a number cannot hold, naming the row', async () => {
      const sum = (...values: unknown[]) =>
        message(
          values.map((n) => ({ n })),
          { type: 'aggregate', aggregations: [{ function: 'sum', column: 'n' }] },
        );
      expect(await sum(1e308, 1e308)).to.include("operation 1 (aggregate), row 2: the sum is too large for a number from '1e+308' on");
      expect(await sum('1e308', '1e308')).to.include('row 2: the sum is too large');
      expect(await sum(9007199254740991, 2)).to.include('row 2: the sum of whole numbers exceeds 9,007,199,254,740,991');
      expect(await sum('1e999')).to.include("'1e999' is not a number of at most");
    });

    it('makes one row of all without groups, also of none', async () => {
      const operation = { type: 'aggregate', aggregations: [{ function: 'count' }, { function: 'sum', column: 'n' }] };
      expect(await transform([{ n: '1' }, { n: 2 }], operation)).to.deep.equal([{ count: 2, n_sum: 3 }]);
      expect(await transform([], operation)).to.deep.equal([{ count: 0, n_sum: null }]);
    });

    it('refuses text in a sum, naming the row', async () => {
      expect(await message([{ n: 1 }, { n: 'x' }], { type: 'aggregate', aggregations: [{ function: 'sum', column: 'n' }] })).to.include(
        "operation 1 (aggregate), row 2: 'x' is not a number",
      );
    });
  });

  describe('refuses', () => {
    it('unknown operations, listing the known ones, already when validated', async () => {
      const configuration = pipeline(
        { c: ['constant'], t: ['transform', { operations: [{ type: 'shuffle' }, {}] }], out: ['output'] },
        'c -> t',
        't -> out',
      );
      const { errors } = validateConfiguration(configuration);
      const known =
        "'select', 'drop', 'rename', 'derive', 'cast', 'filter', 'sort', 'limit', 'distinct', 'aggregate', 'strip_whitespace', 'convert_dtype', 'validate_range', 'extract_pattern'";
      expect(errors.map((error) => error.message)).to.deep.equal([
        `its config is invalid: operation 1: the type "shuffle" is unknown; use one of ${known}`,
        `its config is invalid: operation 2: the type undefined is unknown; use one of ${known}`,
      ]);
      expect(await message([], { type: 'shuffle' })).to.include('operation 1: the type "shuffle" is unknown');
    });

    it('wrong parameters, naming them', async () => {
      expect(await message([], { type: 'limit' })).to.include('operation 1: count: ');
      expect(await message([], { type: 'limit', count: -1 })).to.include('operation 1: count: ');
      expect(await message([], { type: 'sort', by: [] })).to.include('operation 1: by: ');
      expect(await message([], { type: 'cast', columns: { a: 'money' } })).to.include('operation 1: columns.a: ');
      expect(await message([], { type: 'aggregate', aggregations: [{ function: 'sum' }] })).to.include('aggregations.0: needs a column');
      expect(await message([], { type: 'aggregate', aggregations: [{ function: 'count' }, { function: 'count' }] })).to.include(
        "two columns would have the name 'count'",
      );
      expect(await message([], { type: 'derive', column: '__proto__', expression: '1' })).to.include(
        'a column cannot have the name __proto__',
      );
      expect(await message([], { type: 'filter', expression: '1 +' })).to.include("operation 1: the expression '1 +' is invalid");
    });

    it('what is not rows', async () => {
      expect(await message({ a: 1 })).to.equal(
        "Block 'it' (transform): rows are expected, but an object arrived; connect a dataset, a list of objects or a dataset id",
      );
      expect(await message([{ a: 1 }, 'x'])).to.include("item 2 of the list is the text 'x'");
    });
  });
});
