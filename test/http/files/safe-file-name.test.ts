import { expect } from 'chai';
import fc from 'fast-check';
import { safeFileName } from '../../../src/http/files/safe-file-name.js';

describe('a file name from a server', () => {
  for (const [name, expected] of [
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/shadow', 'shadow'],
    ['..', 'download'],
    ['.', 'download'],
    ['', 'download'],
    ['a/', 'download'],
    ['a\u0000b\n.txt', 'a_b_.txt'],
    ['C:evil.txt', 'C_evil.txt'],
    ['CON.txt', '_CON.txt'],
    ['trailing. . ', 'trailing'],
    ['.bashrc', '.bashrc'],
    ['Übersicht 2026.xlsx', 'Übersicht 2026.xlsx'],
    ['nul', '_nul'],
    ['NUL .txt', '_NUL .txt'],
    ['COM¹.log', '_COM¹.log'],
    ['lpt9.tar.gz', '_lpt9.tar.gz'],
    ['conout$', '_conout$'],
    ['console.txt', 'console.txt'],
    [' . ', 'download'],
    ['a\ud800b.txt', 'a_b.txt'],
    [2026, '2026'],
    [null, 'download'],
    [undefined, 'download'],
    [['a.csv'], 'download'],
    [{ toString: 1 }, 'download'],
    [true, 'download'],
  ] as const) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(name) ?? 'nothing'}`, () => {
      expect(safeFileName(name)).to.equal(expected);
    });
  }

  it('keeps the extension of one that is too long', () => {
    expect(safeFileName(`${'x'.repeat(1000)}.parquet`))
      .to.have.length(255)
      .and.match(/x\.parquet$/);
  });

  for (const [what, name, expected] of [
    ['two bytes', `${'é'.repeat(200)}.csv`, `${'é'.repeat(125)}.csv`],
    ['three bytes', `${'語'.repeat(200)}.tar.gz`, `${'語'.repeat(84)}.gz`],
    ['four bytes', `${'😀'.repeat(100)}.md`, `${'😀'.repeat(63)}.md`],
    ['several bytes, in the extension', `a.${'é'.repeat(200)}`, `a.${'é'.repeat(9)}`],
    ['two bytes, without an extension', 'é'.repeat(200), 'é'.repeat(127)],
    ['one byte, and spaces where it is cut', `${'x'.repeat(250)}${' '.repeat(10)}y`, 'x'.repeat(250)],
  ] as const) {
    it(`is cut at a whole character to 255 bytes when its characters have ${what}`, () => {
      expect(safeFileName(name)).to.equal(expected);
    });
  }

  it('is made in one pass of a name of nothing but dots and blanks', () => {
    expect(safeFileName(`${'. '.repeat(2 ** 20)}x`)).to.have.length(255);
    expect(safeFileName(`.${' '.repeat(2 ** 20)}x`)).to.equal('download');
  });

  it('keeps a name of 255 bytes', () => {
    const name = `${'x'.repeat(251)}.csv`;
    expect(safeFileName(name)).to.equal(name);
  });

  it('never names anything outside its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeFileName(name);
        return Buffer.byteLength(safe) <= 255 && safe !== '' && safe !== '.' && safe !== '..' && !/[/\\\0]/.test(safe);
      }),
    );
  });

  it('loses the dots and blanks at its end', () => {
    expect(safeFileName('name. . .')).to.equal('name');
  });
});
