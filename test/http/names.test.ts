import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { safeFileName } from '../../src/http/files/file-name.js';
import { mimeTypeOf } from '../../src/http/files/mime.js';
import { version } from '../../src/version.js';

describe('the MIME type of a file name', () => {
  const office = 'application/vnd.openxmlformats-officedocument.';
  for (const [name, type] of [
    ['a.csv', 'text/csv'],
    ['A.CSV', 'text/csv'],
    ['a.tsv', 'text/tab-separated-values'],
    ['a.txt', 'text/plain'],
    ['a.log', 'text/plain'],
    ['a.md', 'text/markdown'],
    ['a.html', 'text/html'],
    ['a.xml', 'text/xml'],
    ['a.json', 'application/json'],
    ['a.jsonl', 'application/x-ndjson'],
    ['a.yaml', 'application/yaml'],
    ['a.yml', 'application/yaml'],
    ['a.pdf', 'application/pdf'],
    ['a.doc', 'application/msword'],
    ['a.docx', `${office}wordprocessingml.document`],
    ['a.xls', 'application/vnd.ms-excel'],
    ['a.xlsx', `${office}spreadsheetml.sheet`],
    ['a.ppt', 'application/vnd.ms-powerpoint'],
    ['a.pptx', `${office}presentationml.presentation`],
    ['a.rtf', 'application/rtf'],
    ['a.zip', 'application/zip'],
    ['a.gz', 'application/gzip'],
    ['a.tar.gz', 'application/x-tar'],
    ['a.csv.gz', 'text/csv'],
    ['2024.11.gz', 'application/gzip'],
    ['a.parquet', 'application/vnd.apache.parquet'],
    ['a.png', 'image/png'],
    ['a.jpg', 'image/jpeg'],
    ['a.jpeg', 'image/jpeg'],
    ['a.gif', 'image/gif'],
    ['a.webp', 'image/webp'],
    ['a.svg', 'image/svg+xml'],
    ['a.bmp', 'image/bmp'],
    ['a.tif', 'image/tiff'],
    ['a.tiff', 'image/tiff'],
    ['a.mp3', 'audio/mpeg'],
    ['a.wav', 'audio/wav'],
    ['a.mp4', 'video/mp4'],
    ['uploaded_file', 'application/octet-stream'],
    ['csv', 'application/octet-stream'],
    ['.bashrc', 'application/octet-stream'],
    ['a.', 'application/octet-stream'],
    ['a.unheard-of', 'application/octet-stream'],
    ['dir.csv/a', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ] as const) {
    it(`is ${type} for '${name}'`, () => {
      expect(mimeTypeOf(name)).to.equal(type);
    });
  }
});

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

  it('keeps the suffix of one that is too long', () => {
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
});

describe('the version', () => {
  it('is that of package.json', () => {
    const { version: declared } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(version).to.equal(declared);
  });
});
