import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { jsonPieces, jsonStart, jsonText, writeJson } from '../../../src/local/isolation/json-writer.js';
import { failure } from '../../support/failure.js';
import { useFolder } from '../../support/folder.js';

const signal = new AbortController().signal;
const rows = Array.from({ length: 5000 }, (_, index) => ({ index, text: `row ${index}`, nothing: null, inner: { list: [index] } }));

describe('The JSON of outputs', () => {
  const folder = useFolder();

  it('is the same as in one step, whatever the value', async () => {
    const sparse = { a: undefined, b: [undefined, Number.NaN], c: {}, d: [], e: 'é"', f: { g: [[[]], {}] }, at: new Date(0) };
    for (const value of [null, 1, 'text', [], {}, sparse, [sparse, [sparse]], rows, { rows, more: { rows } }]) {
      expect(await jsonText(value)).to.equal(JSON.stringify(value));
    }
  });

  it('is made in pieces', () => {
    const lengths = [...jsonPieces({ rows, object: Object.fromEntries(rows.map((row) => [row.text, row])) })].map(({ length }) => length);
    expect(Math.max(...lengths)).to.be.lessThan(100_000);
    expect(lengths.length).to.be.greaterThan(5);
  });

  it('begins without the rest', () => {
    expect(jsonStart({ rows }, 100)).to.have.length.greaterThan(100).and.lessThan(1000);
  });

  it('is text up to a size, then a compressed file', async () => {
    const path = join(folder.path, 'output');
    const small = JSON.stringify({ a: 'ä' });
    expect(await writeJson({ a: 'ä' }, { path, inlineBytes: Buffer.byteLength(small) }, signal)).to.deep.equal({ json: small });
    expect(readdirSync(folder.path)).to.deep.equal([]);
    expect(await writeJson({ a: 'ä' }, { path, inlineBytes: small.length }, signal)).to.deep.equal({ file: path });
    await writeJson(rows, { path, inlineBytes: 100_000 }, signal);
    expect(gunzipSync(readFileSync(path)).toString()).to.equal(JSON.stringify(rows));
  });

  it('leaves no half file when it is interrupted', async () => {
    const reason = new Error('cancelled');
    await failure(writeJson(rows, { path: join(folder.path, 'output'), inlineBytes: 1000 }, AbortSignal.abort(reason)));
    expect(readdirSync(folder.path)).to.deep.equal([]);
  });
});
