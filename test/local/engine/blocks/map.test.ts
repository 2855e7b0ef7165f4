import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { validateConfiguration } from '../../../../src/local/engine/index.js';
import type { BlockContext } from '../../../../src/local/engine/types.js';
import { failure, pipeline, run, runBlock } from '../support/engine.js';

describe('the map block', () => {
  it('runs the target for each item, in the order of the items', async () => {
    const config = { target_block_type: 'string_template', target_config: { template: 'Hello {{ name }}' } };
    expect(await runBlock('map', config, { data: [{ name: 'Ada' }, { name: 'Bob' }] })).to.deep.equal(['Hello Ada', 'Hello Bob']);
    expect(await runBlock('map', config, { data: [] })).to.deep.equal([]);
  });

  it('keeps the order although later items are done first', async () => {
    const handlers = {
      slow: async ({ inputs }: BlockContext) => {
        for (let turns = Number(inputs.data); turns > 0; turns--) await setImmediate();
        return inputs.data;
      },
    };
    expect(await runBlock('map', { target_block_type: 'slow' }, { data: [9, 6, 3, 0] }, { handlers })).to.deep.equal([9, 6, 3, 0]);
  });

  it('runs at most max_concurrency at a time, five by default', async () => {
    for (const [config, most] of [
      [{ max_concurrency: 2 }, 2],
      [{ max_concurrency: 1 }, 1],
      [{}, 5],
    ] as const) {
      let [now, peak] = [0, 0];
      const handlers = {
        count: async () => {
          peak = Math.max(peak, ++now);
          await setImmediate();
          now--;
        },
      };
      await runBlock('map', { target_block_type: 'count', ...config }, { data: new Array(20).fill(0) }, { handlers });
      expect(peak).to.equal(most);
    }
  });

  it('fills in the target’s defaults and hands on what its other ports bring', async () => {
    const handlers = { show: ({ config, inputs }: BlockContext) => ({ config, inputs }) };
    expect(
      await runBlock('map', { target_block_type: 'show', target_config: { a: 1 } }, { data: [7], prompt: 'p' }, { handlers }),
    ).to.deep.equal([{ config: { a: 1 }, inputs: { data: 7, prompt: 'p' } }]);
    const split = { target_block_type: 'text_splitter', target_config: { chunk_size: 3, chunk_overlap: 0 } };
    expect(await runBlock('map', split, { data: ['ab cd', 'ef'] })).to.deep.equal([['ab', 'cd'], ['ef']]);
  });

  it('maps rows and gives rows that a target makes as lists', async () => {
    const target_config = { target_block_type: 'transform', target_config: { operations: [{ type: 'limit', count: 1 }] } };
    const configuration = pipeline(
      { d: ['dataset', { dataset_id: 'd' }], m: ['map', target_config], out: ['output'] },
      'd -> m.data',
      'm -> out',
    );
    const error = await failure(run(configuration, {}, { datasets: { d: [{ n: 1 }] } }));
    expect(error.message).to.equal(
      "Block 'm' (map): item 1: rows are expected, but an object arrived; connect a dataset, a list of objects or a dataset id",
    );
    expect(await runBlock('map', target_config, { data: [[{ n: 1 }, { n: 2 }], [{ n: 3 }]] })).to.deep.equal([[{ n: 1 }], [{ n: 3 }]]);
  });

  it('maps within a map', async () => {
    const inner = { target_block_type: 'string_template', target_config: { template: '<{{ data }}>' } };
    expect(await runBlock('map', { target_block_type: 'map', target_config: inner }, { data: [['a'], ['b', 'c']] })).to.deep.equal([
      ['<a>'],
      ['<b>', '<c>'],
    ]);
  });

  it('names the item that failed, and starts no more', async () => {
    const seen: unknown[] = [];
    const handlers = {
      picky: ({ inputs }: BlockContext) => {
        seen.push(inputs.data);
        if (inputs.data === 2) throw new Error('not that one');
        return inputs.data;
      },
    };
    const error = await failure(runBlock('map', { target_block_type: 'picky', max_concurrency: 1 }, { data: [1, 2, 3, 4] }, { handlers }));
    expect(error.message).to.equal("Block 'it' (map): item 2: not that one");
    expect(seen).to.deep.equal([1, 2]);
  });

  it('is refused with a target that is not known, not possible or wrongly configured', () => {
    const problem = (config: Record<string, unknown>) => {
      const { errors } = validateConfiguration(pipeline({ c: ['constant'], m: ['map', config], out: ['output'] }, 'c -> m', 'm -> out'), {
        knownTypes: ['mine'],
      });
      return errors.map((error) => error.message);
    };
    expect(problem({ target_block_type: 'mine' })).to.deep.equal([]);
    expect(problem({ target_block_type: 'nonsense' })[0]).to.include("target 'nonsense': the block type 'nonsense' is unknown");
    expect(problem({ target_block_type: 'dataset' })[0]).to.include("target 'dataset': its config is invalid: dataset_id: ");
    expect(problem({ target_block_type: 'input' })[0]).to.include("a block of the type 'input' cannot be run for each item");
    expect(problem({ target_block_type: 'mine', max_concurrency: 0 })[0]).to.include('max_concurrency: ');
  });

  it('refuses what is no list', async () => {
    expect((await failure(runBlock('map', { target_block_type: 'identity' }, { data: 'text' }))).message).to.equal(
      "Block 'it' (map): a list is expected on port 'data', but the text 'text' arrived",
    );
  });
});
