import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { BlockHandler, BlockProgress } from '../../../src/local/engine/types.js';
import type { Sources } from '../../../src/local/isolation/sources.js';
import { failure } from '../../support/failure.js';
import { useFolder } from '../../support/folder.js';
import { throughBlock } from '../support/platform.js';
import { noSources, TestPool } from './support.js';

describe('The child processes of the local platform', function () {
  this.timeout(30_000);
  const folder = useFolder();
  let used: TestPool;
  before(() => {
    used = new TestPool(folder, { idleProcesses: 1 });
  });
  after(() => used.pool.close());

  it('are forked when one is needed, and do one job after another', async () => {
    expect(used.pool.pids).to.deep.equal([]);
    const progress: BlockProgress[] = [];
    const pid = await used.output(throughBlock('process_id'), 1, { modules: ['process_id'], progress });
    expect(pid).to.not.equal(process.pid);
    expect(progress.map(({ message }) => message)).to.include("Finished process_id 'work'");
    expect(await used.output(throughBlock('process_id'), 1, { modules: ['process_id'] })).to.equal(pid);
    expect(used.pool.pids).to.deep.equal([pid]);
  });

  it('hand values of any size to handlers of the parent and back', async () => {
    const big = Array.from({ length: 6000 }, (_, index) => ({ index, inner: { text: `row ${index}` } }));
    const keep: BlockHandler = ({ inputs }) => inputs.data;
    expect(await used.output(throughBlock('keep'), big, { handlers: { keep } })).to.deep.equal(big);
  });

  it('let handlers read rows as often as they like, and return rows', async () => {
    const path = join(folder.path, 'rows.csv');
    writeFileSync(path, `n\n${Array.from({ length: 3000 }, (_, index) => index).join('\n')}\n`);
    const sources: Sources = {
      ...noSources,
      dataset: async () => ({ name: 'rows', table: { path, fileType: 'csv', columns: null, parsingOptions: null } }),
    };
    const overRows = (type: string) => {
      const { blocks, ...rest } = throughBlock(type);
      return { ...rest, blocks: { ...blocks, given: { id: 'given', type: 'dataset', config: { dataset_id: 'rows' } } } };
    };
    const twice: BlockHandler = async ({ inputs }) => {
      const rows = inputs.data as AsyncIterable<unknown>;
      const counts = [0, 0];
      for await (const _row of rows) counts[0]!++;
      for await (const _row of rows) if (++counts[1]! === 700) break;
      return counts;
    };
    expect(await used.output(overRows('twice'), 1, { sources, handlers: { twice } })).to.deep.equal([3000, 700]);
    expect(await used.output(overRows('count_twice'), 1, { sources, modules: ['count_twice'] })).to.deep.equal([3000, 3000]);
    const some: BlockHandler = async function* () {
      for (let n = 0; n < 1200; n++) yield { n };
    };
    expect(await used.output(throughBlock('some'), 1, { handlers: { some } })).to.have.length(1200);
  });

  it('write big outputs to a file', async () => {
    const value = Array.from({ length: 3000 }, (_, index) => ({ index, text: 'some text' }));
    const { file = '', summary } = await used.run(throughBlock('identity'), value, { inlineBytes: 1000 });
    expect(JSON.parse(gunzipSync(readFileSync(file)).toString())).to.deep.equal({ output: value });
    expect(summary).to.equal('output: 3000 items');
  });

  it('find the handlers of a module under their names or in its default', async () => {
    expect(await used.output(throughBlock('whisper'), 'HELLO', { modules: ['whisper'] })).to.equal('hello');
    const missing = await failure(used.run(throughBlock('other'), 1, { modules: ['other'] }));
    expect(missing.message).to.match(/^Block 'work' \(other\): the module .*handlers\.js exports no handler for the type 'other'/);
  });

  it('end with the pool', async () => {
    const pid = Number(await used.output(throughBlock('process_id'), 1, { modules: ['process_id'] }));
    expect(used.pool.pids).to.include(pid);
    await used.pool.close();
    expect(used.pool.pids).to.deep.equal([]);
    expect(() => process.kill(pid, 0)).to.throw('ESRCH');
  });
});
