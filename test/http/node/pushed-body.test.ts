import { expect } from 'chai';
import { PushedBody } from '../../../src/http/node/pushed-body.js';
import { failure } from '../../support/failure.js';

const KIB = 1024;

/** A body, and what it asks of where it comes from. */
function world() {
  const asked: string[] = [];
  const body = new PushedBody({
    pause: () => asked.push('pause'),
    resume: () => asked.push('resume'),
    abort: ({ message }) => asked.push(`abort: ${message}`),
  });
  return { body, asked };
}

/** Reads a body until `take` is false. */
const read = (body: PushedBody, take: (chunk: Uint8Array) => boolean): Promise<void> => body.forEach(take);

const text = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString();

describe('a body that is pushed', () => {
  it('is passed on chunk by chunk, those that came before its reader first', async () => {
    const { body, asked } = world();
    const chunks: Uint8Array[] = [];
    body.push(Buffer.from('a'));
    const reading = read(body, (chunk) => chunks.push(chunk) > 0);
    body.push(Buffer.from('b'));
    body.end();
    await reading;
    expect(text(chunks)).to.equal('ab');
    body.destroy();
    expect(asked).to.deep.equal([]);
  });

  it('is not kept without end for a reader who is slow', async () => {
    const { body, asked } = world();
    for (let at = 0; at < 4; at++) body.push(Buffer.alloc(64 * KIB));
    expect(asked).to.deep.equal([]);
    body.push(Buffer.alloc(1));
    expect(asked).to.deep.equal(['pause']);
    let bytes = 0;
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes === 256 * KIB + 1) body.end();
    }
    expect(bytes).to.equal(256 * KIB + 1);
    expect(asked).to.deep.equal(['pause', 'resume']);
  });

  it('keeps its order when more is pushed as soon as it resumes', async () => {
    const chunks: Uint8Array[] = [];
    const body: PushedBody = new PushedBody({ pause: () => {}, resume: () => body.push(Buffer.from('c')), abort: () => {} });
    for (const letter of ['a', 'b']) body.push(Buffer.alloc(200 * KIB, letter));
    const reading = read(body, (chunk) => chunks.push(chunk) > 0);
    body.push(Buffer.from('d'));
    body.end();
    await reading;
    expect(chunks.map((chunk) => String.fromCharCode(chunk[0]!)).join('')).to.equal('abcd');
  });

  it('that is left early is given up', async () => {
    const first = world();
    first.body.push(Buffer.from('a'));
    first.body.push(Buffer.from('b'));
    const chunks: Uint8Array[] = [];
    await read(first.body, (chunk) => chunks.push(chunk) === 0);
    expect([text(chunks), first.asked]).to.deep.equal(['a', ['abort: the body was given up']]);
    const second = world();
    const reading = read(second.body, () => true);
    second.body.destroy(new Error('enough'));
    expect((await failure(reading, Error)).message).to.equal('enough');
    expect(second.asked).to.deep.equal(['abort: enough']);
  });

  it('that breaks off is an error for whoever reads it', async () => {
    const broken = world();
    const reading = read(broken.body, () => true);
    broken.body.fail(new Error('reset'));
    expect((await failure(reading, Error)).message).to.equal('reset');
    const late = world();
    late.body.push(Buffer.from('a'));
    late.body.fail(new Error('reset'));
    const iterating = (async () => {
      for await (const _ of late.body);
    })();
    expect((await failure(iterating, Error)).message).to.equal('reset');
  });

  it('that breaks off is read up to there, and one that is given up is not', async () => {
    const chunks: Uint8Array[] = [];
    const iterate = async (body: PushedBody, onChunk: () => void = () => {}) => {
      for await (const chunk of body) {
        chunks.push(chunk);
        onChunk();
      }
    };
    const broken = world();
    for (const letter of ['a', 'b']) broken.body.push(Buffer.alloc(200 * KIB, letter));
    broken.body.fail(new Error('reset'));
    expect((await failure(iterate(broken.body), Error)).message).to.equal('reset');
    expect(chunks.splice(0).map((chunk) => chunk.length)).to.deep.equal([200 * KIB, 200 * KIB]);
    expect(broken.asked).to.deep.equal(['pause']);
    const givenUp = world();
    for (const letter of ['a', 'b']) givenUp.body.push(Buffer.from(letter));
    const ended = iterate(givenUp.body, () => givenUp.body.destroy(new Error('enough')));
    expect((await failure(ended, Error)).message).to.equal('enough');
    expect(text(chunks.splice(0))).to.equal('a');
    const both = world();
    for (const letter of ['a', 'b']) both.body.push(Buffer.from(letter));
    both.body.fail(new Error('reset'));
    const given = iterate(both.body, () => both.body.destroy(new Error('enough')));
    expect((await failure(given, Error)).message).to.equal('reset');
    expect(text(chunks)).to.equal('a');
  });
});
