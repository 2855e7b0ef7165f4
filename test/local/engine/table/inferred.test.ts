import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseTable } from '../../../../src/local/engine/index.js';
import type { Column, Row } from '../../../../src/local/engine/types.js';
import { inferSchema, type SampleOptions } from '../../../../src/moderately/datasets/infer.js';
import { collect, failure } from '../support/engine.js';
import { xlsxFile } from '../support/xlsx-file.js';

const stream = (content: string | Buffer) => Readable.from([Buffer.from(content as string)]);

/** The rows of a file, read by the schema that is inferred from it. */
async function typed(content: string | Buffer, options: SampleOptions & { fileType?: 'csv' | 'xlsx' } = {}) {
  const schema = await inferSchema(stream(content), 'sample', options);
  const columns = schema.columns.map(({ name, type }, index): Column => ({ name, type, nullable: true, pos: index + 1 }));
  const { fileType = 'csv' } = options;
  const rows = await collect(parseTable(stream(content), { fileType, columns, parsingOptions: schema.parsingOptions }));
  return { types: columns.map(({ type }) => type), rows };
}

/** Whether the text is still in the value. */
function survives(text: string, value: unknown): boolean {
  if (value === null) return text.trim() === '';
  if (typeof value === 'string' && /^\d{4}-.*Z$/.test(value) && value !== text) return true;
  if (typeof value === 'boolean') return true;
  return typeof value === 'number' ? Number(text) === value && !/^\s*[+0]\d/.test(text) : value === text;
}

describe('a table read by the schema inferred from it', () => {
  it('is read whatever its cells are, and keeps their values', async () => {
    const digits = fc.stringMatching(/^[+-]?[0-9]{1,20}$/);
    const cell = fc.oneof(
      digits,
      fc.tuple(digits, fc.constantFrom('.', 'e', 'E', 'e-', '/', '-'), digits).map((parts) => parts.join('')),
      fc.constantFrom('', ' ', 'yes', 'No', '1e999', '12/31/2024', '31/12/2024', '01/02/2024', '2024-01-31', '2024-01-31 10:00+02'),
      fc.constantFrom('2024-01-31-A17', '1E5', 'Infinity', 'NaN', '-0', '0x10', '1,5', '"', 'x"y', ' 7 ', '٣', '2024-13-01', 'null'),
      fc.string({ maxLength: 6 }),
    );
    const column = fc.array(cell, { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(column, async (cells) => {
        const text = ['v,k', ...cells.map((value) => `"${value.replaceAll('"', '""')}",k`)].join('\n');
        const { rows } = await typed(text);
        expect(rows.length).to.equal(cells.length);
        rows.forEach((row, index) => {
          expect(survives(cells[index] ?? '', row.v), `${JSON.stringify(cells)} ${JSON.stringify(rows)}`).to.equal(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('has one order of day and month in a column', async () => {
    expect((await typed('at\n31/12/2014\n10/03/2011\n05/04/2012 10:00\n')).rows.map(({ at }) => at)).to.deep.equal([
      '2014-12-31T00:00:00.000Z',
      '2011-03-10T00:00:00.000Z',
      '2012-04-05T10:00:00.000Z',
    ]);
    expect(await typed('at\n10/03/2011\n05/04/2012\n')).to.deep.equal({
      types: ['string'],
      rows: [{ at: '10/03/2011' }, { at: '05/04/2012' }],
    });
  });

  it('reads blank cells and blank names as they were sampled', async () => {
    expect(await typed(',v,b,d\nx,5,yes,2024-01-01\ny,  , ,  \n   \nz,7,no,2024-01-02,\n')).to.deep.equal({
      types: ['string', 'integer', 'boolean', 'datetime'],
      rows: [
        { column_1: 'x', v: 5, b: true, d: '2024-01-01T00:00:00.000Z' },
        { column_1: 'y', v: null, b: null, d: null },
        { column_1: 'z', v: 7, b: false, d: '2024-01-02T00:00:00.000Z' },
      ],
    });
  });

  it('reads lists as the vendors of the platforms publish them', async () => {
    const clauses =
      'clause_number,clause_name,extraction_inclusion_criteria\n048,Waiver,"Must include: a, b"\n049,Notice and Communication","Methods of notice, e.g. mail"\n';
    expect((await typed(clauses)).rows[1]).to.deep.equal({
      clause_number: '049',
      clause_name: 'Notice and Communication"',
      extraction_inclusion_criteria: 'Methods of notice, e.g. mail',
    });
    const audio = ',audio,text,audio_start_time\n0,https://a.test/a.wav,"So, welcome.",0.9\n1,https://a.test/a.wav,I\'m here.,110.0\n';
    expect(await typed(audio)).to.deep.equal({
      types: ['integer', 'string', 'string', 'float'],
      rows: [
        { column_1: 0, audio: 'https://a.test/a.wav', text: 'So, welcome.', audio_start_time: 0.9 },
        { column_1: 1, audio: 'https://a.test/a.wav', text: "I'm here.", audio_start_time: 110 },
      ],
    });
  });

  it('reads the cells of a sheet, too', async () => {
    const file = xlsxFile([
      ['n', 'f', 'at', 'ok', 'code', ''],
      [1, 2.5, new Date('2024-02-29T00:00:00Z'), true, '007', 'x'],
      [2, 3, null, false, '8', null],
    ]);
    expect(await typed(file, { fileType: 'xlsx' })).to.deep.equal({
      types: ['integer', 'float', 'datetime', 'boolean', 'string', 'string'],
      rows: [
        { n: 1, f: 2.5, at: '2024-02-29T00:00:00.000Z', ok: true, code: '007', column_6: 'x' },
        { n: 2, f: 3, at: null, ok: false, code: '8', column_6: null },
      ],
    });
  });

  it('names the row and the column of a later cell that does not fit', async () => {
    const rows = ['01/02/2024', ...Array.from({ length: 150 }, () => '31/12/2024'), '12/31/2024'];
    expect((await failure(typed(`at\n${rows.join('\n')}\n`))).message).to.include(
      "Row 152, column 'at': '12/31/2024' is not a date with the day first",
    );
  });

  it('is read in time for many columns', async () => {
    const width = 20_000;
    const line = (cell: (index: number) => unknown) => Array.from({ length: width }, (_unused, index) => cell(index)).join();
    const { rows } = await typed(`${line((index) => `c${index}`)}\n${line((index) => index)}\n`);
    expect((rows[0] as Row)[`c${width - 1}`]).to.equal(width - 1);
  });
});

describe('a table read by a declared schema', () => {
  const at: Column = { name: 'at', type: 'datetime', nullable: true };
  const read = (text: string, columns: Column[], parsingOptions = {}) =>
    collect(parseTable(stream(text), { fileType: 'csv', columns, parsingOptions }));

  it('takes the order of day and month from the first rows, or as it is told', async () => {
    expect(await read('at\n05/04/2012\n31/12/2014\n', [at])).to.deep.equal([
      { at: '2012-04-05T00:00:00.000Z' },
      { at: '2014-12-31T00:00:00.000Z' },
    ]);
    expect(await read('at\n05/04/2012\n', [at], { dateOrder: 'day-first' })).to.deep.equal([{ at: '2012-04-05T00:00:00.000Z' }]);
    expect((await failure(read('at\n31/12/2014\n12/31/2014\n', [at]))).message).to.include(
      "Row 2, column 'at': '12/31/2014' is not a date",
    );
  });

  it('takes it from what the operations before make of the cells', async () => {
    const operations = [
      { type: 'extract_pattern', parameters: { patterns: ['\\d+/\\d+/\\d+'] } },
      { type: 'convert_dtype', parameters: { target_type: 'datetime' } },
    ];
    expect(await read('at\non 05/04/2012\non 31/12/2014\n', [{ ...at, operations }])).to.deep.equal([
      { at: '2012-04-05T00:00:00.000Z' },
      { at: '2014-12-31T00:00:00.000Z' },
    ]);
  });

  it('reads the parameters of operations as they are on the wire', async () => {
    const price: Column = {
      name: 'p',
      type: 'string',
      nullable: true,
      operations: [{ type: 'strip_whitespace', parameters: { chars: '€' } }],
    };
    expect(await read('p\n€5\n', [price])).to.deep.equal([{ p: '5' }]);
  });

  it('reads a decimal comma when told so', async () => {
    const price: Column = { name: 'p', type: 'float', nullable: true };
    expect(await read('p;q\n1,5;x\n', [price], { decimalSeparator: ',' })).to.deep.equal([{ p: 1.5 }]);
    expect((await failure(read('p;q\n1.5;x\n', [price], { decimalSeparator: ',' }))).message).to.include("'1.5' is not a number");
  });

  it('refuses numbers that would lose digits or be infinite', async () => {
    const number: Column = { name: 'n', type: 'float', nullable: true };
    expect((await failure(read('n\n1e999\n', [number]))).message).to.include("Row 1, column 'n': '1e999' is not a number of at most");
    expect((await failure(read('n\n9007199254740993\n', [number]))).message).to.include('use string to keep all digits');
  });
});
