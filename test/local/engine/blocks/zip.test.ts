import { expect } from 'chai';
import { failure, pipeline, run, runBlock } from '../support/engine.js';

const zip = (inputs: Record<string, unknown>, combine_strategy?: string) =>
  runBlock('zip', combine_strategy ? { combine_strategy } : {}, inputs);

describe('the zip block', () => {
  it('merges objects by default, later ports first in rank, and names other values by their port', async () => {
    expect(await zip({ a: { x: 1, y: 1 }, b: { y: 2 }, n: 3 })).to.deep.equal({ x: 1, y: 2, n: 3 });
  });

  it('makes a list of the values', async () => {
    expect(await zip({ a: { x: 1 }, b: 'two' }, 'create_array')).to.deep.equal([{ x: 1 }, 'two']);
  });

  it('combines lists item by item, with the other values at each item', async () => {
    expect(await zip({ a: [{ x: 1 }, { x: 2 }], b: ['p', 'q'], c: 0 })).to.deep.equal([
      { x: 1, b: 'p', c: 0 },
      { x: 2, b: 'q', c: 0 },
    ]);
    expect(await zip({ a: [1, 2], b: [3, 4] }, 'create_array')).to.deep.equal([
      [1, 3],
      [2, 4],
    ]);
    expect(await zip({ a: [] })).to.deep.equal([]);
  });

  it('reads rows as a list', async () => {
    const configuration = pipeline(
      { d: ['dataset', { dataset_id: 'd' }], l: ['constant', { config_value: ['p', 'q'] }], z: ['zip'], out: ['output'] },
      'd -> z.rows',
      'l -> z.letter',
      'z -> out',
    );
    expect(await run(configuration, {}, { datasets: { d: [{ n: 1 }, { n: 2 }] } })).to.deep.equal({
      output: [
        { n: 1, letter: 'p' },
        { n: 2, letter: 'q' },
      ],
    });
  });

  it('refuses lists of different lengths, naming them', async () => {
    expect((await failure(zip({ a: [1], b: [1, 2] }))).message).to.equal(
      "Block 'it' (zip): its lists differ in length: 'a' has 1, 'b' has 2; connect lists of the same length",
    );
  });

  it('refuses to combine nothing', async () => {
    expect((await failure(zip({}))).message).to.equal("Block 'it' (zip): nothing is connected to it; connect blocks to ports of any name");
  });
});
