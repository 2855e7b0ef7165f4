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
  ] as const) {
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(name)}`, () => {
      expect(safeFileName(name)).to.equal(expected);
    });
  }

  it('keeps the extension of one that is too long', () => {
    expect(safeFileName(`${'x'.repeat(1000)}.parquet`))
      .to.have.length(200)
      .and.match(/x\.parquet$/);
  });

  it('never names anything outside its folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const safe = safeFileName(name);
        return safe !== '' && safe !== '.' && safe !== '..' && !/[/\\\0]/.test(safe);
      }),
    );
  });

  it('is made in one pass of a name of nothing but dots and blanks', () => {
    expect(safeFileName(`${'. '.repeat(2 ** 20)}x`)).to.have.length.within(1, 200);
    expect(safeFileName('name. . .')).to.equal('name');
  });
});
