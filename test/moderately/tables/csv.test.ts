import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import type { CsvDialect } from '../../../src/moderately/tables/csv.js';
import { CsvSplitter } from '../../../src/moderately/tables/csv-splitter.js';
import type { ParsingOptions } from '../../../src/moderately/tables/parsing-options.js';
import { TableProblem } from '../../../src/moderately/tables/problem.js';
import { readTable } from '../../../src/moderately/tables/read-table.js';
import { failure } from '../../support/failure.js';

async function read(content: string | Uint8Array, parsingOptions: ParsingOptions = {}) {
  const rows: (readonly unknown[])[] = [];
  let header: readonly string[] = [];
  let dialect: CsvDialect | undefined;
  const onDialect = (given: CsvDialect) => {
    dialect = given;
  };
  const stream = Readable.from([Buffer.from(content as string)]);
  for await (const batch of readTable(stream, { fileType: 'csv', parsingOptions, onDialect })) {
    header = batch.header;
    rows.push(...batch.rows);
  }
  return { header, rows, dialect };
}

const table = async (content: string | Uint8Array, options?: ParsingOptions) => {
  const { header, rows } = await read(content, options);
  return [header, ...rows];
};
const message = async (content: string | Uint8Array, options?: ParsingOptions) => {
  const error = await failure(read(content, options));
  expect(error).to.be.instanceOf(TableProblem);
  return error.message;
};

/** Splits a text that arrives in pieces of this length. */
function split(text: string, length: number, delimiter = ','): string[][] {
  const splitter = new CsvSplitter(delimiter);
  const records: string[][] = [];
  for (let start = 0; start < text.length; start += length) records.push(...splitter.write(text.slice(start, start + length)));
  return [...records, ...splitter.end()];
}

describe('the reader of CSV', () => {
  const three = [
    ['a', 'b'],
    ['1', 'x'],
    ['2', 'y'],
  ];

  it('takes each line end as it comes', async () => {
    for (const text of ['a,b\n1,x\r\n2,y\r\n', 'a,b\r\n1,x\n2,y\n', 'a,b\r1,x\n2,y\r\n', 'a,b\n1,x\r2,y', 'a,b\r\n\r\n1,x\n\n2,y\r\r\n'])
      expect(await table(text), JSON.stringify(text)).to.deep.equal(three);
    expect(await table('a,b\r\n1,"x\ry"\n2,"x\r\n"\r\n')).to.deep.equal([
      ['a', 'b'],
      ['1', 'x\ry'],
      ['2', 'x\r\n'],
    ]);
  });

  it('gives the same records in whatever pieces a text arrives', () => {
    const piece = fc.constantFrom('"', ',', '\n', '\r\n', '\r', 'a', ' ', '""', '||', '|');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(',', '||'),
        (pieces, length, delimiter) => {
          const outcome = (size: number) => {
            try {
              return split(pieces.join(''), size, delimiter);
            } catch (error) {
              return (error as Error).message;
            }
          };
          expect(outcome(length)).to.deep.equal(outcome(1000));
        },
      ),
      { numRuns: 500, examples: [[['a', '"', ',', '""', '"'], 1, ',']] },
    );
  });

  it('reads a quote inside an unquoted cell as text', async () => {
    expect(await table('id,title,kind\n1,Care and Repair","x\n2,5" disk,"y"\n3,Repair","a,b"\n')).to.deep.equal([
      ['id', 'title', 'kind'],
      ['1', 'Care and Repair"', '"x'],
      ['2', '5" disk', 'y'],
      ['3', 'Repair"', 'a,b'],
    ]);
    expect(await table('a,b\n1,x""\n2, "y"\n')).to.deep.equal([
      ['a', 'b'],
      ['1', 'x""'],
      ['2', ' "y"'],
    ]);
  });

  it('reads text after a closing quote as part of the cell', async () => {
    expect(await table('a,b\n"x"y,1\n"x" ,"2"\n')).to.deep.equal([
      ['a', 'b'],
      ['xy', '1'],
      ['x ', '2'],
    ]);
  });

  it('refuses a quote that is still open at the end, saying where it is', async () => {
    expect(await message('a,b\n1,2\n3,"open\n4,5\n')).to.equal(
      "the CSV is malformed: the quote that opens cell 2 in line 3 ('open') is still open at the end of the file, line 4. Put quotes around the cell and double those inside it.",
    );
  });

  it('refuses a cell without end', async () => {
    expect(await message(`a\n"${'x'.repeat(17 * 1024 * 1024)}`)).to.include(
      'has more than 16,777,216 characters; a quote is probably open',
    );
  });

  it('passes over lines of white space, in which there is no row', async () => {
    expect(await table('  \na,b\n1,x\n   \n2,y\n \t \n')).to.deep.equal(three);
  });

  it('allows blank cells beyond the header', async () => {
    expect(await table('a,b\n1,x,\n2,y, ,\n')).to.deep.equal(three);
  });

  it('names columns without a name by their place, as no other column is named', async () => {
    expect((await read(',b, \n1,2,3\n')).header).to.deep.equal(['column_1', 'b', 'column_3']);
    expect((await read('column_2,\n1,2\n')).header).to.deep.equal(['column_2', 'column_2_']);
    expect(await message(' ,\n1,2\n')).to.include('the line with the column names is blank');
  });

  it('quotes the first cell beyond the header', async () => {
    expect(await message('a,b\n1,2\n1,2,,last\n')).to.include(
      "it has 4 cells where the header has 2 (the header ends with 'b'), and the first one beyond it is 'last'",
    );
  });

  it('tells the delimiter by the header and the rows below it, not by lines above', async () => {
    const expected = [
      ['a', 'b'],
      ['1', 'x'],
    ];
    expect(await table('Report, made in 2024\na;b\n1;x\n', { skipRows: 1 })).to.deep.equal(expected);
    expect(await table('Report, made, in 2024\n\na|b\n1|x\n', { headerRow: 3 })).to.deep.equal(expected);
    expect(await table('Report\ta\tb\na,b\n1,x\n', { skipRows: [0] })).to.deep.equal(expected);
    expect(await table('name, full;n\nAda;1\n')).to.deep.equal([
      ['name, full', 'n'],
      ['Ada', '1'],
    ]);
  });

  it("reads the delimiter from Excel's first line, which is no row", async () => {
    for (const first of ['sep=;', 'SEP=;', '"sep=;"']) {
      expect(await table(`${first}\r\na;b\r\n1;x\r\n2;y\r\n`)).to.deep.equal(three);
      expect(await table(`\ufeff${first}\nReport\na;b\n1;x\n2;y\n`, { skipRows: 1 })).to.deep.equal(three);
    }
    expect(await table('sep=|\na,b|c\n1|2\n')).to.deep.equal([
      ['a,b', 'c'],
      ['1', '2'],
    ]);
    expect(await table('sep=;\na,b\n1,x\n2,y\n', { delimiter: ',' })).to.deep.equal(three);
    expect(await table('sepal,b\n1,x\n')).to.deep.equal([
      ['sepal', 'b'],
      ['1', 'x'],
    ]);
  });

  it('takes a delimiter of several characters, and refuses one that is none', async () => {
    expect(await table('a||b|c\n1||"x||y"\n', { delimiter: '||' })).to.deep.equal([
      ['a', 'b|c'],
      ['1', 'x||y'],
    ]);
    expect(await message('a\n', { delimiter: '"' })).to.include('cannot separate cells');
  });

  it('reads UTF-16 by its byte order mark, whatever encoding is named', async () => {
    const little = Buffer.from('\ufeffn,é\n1,€\n', 'utf16le');
    const big = Buffer.from(little).swap16();
    for (const [bytes, encoding] of [
      [little, 'utf-16le'],
      [big, 'utf-16be'],
    ] as const) {
      for (const options of [{}, { encoding: 'utf-8' }]) {
        const { header, rows, dialect } = await read(bytes, options);
        expect([header, ...rows]).to.deep.equal([
          ['n', 'é'],
          ['1', '€'],
        ]);
        expect(dialect).to.deep.equal({ delimiter: ',', encoding });
      }
    }
    expect(await table(Buffer.from('a\nü\n', 'utf16le'), { encoding: 'utf-16le' })).to.deep.equal([['a'], ['ü']]);
  });

  it('reads Latin-1 and windows-1252 when they are named, and does not guess', async () => {
    const bytes = Buffer.from([0x61, 0x0a, 0xfc, 0x80, 0x0a]);
    expect(await table(bytes, { encoding: 'windows-1252' })).to.deep.equal([['a'], ['ü€']]);
    expect(await table(bytes, { encoding: 'latin1' })).to.deep.equal([['a'], ['ü€']]);
    expect(await message(bytes)).to.include('name its encoding in parsingOptions.encoding');
  });

  it('reads a table without a header when told so', async () => {
    expect(await table('1,x\n2,y\n', { hasHeader: false })).to.deep.equal([
      ['column_1', 'column_2'],
      ['1', 'x'],
      ['2', 'y'],
    ]);
  });

  it('reads markers of missing values as null when told so', async () => {
    expect(await table('a,b\nNA, - \nNAN,n/a\n', { nullValues: ['NA', '-', 'n/a'] })).to.deep.equal([
      ['a', 'b'],
      [null, null],
      ['NAN', null],
    ]);
  });

  it('reads a header of many columns in linear time, up to a limit', async () => {
    const names = Array.from({ length: 100_000 }, (_unused, index) => `c${index}`);
    expect((await read(`${names.join()}\n`)).header).to.have.length(100_000);
    expect(await message(`${','.repeat(200_000)}\n`)).to.equal('it has 200,001 columns; a table may have 200,000');
  });
});
