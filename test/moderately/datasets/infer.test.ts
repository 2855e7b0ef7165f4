import { Readable } from 'node:stream';
import { expect } from 'chai';
import { ValidationError } from '../../../src/index.js';
import { type InferredSchema, inferSchema, type SampleOptions } from '../../../src/moderately/datasets/infer.js';
import { failure } from '../../support/failure.js';

function infer(text: string | Buffer, options: SampleOptions = {}): Promise<InferredSchema> {
  return inferSchema(Readable.from([Buffer.from(text)]), 'sample.csv', options);
}

async function types(text: string, options: SampleOptions = {}): Promise<Record<string, string>> {
  const { columns } = await infer(text, options);
  return Object.fromEntries(columns.map(({ name, type }) => [name, type]));
}

describe('a schema inferred from a sample', () => {
  it('tells whole numbers, numbers, truth values, dates and texts apart', async () => {
    const text = 'i,f,b,d,s\n1,1.5,true,2024-01-15,x\n-2,2,No,2024-01-16 10:00:00,y\n3,1.5e-3,y,15/01/2024,1\n';
    expect(await types(text)).to.deep.equal({ i: 'integer', f: 'float', b: 'boolean', d: 'datetime', s: 'string' });
  });

  it('takes ones and zeros for numbers', async () => {
    expect(await types('a\n1\n0\n')).to.deep.equal({ a: 'integer' });
  });

  it('leaves codes with leading zeros, and numbers too long to be exact, as texts', async () => {
    expect(await types('code,zip,long,zero\n001,01234,12345678901234567890,0\n2,99999,1,0.5\n')).to.deep.equal({
      code: 'string',
      zip: 'string',
      long: 'string',
      zero: 'float',
    });
  });

  it('takes a column for dates only when every cell is one', async () => {
    expect(await types('a\n2024-01-01\n2024-01-02\n2024-01-03\n2024-01-04\nsoon\n')).to.deep.equal({ a: 'string' });
    expect(await types('a,b\n2024-01-31-A17,2024-01-31 10:00:00+00\n2024-01-31-B02,2024-02-01T00:00Z\n')).to.deep.equal({
      a: 'string',
      b: 'datetime',
    });
  });

  it('leaves texts that would not be the same again as texts', async () => {
    for (const cells of [
      ['+1', '2'],
      ['1E5', '7'],
      ['101E010031'],
      ['12e3', '1.5'],
      ['1e999'],
      ['0.1234567890123456789'],
      ['-0'],
      ['00.5'],
    ]) {
      expect(await types(`a\n${cells.join('\n')}\n`), cells.join()).to.deep.equal({ a: 'string' });
    }
    expect(await types('a\n9007199254740993\n1.5\n')).to.deep.equal({ a: 'string' });
    expect(await types('a,b,c\n1.50,0.30000000000000004,1e-07\n-0.0,110.0,2.5E+20\n')).to.deep.equal({
      a: 'float',
      b: 'float',
      c: 'float',
    });
  });

  it('takes the order of day and month from the whole sample, and leaves dates without one as texts', async () => {
    const slashed = await infer('a,b,c\n05/04/2012,01/02/2024 10:00,03/03/2024\n31/12/2014,02/03/2024 9:05 PM,2024-01-01\n');
    expect(slashed.columns.map(({ type }) => type)).to.deep.equal(['datetime', 'string', 'datetime']);
    expect(slashed.parsingOptions.dateOrder).to.equal('day-first');
    expect(await types('a\n31/12/2014\n12/31/2014\n')).to.deep.equal({ a: 'string' });
    expect(await types('a\n01/02/2024\n', { dateOrder: 'month-first' })).to.deep.equal({ a: 'datetime' });
  });

  it('reads as it is told, and stores how', async () => {
    const text = 'Report, of 2024\n1,5;NA;01/02/2024\n2;7;03/04/2024\n';
    const options = { skipRows: 1, hasHeader: false, nullValues: ['NA'], decimalSeparator: ',', dateOrder: 'day-first' } as const;
    const { columns, parsingOptions } = await infer(text, { ...options, nullValues: ['NA'], delimiter: ';' });
    expect(columns.map(({ name, type }) => [name, type])).to.deep.equal([
      ['column_1', 'float'],
      ['column_2', 'integer'],
      ['column_3', 'datetime'],
    ]);
    expect(parsingOptions).to.deep.equal({ ...options, delimiter: ';', encoding: 'utf-8', headerRow: 1 });
  });

  it('names columns without a name by their place, and reads cells beyond the header that are blank', async () => {
    expect(await types(',item\n1,lamp,\n2,desk, \n')).to.deep.equal({ column_1: 'integer', item: 'string' });
  });

  it('hears nothing from blank cells, and never says that all rows have a value', async () => {
    const { columns } = await infer('a,b\n1,\n ,\n3,\n');
    expect(columns).to.deep.equal([
      { name: 'a', type: 'integer', required: false },
      { name: 'b', type: 'string', required: false },
    ]);
  });

  it('reads quotes, commas and line breaks in cells, CRLF and a byte order mark', async () => {
    expect(await types('\ufeff"last, first","say ""hi"""\r\n"a\r\nb",1\r\n')).to.deep.equal({
      'last, first': 'string',
      'say "hi"': 'integer',
    });
  });

  for (const [name, delimiter] of [
    ['commas', ','],
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['bars', '|'],
  ] as const) {
    it(`finds out that cells are separated by ${name}`, async () => {
      const { columns, parsingOptions } = await infer(`a${delimiter}"b,;|\tc"\n1${delimiter}2\n`);
      expect(columns.length).to.equal(2);
      expect(parsingOptions).to.deep.equal({ delimiter, headerRow: 1, encoding: 'utf-8' });
    });
  }

  it('takes the delimiter it is told', async () => {
    expect(await types('a;b,c\n1;2,3\n', { delimiter: ',' })).to.deep.equal({ 'a;b': 'string', c: 'integer' });
  });

  it('takes the names from the row it is told, and polls at no more rows than it is told', async () => {
    const rows = Array.from({ length: 60 }, (_unused, index) => (index < 50 ? `${index},x` : 'late,x'));
    const { columns, parsingOptions } = await infer(`title\n\nid,name\n${rows.join('\n')}`, { headerRow: 3, sampleSize: 50 });
    expect(columns.map(({ name, type }) => [name, type])).to.deep.equal([
      ['id', 'integer'],
      ['name', 'string'],
    ]);
    expect(parsingOptions.headerRow).to.equal(3);
  });

  it('polls at 100 rows unless it is told otherwise', async () => {
    const rows = (count: number): string => `id\n${'1\n'.repeat(count)}x\n`;
    expect([await types(rows(100)), await types(rows(99))]).to.deep.equal([{ id: 'integer' }, { id: 'string' }]);
  });

  it('stops reading once it has seen enough', async () => {
    let read = 0;
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          read++;
          yield Buffer.from('id\n'.repeat(20_000));
        }
      })(),
    );
    await inferSchema(endless, 'endless.csv', {});
    expect(read).to.be.below(20);
  });

  it('makes every column a text when it is told to', async () => {
    expect(await types('a\n1\n', { infer: 'none' })).to.deep.equal({ a: 'string' });
  });

  it('reads other encodings when it is told to', async () => {
    expect(await types(Buffer.from('größe\n1\n', 'latin1') as unknown as string, { encoding: 'windows-1252' })).to.deep.equal({
      größe: 'integer',
    });
  });

  for (const [what, text, options, said] of [
    ['nothing', '', {}, 'row 1'],
    ['a blank header', ',\n1,2\n', {}, 'row 1'],
    ['a name that stands twice', 'a,a\n1,2\n', {}, '"a" twice'],
    ['a ragged row', 'a,b\n1,2\n1,2,3\n', {}, 'row 3 has 3 cells'],
    ['quotes that never end', 'a,b\n"1,2\n', {}, 'not valid CSV'],
    ['a header row that is not there', 'a\n1\n', { headerRow: 9 }, 'row 9'],
    ['an encoding nobody knows', 'a\n1\n', { encoding: 'klingon' }, 'klingon'],
    ['a header row of 0', 'a\n1\n', { headerRow: 0 }, 'headerRow'],
  ] as const) {
    it(`is refused for ${what}, saying where`, async () => {
      const error = await failure(infer(text, options));
      expect(error).to.be.instanceOf(ValidationError);
      expect(error.message).to.contain(said);
    });
  }

  it('is refused for bytes that are no text', async () => {
    expect((await failure(infer(Buffer.from([0x61, 0xff, 0xfe, 0x0a])))).message).to.contain('not utf-8 text');
  });
});
