import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { BlockLimitError } from '../../../src/local/engine/errors.js';
import type { BlockHandler, BlockProgress } from '../../../src/local/engine/types.js';
import { ProcessEndedError } from '../../../src/local/isolation/errors.js';
import { checkLimits, type PlatformLimits } from '../../../src/local/isolation/limits.js';
import { ProcessPool } from '../../../src/local/isolation/pool.js';
import type { GraphTask } from '../../../src/local/isolation/protocol.js';
import { engineServices, type Sources } from '../../../src/local/isolation/sources.js';
import { failure } from '../../support/failure.js';
import { useFolder } from '../support/folder.js';
import { throughBlock } from '../support/platform.js';

const module = new URL('./files/handlers.js', import.meta.url).href;
const none = async (): Promise<never> => {
  throw new Error('There is none.');
};

describe('The child processes of the local platform', function () {
  this.timeout(30_000);
  const folder = useFolder();
  let pool: ProcessPool;
  const create = (limits: PlatformLimits = {}): ProcessPool => {
    pool = new ProcessPool(checkLimits(limits));
    return pool;
  };
  afterEach(() => pool.close());

  interface Given {
    sources?: Sources;
    handlers?: Record<string, BlockHandler>;
    modules?: string[];
    signal?: AbortSignal;
    blockSeconds?: number;
    progress?: BlockProgress[];
    inlineBytes?: number;
  }

  async function run(configuration: object, input: unknown, given: Given = {}): Promise<{ json?: string; file?: string; summary: string }> {
    const { sources = { dataset: none, file: none }, signal = new AbortController().signal, blockSeconds = 60, progress = [] } = given;
    const handlers = new Map(Object.entries(given.handlers ?? {}));
    const task: GraphTask = {
      kind: 'graph',
      configuration: { json: JSON.stringify(configuration) },
      input: { json: JSON.stringify({ given: input }) },
      handlers: [...handlers.keys()],
      modules: (given.modules ?? []).map((type) => [type, module]),
      llm: undefined,
      output: { kind: 'outputs', path: join(folder.path, 'output'), inlineBytes: given.inlineBytes ?? 2 ** 20 },
    };
    const services = engineServices(sources, { handlers });
    return await pool.run<'graph'>(task, { sources, handlers, services, signal, blockSeconds, onProgress: (step) => progress.push(step) });
  }
  const outputOf = async (...given: Parameters<typeof run>) => JSON.parse((await run(...given)).json ?? '').output;

  it('are forked when one is needed, do one job after another and end with the pool', async () => {
    create();
    expect(pool.pids).to.deep.equal([]);
    const progress: BlockProgress[] = [];
    const pid = await outputOf(throughBlock('process_id'), 1, { modules: ['process_id'], progress });
    expect(pid).to.not.equal(process.pid);
    expect(progress.map(({ message }) => message)).to.include("Finished process_id 'work'");
    expect(await outputOf(throughBlock('process_id'), 1, { modules: ['process_id'] })).to.equal(pid);
    expect(pool.pids).to.deep.equal([pid]);
    await pool.close();
    expect(() => process.kill(pid, 0)).to.throw('ESRCH');
  });

  it('ends a block that spins, by name, and goes on with another process', async () => {
    create();
    const error = await failure(run(throughBlock('spin'), 1, { modules: ['spin'], blockSeconds: 0.5 }));
    expect(error).to.be.instanceOf(BlockLimitError);
    expect(error.message).to.match(/^Block 'work' \(spin\) took more than 0\.5 seconds/);
    expect(await outputOf(throughBlock('shout'), 'hello', { modules: ['shout'] })).to.equal('HELLO');
  });

  it('names the block that spins, not the one that reads its rows', async () => {
    create();
    const rows = Array.from({ length: 10 }, () => ({ a: `${'a'.repeat(40)}!` }));
    const configuration = throughBlock('transform');
    Object.assign(configuration.blocks.work.config, { operations: [{ type: 'filter', expression: 'a == a' }] });
    // A row that takes for ever: the rows come from a block that never gives its second one.
    const other = throughBlock('spin_rows');
    const error = await failure(
      run({ ...other, blocks: { ...other.blocks, work: { id: 'work', type: 'rows', config: {} } } }, rows, {
        handlers: {
          rows: () => ({
            async *[Symbol.asyncIterator]() {
              yield { a: 1 };
              await new Promise(() => {});
            },
          }),
        },
        blockSeconds: 0.5,
      }),
    );
    expect(error.message).to.match(/^Block 'work' \(rows\) took more than 0\.5 seconds/);
  });

  it('ends a block that needs too much memory, by name', async () => {
    create({ blockBytes: 2 ** 28 });
    const error = await failure(run(throughBlock('hoard'), 1, { modules: ['hoard'] }));
    expect(error).to.be.instanceOf(BlockLimitError);
    expect(error.message).to.match(/^Block 'work' \(hoard\) needed more than 256 MiB of memory/);
  });

  it('tells a process that ended from a block that failed', async () => {
    create();
    const error = await failure(run(throughBlock('exit'), 1, { modules: ['exit'] }));
    expect(error).to.be.instanceOf(ProcessEndedError);
    expect(error.message).to.contain('exit code 7');
    const failed = await failure(run(throughBlock('fails'), 1, { handlers: { fails: () => Promise.reject(new Error('it broke')) } }));
    expect(failed.message).to.equal("Block 'work' (fails): it broke");
  });

  it('lets a cancelled block clean up, and ends one that does not react', async () => {
    create();
    const left = join(folder.path, 'left');
    const reason = new Error('cancelled');
    const cancelled = async (type: string, input: unknown) => {
      const control = new AbortController();
      const progress: BlockProgress[] = [];
      const failed = failure(run(throughBlock(type), input, { modules: [type], signal: control.signal, progress }));
      while (!progress.some(({ blockId }) => blockId === 'work')) await delay(5);
      control.abort(reason);
      return await failed;
    };
    expect(await cancelled('until_cancelled', left)).to.equal(reason);
    expect(readFileSync(left, 'utf8')).to.equal('cancelled');
    expect(await cancelled('spin', 1)).to.equal(reason);
  });

  it('hands values of any size and kind to handlers of the parent and back', async () => {
    create();
    const big = Array.from({ length: 20_000 }, (_, index) => ({ index, inner: { text: `row ${index}` } }));
    const object = Object.fromEntries(big.slice(0, 6000).map((row) => [`key ${row.index}`, row]));
    const received: unknown[] = [];
    const keep: BlockHandler = ({ inputs }) => {
      received.push(inputs.data);
      return inputs.data;
    };
    for (const value of [big, object, [big.slice(0, 3), 'x', null], 7]) {
      expect(await outputOf(throughBlock('keep'), value, { handlers: { keep }, inlineBytes: 2 ** 30 })).to.deep.equal(value);
      expect(received.pop()).to.deep.equal(value);
    }
    const exact: BlockHandler = () => ({ at: new Date(0), nothing: undefined, list: [undefined, Number.NaN] });
    expect(await outputOf(throughBlock('exact'), 1, { handlers: { exact } })).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
      list: [null, null],
    });
  });

  it('lets handlers read rows as often as they like, and return rows', async () => {
    create();
    const { writeFileSync } = await import('node:fs');
    const path = join(folder.path, 'rows.csv');
    writeFileSync(path, `n\n${Array.from({ length: 3000 }, (_, index) => index).join('\n')}\n`);
    const sources: Sources = {
      dataset: async () => ({ name: 'rows', table: { path, fileType: 'csv', columns: null, parsingOptions: null } }),
      file: none,
    };
    const configuration = (type: string) => {
      const { blocks, ...rest } = throughBlock(type);
      return { ...rest, blocks: { ...blocks, given: { id: 'given', type: 'dataset', config: { dataset_id: 'rows' } } } };
    };
    const twice: BlockHandler = async ({ inputs }) => {
      const counts: number[] = [];
      for (let time = 0; time < 2; time++) {
        let count = 0;
        for await (const _row of inputs.data as AsyncIterable<unknown>) count++;
        counts.push(count);
      }
      for await (const row of inputs.data as AsyncIterable<unknown>) {
        counts.push(Number((row as { n: string }).n));
        break;
      }
      return counts;
    };
    expect(await outputOf(configuration('twice'), 1, { sources, handlers: { twice } })).to.deep.equal([3000, 3000, 0]);
    expect(await outputOf(configuration('count_twice'), 1, { sources, modules: ['count_twice'] })).to.deep.equal([3000, 3000]);
    const some: BlockHandler = async function* () {
      for (let n = 0; n < 1200; n++) yield { n };
    };
    expect(await outputOf(configuration('some'), 1, { sources, handlers: { some } })).to.have.length(1200);
  });

  it('writes big outputs to a file', async () => {
    create();
    const value = Array.from({ length: 3000 }, (_, index) => ({ index, text: 'some text' }));
    const { gunzipSync } = await import('node:zlib');
    const { file = '', summary } = await run(throughBlock('shout'), 1, { handlers: { shout: () => value }, inlineBytes: 1000 });
    expect(JSON.parse(gunzipSync(readFileSync(file)).toString())).to.deep.equal({ output: value });
    expect(summary).to.equal('output: 3000 items');
  });

  it('lists the handlers of a module, and says what is wrong with one', async () => {
    create();
    const services = engineServices({ dataset: none, file: none }, { handlers: new Map() });
    const host = {
      sources: { dataset: none, file: none },
      handlers: new Map(),
      services,
      signal: new AbortController().signal,
      blockSeconds: 60,
    };
    expect(await pool.run<'module'>({ kind: 'module', href: module }, host)).to.include.members(['shout', 'spin', 'whisper']);
    expect(await outputOf(throughBlock('whisper'), 'HELLO', { modules: ['whisper'] })).to.equal('hello');
    const missing = await failure(run(throughBlock('other'), 1, { modules: ['other'] }));
    expect(missing.message).to.contain("exports no handler for the type 'other'");
  });
});
