import { expect } from 'chai';
import fc from 'fast-check';
import { validateConfiguration } from '../../../../src/local/engine/index.js';
import { pipeline, runBlock } from '../support/engine.js';

const split = (data: unknown, config: Record<string, unknown> = {}) => runBlock('text_splitter', config, { data }) as Promise<string[]>;

describe('the text_splitter block', () => {
  it('leaves a short text whole', async () => {
    expect(await split('A short text.')).to.deep.equal(['A short text.']);
    expect(await split('')).to.deep.equal([]);
    expect(await split(' \n ')).to.deep.equal([]);
  });

  it('prefers paragraphs to lines to words to characters', async () => {
    const config = { chunk_size: 12, chunk_overlap: 0 };
    expect(await split('one two\n\nthree four\nfive', config)).to.deep.equal(['one two', 'three four', 'five']);
    expect(await split('one two three four', config)).to.deep.equal(['one two', 'three four']);
    expect(await split('abcdefghijklmnopqrstuvwxyz', config)).to.deep.equal(['abcdefghijkl', 'mnopqrstuvwx', 'yz']);
  });

  it('begins a chunk with the end of the one before', async () => {
    expect(await split('a b c d e f', { chunk_size: 6, chunk_overlap: 2 })).to.deep.equal(['a b c', 'c d e', 'e f']);
  });

  it('takes the separators that are given', async () => {
    expect(await split('a;b c;d', { chunk_size: 4, chunk_overlap: 0, separators: [';'] })).to.deep.equal(['a;', 'b c;', 'd']);
  });

  it('splits each text of a list', async () => {
    expect(await split(['ab cd', 'ef'], { chunk_size: 3, chunk_overlap: 0 })).to.deep.equal(['ab', 'cd', 'ef']);
  });

  it('does not cut a character in two', async () => {
    expect(await split('😀😀😀', { chunk_size: 3, chunk_overlap: 0 })).to.deep.equal(['😀', '😀', '😀']);
  });

  it('does not say the end of a chunk again for the white space after it', async () => {
    expect(await split('\nbc\n\n\n\n\n\n', { chunk_size: 4, chunk_overlap: 3 })).to.deep.equal(['bc']);
  });

  it('makes chunks no longer than allowed that hold all of the text in its order', async () => {
    const texts = fc.array(fc.constantFrom('a', 'bc', ' ', '\n', '\n\n', 'defgh', '.'), { maxLength: 80 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 20 }), fc.nat(19), async (text, chunk_size, overlap) => {
        const chunk_overlap = Math.min(overlap, chunk_size - 1);
        const chunks = await split(text, { chunk_size, chunk_overlap });
        let end = 0;
        for (const chunk of chunks) {
          expect(chunk.length).to.be.within(1, chunk_size);
          // The chunk goes on where the one before ended, at the latest after white space.
          const next = text.slice(end).search(/\S|$/) + end;
          const starts = [...text.slice(0, next + 1)]
            .map((_, index) => index)
            .filter((index) => text.startsWith(chunk, index) && next - index <= chunk_overlap + chunk_size);
          expect(starts, `${JSON.stringify(chunk)} in ${JSON.stringify(text)} before ${next}`).not.to.deep.equal([]);
          end = Math.max(...starts) + chunk.length;
        }
        expect(text.slice(end).trim()).to.equal('');
      }),
    );
  });

  it('refuses an overlap as long as a chunk', () => {
    const config = { chunk_size: 100, chunk_overlap: 100 };
    const { errors } = validateConfiguration(
      pipeline({ c: ['constant'], s: ['text_splitter', config], out: ['output'] }, 'c -> s', 's -> out'),
    );
    expect(errors.map((error) => error.message)).to.deep.equal([
      'its config is invalid: chunk_overlap (100) must be smaller than chunk_size (100); set both',
    ]);
  });
});
