import { Readable } from 'node:stream';
import { expect } from 'chai';
import type { ParsingOptions } from '../../../src/moderately/tables/parsing-options.js';
import { readTable } from '../../../src/moderately/tables/read-table.js';
import { kindOf } from '../../../src/moderately/tables/xlsx/number-format.js';
import { type XlsxParts, xlsxOf, zipFile } from '../../local/engine/support/xlsx-file.js';
import { failure } from '../../support/failure.js';

async function read(file: Buffer, parsingOptions: ParsingOptions = {}) {
  const rows: unknown[] = [];
  let header: readonly string[] = [];
  for await (const batch of readTable(Readable.from([file]), { fileType: 'xlsx', parsingOptions })) {
    header = batch.header;
    rows.push(...batch.rows);
  }
  return { header, rows };
}

const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`;
const header = (...names: string[]) => `<row>${names.map(text).join('')}</row>`;
const sheet = (rows: string, parts: Partial<XlsxParts> = {}) => xlsxOf({ sheets: [{ rows }], ...parts });
const styles = (...ids: number[]) => `<cellXfs>${ids.map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs>`;

describe('the reader of XLSX', () => {
  it('reads cells without references and a file without styles and shared strings', async () => {
    expect(await read(sheet(`${header('id', 'item')}<row><c><v>1</v></c>${text('lamp')}</row>`))).to.deep.equal({
      header: ['id', 'item'],
      rows: [[1, 'lamp']],
    });
  });

  it('puts cells and rows where their references say', async () => {
    const rows = `${header('a', 'b', 'c')}<row r="4"><c r="C4"><v>3</v></c></row><row><c r="B5"><v>2</v></c><c><v>3</v></c></row>`;
    expect((await read(sheet(rows))).rows).to.deep.equal([
      [null, null, 3],
      [null, 2, 3],
    ]);
    expect(await read(sheet(rows), { headerRow: 4 })).to.deep.equal({ header: ['column_1', 'column_2', '3'], rows: [[null, 2, 3]] });
    expect((await read(sheet(rows), { skipRows: [3] })).rows).to.deep.equal([[null, 2, 3]]);
  });

  it('keeps the white space, runs and escapes of texts', async () => {
    const strings = '<si><t xml:space="preserve">  pad  </t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>hint</t></rPh></si>';
    const cells = ['<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>', text('a_x000D_b &lt;&#228;&gt;'), '<c t="str"><f>A1</f><v>x </v></c>'];
    const rows = `${header('a', 'b', 'c', 'd')}<row>${cells.join('')}</row>`;
    expect((await read(sheet(rows, { strings }))).rows).to.deep.equal([['  pad  ', 'rich', 'a\rb <ä>', 'x ']]);
  });

  it('reads truth values, errors, and formulas with and without a value', async () => {
    const cells = '<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c><f>A1+1</f><v>2</v></c><c><f>NOW()</f></c><c t="s"/><c><v/></c>';
    expect((await read(sheet(`${header(...'abcdef')}<row>${cells}</row>`))).rows).to.deep.equal([[true, '#N/A', 2, null, null, null]]);
  });

  it('keeps the digits of numbers that are too long', async () => {
    const cells = '<c><v>9007199254740993</v></c><c><v>1.5E-3</v></c><c><v>1E999</v></c>';
    expect((await read(sheet(`${header(...'abc')}<row>${cells}</row>`))).rows).to.deep.equal([['9007199254740993', 0.0015, '1E999']]);
  });

  it('reads dates and times by the format of the cell, in both systems, whatever the time zone', async () => {
    const formats =
      '<numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\\\-mmm;@"/><numFmt numFmtId="165" formatCode="0.0&quot;days&quot;"/></numFmts>';
    const rows = `${header(...'abcdef')}<row>${[45351.5, 0.354166666666667, 45352, 2.5, 59, 61]
      .map((value, index) => `<c s="${[1, 2, 3, 4, 1, 1][index]}"><v>${value}</v></c>`)
      .join('')}</row>`;
    const parts = { styles: `${formats}${styles(0, 22, 20, 164, 165)}` };
    const dates = (values: readonly unknown[]) => values.map((value) => (value instanceof Date ? value.toISOString() : value));
    const before = process.env.TZ;
    try {
      for (const zone of ['UTC', 'America/Los_Angeles', 'Asia/Kolkata']) {
        process.env.TZ = zone;
        expect(dates((await read(sheet(rows, parts))).rows[0] as unknown[]), zone).to.deep.equal([
          '2024-02-29T12:00:00.000Z',
          '08:30:00',
          '2024-03-01T00:00:00.000Z',
          2.5,
          '1900-02-28T00:00:00.000Z',
          '1900-03-01T00:00:00.000Z',
        ]);
        expect(dates((await read(sheet(rows, { ...parts, isFrom1904: true }))).rows[0] as unknown[])[0]).to.equal(
          '2028-03-01T12:00:00.000Z',
        );
      }
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });

  it('tells formats of dates, times and numbers apart', () => {
    for (const [code, kind] of [
      ['General', 'number'],
      ['0.00', 'number'],
      ['yyyy-mm-dd', 'date'],
      ['d. mmmm', 'date'],
      ['mmm', 'date'],
      ['hh:mm:ss', 'time'],
      ['mm:ss.0', 'time'],
      ['[h]:mm', 'number'],
      ['#,##0 "days"', 'number'],
      ['[Red]0.0;[Blue]0', 'number'],
      ['h:mm AM/PM', 'time'],
      ['yyyy-mm-dd hh:mm', 'date'],
    ] as const)
      expect(kindOf(code), code).to.equal(kind);
  });

  it('takes the first visible sheet, or the one it is told', async () => {
    const rows = (name: string) => `${header(name)}<row><c><v>1</v></c></row>`;
    const file = xlsxOf({
      sheets: [
        { name: 'Secret', state: 'hidden', rows: rows('s') },
        { name: 'Data', rows: rows('d') },
        { name: 'More', state: 'veryHidden', rows: rows('m') },
      ],
    });
    expect((await read(file)).header).to.deep.equal(['d']);
    expect((await read(file, { sheet: 'More' })).header).to.deep.equal(['m']);
    expect((await read(file, { sheet: 1 })).header).to.deep.equal(['s']);
    expect((await failure(read(file, { sheet: 'Dta' }))).message).to.equal(
      "the file has no sheet 'Dta'; set parsingOptions.sheet to a name or number of its sheets: 'Secret', 'Data', 'More'",
    );
    const hidden = xlsxOf({ sheets: [{ state: 'hidden', rows: rows('s') }] });
    expect((await failure(read(hidden))).message).to.include('no visible sheet');
  });

  it('leaves out cells and columns without a value', async () => {
    const rows = `${header('a')}<row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row><row r="1048576"><c r="A1048576"><v>2</v></c></row>`;
    expect(await read(sheet(rows))).to.deep.equal({ header: ['a'], rows: [[1], [2]] });
  });

  it('refuses a far cell that no column has, and cells outside a sheet', async () => {
    const far = sheet(`${header('a')}<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>`);
    expect((await failure(read(far))).message).to.include(
      "it has 16384 cells where the header has 1 (the header ends with 'a'), and the first",
    );
    for (const row of ['<row r="1048577"/>', '<row><c r="XFE1"><v>1</v></c></row>', '<row r="1e300"/>'])
      expect((await failure(read(sheet(row)))).message).to.include('too large for XLSX');
  });

  it('refuses a part that is too large unpacked, without unpacking it', async () => {
    const bomb = zipFile({ 'xl/workbook.xml': Buffer.alloc(20 * 1024 * 1024, 32) });
    expect((await failure(read(bomb))).message).to.include('its part xl/workbook.xml has 20,971,520 bytes unpacked');
  });

  it('refuses a text without end in a part', async () => {
    const rows = `${header('a')}<row>${text('x'.repeat(3 * 1024 * 1024))}</row>`;
    expect((await failure(read(sheet(rows)))).message).to.include('a text of more than a million characters');
  });

  it('says what is missing in a file', async () => {
    for (const [file, reason] of [
      [Buffer.from('a,b\n1,2\n'), 'end of central directory'],
      [zipFile({ 'a.txt': 'x' }), 'it has no workbook'],
      [sheet('<row><c>'), 'sheet1.xml'],
    ] as const) {
      const { message } = await failure(read(file));
      expect(message).to.match(/^the file cannot be read as XLSX \(.*\); save it as \.xlsx or upload it as csv$/s);
      if (reason !== 'sheet1.xml') expect(message.toLowerCase()).to.include(reason.toLowerCase());
    }
  });
});
