import { Readable } from 'node:stream';
import { expect } from 'chai';
import { parseTable } from '../../../../src/local/engine/index.js';
import type { Column, ParsingOptions } from '../../../../src/local/engine/types.js';
import { collect, failure } from '../support/engine.js';
import { xlsxFile } from '../support/xlsx-file.js';

const parse = (content: Buffer, columns?: Column[], parsingOptions?: ParsingOptions) =>
  collect(parseTable(Readable.from([content]), { fileType: 'xlsx', columns, parsingOptions }));
const column = (name: string, type: string): Column => ({ name, type, nullable: true });

const sheet = xlsxFile([
  ['name', 'count', 'open', 'since'],
  ['Rome', 3, true, new Date('2024-02-29T00:00:00Z')],
  ['Oslo', 2.5, false, null],
]);

describe('parseTable on XLSX', () => {
  it('gives every cell as text without columns', async () => {
    expect(await parse(sheet)).to.deep.equal([
      { name: 'Rome', count: '3', open: 'true', since: '2024-02-29T00:00:00.000Z' },
      { name: 'Oslo', count: '2.5', open: 'false', since: '' },
    ]);
  });

  it('types cells by the schema', async () => {
    const columns = [column('name', 'string'), column('count', 'float'), column('open', 'boolean'), column('since', 'datetime')];
    expect(await parse(sheet, columns)).to.deep.equal([
      { name: 'Rome', count: 3, open: true, since: '2024-02-29T00:00:00.000Z' },
      { name: 'Oslo', count: 2.5, open: false, since: null },
    ]);
  });

  it('names row and column of a cell that does not fit', async () => {
    expect((await failure(parse(sheet, [column('count', 'integer')]))).message).to.equal(
      "Row 2, column 'count': '2.5' is not an integer; correct the cell or change the column in the schema",
    );
  });

  it('leaves out lines above the header and blank ones, and fills rows that end early', async () => {
    const report = xlsxFile([
      ['Report', null],
      [null, null],
      ['a', 'b'],
      [1, null],
      [null, null],
      [null, 2],
    ]);
    const rows = [
      { a: '1', b: '' },
      { a: '', b: '2' },
    ];
    expect(await parse(report, undefined, { headerRow: 3 })).to.deep.equal(rows);
    expect(await parse(report, undefined, { skipRows: [0] })).to.deep.equal(rows);
  });

  it('refuses a file that is not XLSX', async () => {
    expect((await failure(parse(Buffer.from('a,b\n1,2\n')))).message).to.match(
      /^The file cannot be read as XLSX \(.*\); save it as \.xlsx or upload it as csv$/,
    );
  });
});
