import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { csvLine } from '../../../src/cli/output/csv.js';
import { jsonLine } from '../../../src/cli/output/json.js';
import { bytesText, durationText, progressText } from '../../../src/cli/output/progress.js';
import { styleFor } from '../../../src/cli/output/style.js';
import { renderPairs, renderTable } from '../../../src/cli/output/table.js';
import { oneLine, plainText } from '../../../src/cli/output/text.js';

const columns = (...names: string[]) => names.map((title) => ({ title, value: (row: Record<string, unknown>) => row[title] }));

describe('what the command line prints', () => {
  it('is a table whose columns are as wide as their values', () => {
    const rows = [
      { id: 'a', name: 'Oslo', at: new Date('2026-01-31T12:00:00.250Z') },
      { id: 'bcd', name: '東京', at: null },
    ];
    expect(renderTable(columns('id', 'name', 'at'), rows)).to.equal('id   name  at\na    Oslo  2026-01-31T12:00:00Z\nbcd  東京');
    expect(renderTable(columns('id'), [])).to.equal('id');
  });

  it('fits the terminal: long values are cut, and columns that do not fit are left out', () => {
    const rows = [{ id: '0123456789', name: 'x'.repeat(60), more: 'y'.repeat(60), last: 'z' }];
    const narrow = renderTable(columns('id', 'name', 'more', 'last'), rows, { width: 40 });
    for (const line of narrow.split('\n')) expect(line.length, line).to.be.at.most(40);
    expect(narrow).to.contain('0123456789').and.contain('x…').and.not.contain('last');
    const all = renderTable(columns('id', 'name', 'more', 'last'), rows, { width: 40, keepAll: true });
    for (const line of all.split('\n')) expect(line.length, line).to.be.at.most(40);
    expect(all).to.contain('last').and.contain('y…');
    expect(renderTable(columns('id', 'name'), rows, { width: 200 })).to.contain('x'.repeat(47));
    for (let width = 1; width < 30; width++) renderTable(columns('id', 'name', 'more', 'last'), rows, { width, keepAll: true });
  });

  it('has nothing in it that could move the cursor or hide text', () => {
    const evil = 'a\u001b[2J\u0007\u202eb\r\nc\td';
    expect(oneLine(evil)).to.equal('a\\u001b[2J\\u0007\\u202eb c d');
    expect(plainText('a\r\nb\tc')).to.equal('a\nb\tc');
    for (const character of ['\u001b', '\u0007', '\u202e', '\r']) {
      expect(renderTable(columns('x'), [{ x: evil }])).not.to.contain(character);
      expect(renderPairs([['x', plainText(evil)]])).not.to.contain(character);
    }
  });

  it('is CSV as RFC 4180 has it, and no formula in a spreadsheet', () => {
    const line = csvLine(['plain', 'a,b', 'say "x"', 'two\nlines', null, -5, true, { a: 1 }, new Date(0)]);
    expect(line.endsWith('\r\n')).to.equal(true);
    expect(parse(line)).to.deep.equal([['plain', 'a,b', 'say "x"', 'two\nlines', '', '-5', 'true', '{"a":1}', '1970-01-01T00:00:00.000Z']]);
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])
      expect(parse(csvLine([text]), { relaxColumnCount: true })[0]![0], text).to.equal(`'${text}`);
  });

  it('is JSON, a line for each value, whatever it is', () => {
    expect(jsonLine({ a: [1, 'x\ny'] })).to.equal('{"a":[1,"x\\ny"]}\n');
    expect(jsonLine({ big: 12345678901234567890n, bytes: new Uint8Array([1, 2]) })).to.equal(
      '{"big":"12345678901234567890","bytes":"AQI="}\n',
    );
    expect(jsonLine(undefined)).to.equal('null\n');
  });

  it('takes no word of JavaScript for a status', () => {
    for (const name of ['constructor', '__proto__']) {
      expect(renderTable(columns('name'), [{ name }])).to.equal(`name\n${name}`);
      expect(renderPairs([['name', name]])).to.equal(`name  ${name}`);
    }
  });

  it('is coloured on a terminal only, and not with NO_COLOR', () => {
    const red = '\u001b[31mx\u001b[39m';
    expect(styleFor({ isTTY: true }, {}).red('x')).to.equal(red);
    expect(styleFor({ isTTY: false }, {}).red('x')).to.equal('x');
    expect(styleFor({ isTTY: true }, { NO_COLOR: '1' }).red('x')).to.equal('x');
    expect(styleFor({ isTTY: true }, { NO_COLOR: '' }).red('x')).to.equal(red);
    expect(styleFor({ isTTY: true }, { TERM: 'dumb' }).red('x')).to.equal('x');
    const coloured = renderTable(columns('status'), [{ status: 'failed' }], { style: styleFor({ isTTY: true }, {}) });
    expect(coloured).to.equal('\u001b[1mstatus\u001b[22m\n\u001b[31mfailed\u001b[39m');
  });

  it('has sizes, times and progress as people read them', () => {
    expect([0, 1023, 1024, 150_000, 5 * 2 ** 30].map(bytesText)).to.deep.equal(['0 B', '1023 B', '1.0 KiB', '146 KiB', '5.0 GiB']);
    expect([340, 59_940, 61_000].map(durationText)).to.deep.equal(['0.3 s', '59.9 s', '1 min 1 s']);
    expect(progressText({ step: 1, steps: 3, fraction: 1 / 3, message: 'reading' })).to.equal('step 1 of 3, 33 %, reading');
    expect(progressText()).to.equal('');
  });
});
