import { Readable } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseTable, TableError } from '../../../../src/local/engine/index.js';
import type { Column, ParsingOptions, Row } from '../../../../src/local/engine/types.js';
import { collect, failure } from '../support/engine.js';

const source = (content: string | Uint8Array) => Readable.from([Buffer.from(content as string)]);
const csv = (content: string | Uint8Array, columns?: Column[], parsingOptions?: ParsingOptions): Promise<Row[]> =>
  collect(parseTable(source(content), { fileType: 'csv', columns, parsingOptions }));
const column = (name: string, type: string, more: Partial<Column> = {}): Column => ({ name, type, nullable: true, ...more });
const message = async (...given: Parameters<typeof csv>) => (await failure(csv(...given))).message;

describe('parseTable on CSV', () => {
  it('gives every cell as text without columns, an empty one as empty text', async () => {
    expect(await csv('a,b\n1,x\n,true\n')).to.deep.equal([
      { a: '1', b: 'x' },
      { a: '', b: 'true' },
    ]);
  });

  it('reads quotes, line breaks in them, CRLF and a byte order mark', async () => {
    expect(await csv('\uFEFFa,"b ""c"""\r\n"1,2","x\ny"\r\n')).to.deep.equal([{ a: '1,2', 'b "c"': 'x\ny' }]);
  });

  it('reads what any CSV writer may have written', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 8 });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 8 }), async (rows) => {
        const text = ['a,b', ...rows.map((row) => row.map(quoted).join(','))].join('\r\n');
        expect(await csv(text)).to.deep.equal(rows.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  it('reads text that is split anywhere, also within a character', async () => {
    const bytes = Buffer.from('n,é\n1,"€\n2"\n');
    const single = Readable.from([...bytes].map((byte) => Buffer.from([byte])));
    expect(await collect(parseTable(single, { fileType: 'csv' }))).to.deep.equal([{ n: '1', é: '€\n2' }]);
  });

  it('finds the delimiter in the header, outside quotes', async () => {
    for (const delimiter of [',', ';', '\t', '|']) {
      const lines = [
        ['"x,,;;||"', 'b'],
        ['1', '2'],
      ].map((cells) => cells.join(delimiter));
      expect(await csv(lines.join('\n'))).to.deep.equal([{ 'x,,;;||': '1', b: '2' }]);
    }
    expect(await csv('one\n1;2\n')).to.deep.equal([{ one: '1;2' }]);
  });

  it('takes the delimiter and the encoding that are given', async () => {
    expect(await csv('a,b;c,d\n1,2;3,4\n', undefined, { delimiter: ';' })).to.deep.equal([{ 'a,b': '1,2', 'c,d': '3,4' }]);
    expect(await csv(new Uint8Array([0x61, 0x0a, 0xfc]), undefined, { encoding: 'windows-1252' })).to.deep.equal([{ a: 'ü' }]);
  });

  it('leaves out lines by number or by place, and starts at the header row', async () => {
    const text = 'Report\n2026\na,b\n1,2\n3,4\n';
    const rows = [
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ];
    expect(await csv(text, undefined, { skipRows: 2 })).to.deep.equal(rows);
    expect(await csv(text, undefined, { headerRow: 3 })).to.deep.equal(rows);
    expect(await csv(text, undefined, { skipRows: 1, headerRow: 2 })).to.deep.equal(rows);
    expect(await csv(text, undefined, { skipRows: [0, 1, 3] })).to.deep.equal(rows.slice(1));
  });

  it('passes over blank lines but not over rows of empty cells', async () => {
    expect(await csv('\na,b\n\n1,2\n\n,\n')).to.deep.equal([
      { a: '1', b: '2' },
      { a: '', b: '' },
    ]);
  });

  it('names columns without a name by their place', async () => {
    expect(await csv('a,,c\n1,2,3\n')).to.deep.equal([{ a: '1', column_2: '2', c: '3' }]);
  });

  it('allows empty cells beyond the header', async () => {
    expect(await csv('a,b\n1,2,,\n')).to.deep.equal([{ a: '1', b: '2' }]);
  });

  it('types cells by the schema', async () => {
    const columns = [column('i', 'integer'), column('f', 'float'), column('b', 'boolean'), column('d', 'datetime'), column('s', 'string')];
    expect(await csv('s,i,f,b,d\n007,-7,1e3,Yes,2024-01-31\n,,,,\n', columns)).to.deep.equal([
      { i: -7, f: 1000, b: true, d: '2024-01-31T00:00:00.000Z', s: '007' },
      { i: null, f: null, b: null, d: null, s: null },
    ]);
  });

  it('orders columns by pos, reads them by source and leaves the others out', async () => {
    const columns = [column('last', 'string', { pos: 2 }), column('first', 'integer', { pos: 1, source: 'A' })];
    const rows = await csv('last,A,ignored\nx,1,y\n', columns);
    expect(rows).to.deep.equal([{ first: 1, last: 'x' }]);
    expect(Object.keys(rows[0]!)).to.deep.equal(['first', 'last']);
  });

  it('does the operations before the type', async () => {
    const columns = [
      column('price', 'float', {
        operations: [
          { type: 'strip_whitespace', chars: '€ ' },
          { type: 'validate_range', min_value: 0 },
        ],
      }),
      column('code', 'integer', { operations: [{ type: 'extract_pattern', patterns: ['(\\d+)$'] }] }),
    ];
    expect(await csv('price,code\n€ 5 ,AB-12\n', columns)).to.deep.equal([{ price: 5, code: 12 }]);
  });

  it('computes columns with an expression from the typed row', async () => {
    const columns = [column('total', 'float', { transformExpr: 'price * count' }), column('price', 'float'), column('count', 'integer')];
    const rows = await csv('price,count\n2.5,4\n', columns);
    expect(rows).to.deep.equal([{ total: 10, price: 2.5, count: 4 }]);
    expect(Object.keys(rows[0]!)).to.deep.equal(['total', 'price', 'count']);
  });

  it('opens a source only when it is read, and closes it when reading stops early', async () => {
    let opened = 0;
    const stream = source('a\n1\n2\n3\n');
    const rows = parseTable(
      () => {
        opened++;
        return stream;
      },
      { fileType: 'csv' },
    );
    expect(opened).to.equal(0);
    for await (const row of rows) {
      expect(row).to.deep.equal({ a: '1' });
      break;
    }
    expect(opened).to.equal(1);
    expect(stream.destroyed).to.equal(true);
  });

  it('passes on the error of a source that breaks', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('a\n1\n');
        throw new Error('disk on fire');
      })(),
    );
    expect((await failure(parseTable(broken, { fileType: 'csv' }))).message).to.equal('disk on fire');
  });

  describe('refuses', () => {
    it('a row with too few cells, naming row, cells and what to do', async () => {
      const error = await failure(csv('a,b,c\n1,2,3\n1,2\n'));
      expect(error).to.be.instanceOf(TableError);
      expect(error).to.include({ row: 2 });
      expect(error.message).to.equal(
        "Row 2: it has 2 cells where the header has 3 (the last one belongs to 'b'); correct the row; a cell that holds the delimiter or a line break needs quotes around it",
      );
    });

    it('a row with too many cells', async () => {
      expect(await message('a,b\n1,2,3\n')).to.include("Row 1: it has 3 cells where the header has 2 (the header ends with 'b')");
    });

    it('a cell that does not fit its type, naming row, column, what was found and what is expected', async () => {
      const error = await failure(csv('n,m\n1,1\n2,many\n', [column('n', 'integer'), column('m', 'integer')]));
      expect(error).to.include({ row: 2, column: 'm' });
      expect(error.message).to.equal("Row 2, column 'm': 'many' is not an integer; correct the cell or change the column in the schema");
    });

    it('an empty cell in a column that is not nullable', async () => {
      for (const type of ['string', 'integer']) {
        expect(await message('a,b\n1,x\n,x\n', [column('a', type, { nullable: false })])).to.equal(
          "Row 2, column 'a': the cell is empty, but the column is not nullable; correct the cell or change the column in the schema",
        );
      }
    });

    it('a column the file does not have, listing those it has', async () => {
      expect(await message('a,b\n1,2\n', [column('c', 'string')])).to.equal(
        "Column 'c': the file has no column 'c', only 'a', 'b'; correct the schema or the file",
      );
    });

    it('types, operations and expressions that are not known', async () => {
      expect(await message('a\n1\n', [column('a', 'money')])).to.equal(
        "Column 'a': its type 'money' is unknown; use string, integer, float, boolean or datetime",
      );
      expect(await message('a\n1\n', [column('a', 'string', { operations: [{ type: 'shuffle' }] })])).to.equal(
        "Column 'a': the schema is invalid: the type \"shuffle\" is unknown; use one of 'strip_whitespace', 'convert_dtype', 'validate_range', 'extract_pattern'",
      );
      expect(await message('a\n1\n', [column('b', 'string', { transformExpr: 'a +' })])).to.include(
        "Column 'b': the schema is invalid: the expression 'a +' is invalid",
      );
    });

    it('a header that names a column twice', async () => {
      expect(await message('a,b,a\n1,2,3\n')).to.equal("Column 'a': the header has it twice; the names of columns must be unique");
    });

    it('a column that would change the rows themselves', async () => {
      expect(await message('__proto__\n1\n')).to.include('a column cannot have this name');
    });

    it('a file without a header', async () => {
      for (const [text, options] of [
        ['', {}],
        ['\n\n', {}],
        ['a\n1\n', { headerRow: 5 }],
      ] as const) {
        expect(await message(text, undefined, options)).to.equal(
          'The file has no line with column names; add one, or check parsingOptions.headerRow and skipRows',
        );
      }
    });

    it('quotes that do not fit, with the line', async () => {
      const text = await message('a,b\n1,"open\n2,3\n');
      expect(text).to.match(/^The CSV is malformed: .*line 3.*Put quotes around the cell and double those inside it\.$/);
    });

    it('bytes that are not in the encoding, and encodings there are not', async () => {
      expect(await message(new Uint8Array([0x61, 0x0a, 0xfc, 0x0a]))).to.equal(
        'The file is not utf-8 text; save it as UTF-8 or name its encoding in parsingOptions.encoding',
      );
      expect(await message('a\n', undefined, { encoding: 'klingon' })).to.equal(
        "The encoding 'klingon' is unknown; use one such as utf-8, utf-16le or windows-1252",
      );
    });
  });
});
