import { expect } from 'chai';
import { decodeChunks, decodeText } from '../../../src/http/calls/json-text.js';

/** The bytes in chunks that end at some places. */
function cutAt(bytes: Uint8Array, ...places: number[]): Uint8Array[] {
  const ends = [...places, bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe('the text of chunks', () => {
  const texts = {
    'characters of one to four bytes': new TextEncoder().encode('aé€𝄞z'),
    'a mark in the middle': new TextEncoder().encode('{"a":"\uFEFFb\uFEFF"}'),
    'marks at the beginning': new TextEncoder().encode('\uFEFF\uFEFF{}'),
    'UTF-16': new Uint8Array([0xff, 0xfe, 0x7b, 0, 0xac, 0x20, 0x7d, 0]),
    'UTF-16 with its other mark': new Uint8Array([0xfe, 0xff, 0, 0x7b, 0x20, 0xac, 0, 0x7d]),
    'characters that break off': new Uint8Array([0xe2, 0x82, 0xc3, 0xa9, 0xf0, 0x9d, 0x41, 0xf0, 0x9d, 0x84]),
    'bytes that belong to none': new Uint8Array([0xf0, 0x80, 0x80, 0x80, 0x80, 0x80, 0xc3, 0xa9, 0xa9, 0xff, 0xed, 0xa0, 0x80]),
  };
  for (const [name, bytes] of Object.entries(texts)) {
    it(`is that of the whole, wherever they end: ${name}`, () => {
      const whole = decodeText(bytes);
      for (let one = 0; one <= bytes.length; one++)
        for (let other = one; other <= bytes.length; other++)
          expect(decodeChunks(cutAt(bytes, one, other)), `${one}, ${other}`).to.equal(whole);
      expect(decodeChunks(Array.from(bytes, (byte) => new Uint8Array([byte])))).to.equal(whole);
    });
  }

  it('is nothing of none', () => {
    expect(decodeChunks([])).to.equal('');
    expect(decodeChunks([new Uint8Array(), new Uint8Array()])).to.equal('');
  });
});
