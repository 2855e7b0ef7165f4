import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { BlockLimitError } from '../../../src/local/engine/errors.js';
import type { BlockHandler, BlockProgress } from '../../../src/local/engine/types.js';
import { ProcessEndedError } from '../../../src/local/isolation/errors.js';
import type { WorkLimits } from '../../../src/local/isolation/limits.js';
import { failure } from '../../support/failure.js';
import { useFolder } from '../../support/folder.js';
import { throughBlock } from '../support/platform.js';
import { TestPool } from './support.js';

describe('A child process of the local platform', function () {
  this.timeout(60_000);
  const folder = useFolder();
  let used: TestPool;
  const create = (limits: WorkLimits = {}): void => {
    used = new TestPool(folder, limits);
  };
  afterEach(() => used.pool.close());

  it('ends with a block that spins, which is named, and is replaced', async () => {
    create();
    const error = await failure(used.run(throughBlock('spin'), 1, { modules: ['spin'], blockSeconds: 0.5 }));
    expect(error).to.be.instanceOf(BlockLimitError);
    expect(error.message).to.match(/^Block 'work' \(spin\) took more than 0\.5 seconds/);
    expect(await used.output(throughBlock('shout'), 'hello', { modules: ['shout'] })).to.equal('HELLO');
  });

  it('ends with a block that waits for ever', async () => {
    create();
    const error = await failure(used.run(throughBlock('never'), 1, { modules: ['never'], blockSeconds: 0.5 }));
    expect(error.message).to.match(/^Block 'work' \(never\) took more than 0\.5 seconds/);
  });

  it('names the block whose rows do not come, not the one that reads them', async () => {
    create();
    const rows: BlockHandler = async function* () {
      yield { a: 1 };
      await new Promise(() => {});
    };
    const error = await failure(used.run(throughBlock('rows'), 1, { handlers: { rows }, blockSeconds: 0.5 }));
    expect(error.message).to.match(/^Block 'work' \(rows\) took more than 0\.5 seconds/);
  });

  it('ends with a block that needs too much memory, in its heap or outside', async () => {
    create({ blockBytes: 2 ** 28 });
    for (const type of ['hoard', 'hoard_bytes']) {
      const error = await failure(used.run(throughBlock(type), 1, { modules: [type] }));
      expect(error).to.be.instanceOf(BlockLimitError);
      expect(error.message).to.match(new RegExp(`^Block 'work' \\(${type}\\) needed more than 256 MiB of memory`));
    }
  });

  it('that ended is told from a block that failed', async () => {
    create();
    const error = await failure(used.run(throughBlock('exit'), 1, { modules: ['exit'] }));
    expect(error).to.be.instanceOf(ProcessEndedError);
    expect(error.message).to.contain('exit code 7');
    const failed = await failure(used.run(throughBlock('fails'), 1, { handlers: { fails: () => Promise.reject(new Error('it broke')) } }));
    expect(failed.message).to.equal("Block 'work' (fails): it broke");
  });

  it('lets a cancelled block clean up, and is ended when the block does not react', async () => {
    create();
    const left = join(folder.path, 'left');
    const reason = new Error('cancelled');
    const cancelled = async (type: string, input: unknown) => {
      const control = new AbortController();
      const progress: BlockProgress[] = [];
      const failed = failure(used.run(throughBlock(type), input, { modules: [type], signal: control.signal, progress }));
      while (!progress.some(({ blockId }) => blockId === 'work')) await delay(5);
      await delay(50);
      control.abort(reason);
      return await failed;
    };
    expect(await cancelled('until_cancelled', left)).to.equal(reason);
    expect(readFileSync(left, 'utf8')).to.equal('cancelled');
    const begin = performance.now();
    expect(await cancelled('spin', 1)).to.equal(reason);
    expect(performance.now() - begin).to.be.lessThan(5000);
  });
});
