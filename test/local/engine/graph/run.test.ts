import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { BlockError, runGraph } from '../../../../src/local/engine/index.js';
import type { BlockProgress } from '../../../../src/local/engine/types.js';
import { failure, pipeline, run, services, stream } from '../support/engine.js';

const echo = pipeline(
  { user_input: ['input', { json_schema: { type: 'string' } }], echo_result: ['output', { name: 'echoed_message' }] },
  'user_input -> echo_result',
);

describe('runGraph', () => {
  it('gives the output under the output block’s name', async () => {
    expect(await run(echo, { user_input: 'Hello' })).to.deep.equal({ echoed_message: 'Hello' });
  });

  it('calls an output without a name `output`', async () => {
    expect(await run(pipeline({ one: ['constant', { config_value: 1 }], out: ['output'] }, 'one -> out'))).to.deep.equal({ output: 1 });
  });

  it('resolves connections by id before key', async () => {
    const configuration = pipeline({ 'input-1': ['input', { json_schema: {} }], 'output-1': ['output'] }, 'input-1 -> output-1');
    configuration.blocks = { input: configuration.blocks['input-1']!, output: configuration.blocks['output-1']! };
    expect(await run(configuration, { 'input-1': 'by id' })).to.deep.equal({ output: 'by id' });
    expect(await run(configuration, { input: 'by key' })).to.deep.equal({ output: 'by key' });
  });

  it('resolves connections by key where no block has such an id', async () => {
    const configuration = pipeline({ 'input-1': ['input', { json_schema: {} }], 'output-1': ['output'] }, 'input -> output');
    configuration.blocks = { input: configuration.blocks['input-1']!, output: configuration.blocks['output-1']! };
    expect(await run(configuration, { input: 7 })).to.deep.equal({ output: 7 });
  });

  it('makes a list of what several connections bring to one port', async () => {
    const configuration = pipeline(
      { a: ['constant', { config_value: 'first' }], b: ['constant', { config_value: 'second' }], out: ['output'] },
      'a -> out',
      'b -> out',
    );
    expect(await run(configuration)).to.deep.equal({ output: ['first', 'second'] });
  });

  it('runs blocks with no path between them side by side', async () => {
    let arrived = 0;
    let open = (): void => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    // Each block waits for the other one: run one after the other they would never end.
    const meet = async () => {
      if (++arrived === 2) open();
      await both;
      return arrived;
    };
    const configuration = pipeline({ a: ['meet'], b: ['meet'], out: ['output'] }, 'a -> out', 'b -> out');
    expect(await run(configuration, {}, { handlers: { meet } })).to.deep.equal({ output: [2, 2] });
  });

  it('reports each block started and finished, counting finished ones', async () => {
    const seen: BlockProgress[] = [];
    await run(echo, { user_input: 'x' }, { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ blockId, state, step, steps }) => [blockId, state, step, steps])).to.deep.equal([
      ['user_input', 'started', 0, 2],
      ['user_input', 'finished', 1, 2],
      ['echo_result', 'started', 1, 2],
      ['echo_result', 'finished', 2, 2],
    ]);
    expect(seen[0]).to.include({ blockType: 'input', message: "Running input 'user_input'" });
    expect(seen[3]!.message).to.equal("Finished output 'echo_result'");
  });

  it('names the block that failed, its type and what it said', async () => {
    const cause = new Error('the well is dry');
    const handlers = {
      well: () => {
        throw cause;
      },
    };
    const error = await failure(run(pipeline({ w: ['well'], out: ['output'] }, 'w -> out'), {}, { handlers }));
    expect(error).to.be.instanceOf(BlockError);
    expect(error).to.include({
      blockId: 'w',
      blockType: 'well',
      reason: 'the well is dry',
      message: "Block 'w' (well): the well is dry",
      cause,
    });
  });

  it('blames rows that fail while they are read on the block that gives them', async () => {
    const handlers = {
      rows: async function* () {
        yield { n: 1 };
        throw new Error('row 2 is broken');
      },
    };
    const configuration = pipeline({ r: ['rows'], t: ['transform', { operations: [] }], out: ['output'] }, 'r -> t', 't -> out');
    expect((await failure(run(configuration, {}, { handlers }))).message).to.equal("Block 'r' (rows): row 2 is broken");
  });

  it('aborts the other blocks and does not wait for them when one fails', async () => {
    let aborted = false;
    const handlers = {
      fail: async () => {
        await sleep(1);
        throw new Error('no');
      },
      hang: ({ signal }: { signal: AbortSignal }) => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
        return new Promise(() => {});
      },
    };
    const error = await failure(run(pipeline({ f: ['fail'], h: ['hang'], out: ['output'] }, 'f -> out', 'h -> out'), {}, { handlers }));
    expect(error.message).to.equal("Block 'f' (fail): no");
    expect(aborted).to.equal(true);
  });

  it('ends with the signal’s reason when it aborts, even while a block hangs', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by the user');
    const handlers = {
      hang: () => {
        controller.abort(reason);
        return new Promise(() => {});
      },
    };
    expect(
      await failure(run(pipeline({ h: ['hang'], out: ['output'] }, 'h -> out'), {}, { handlers, signal: controller.signal })),
    ).to.equal(reason);
  });

  it('begins no other block once the signal has aborted', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by the user');
    const begun: string[] = [];
    const handlers = {
      cancel: () => {
        begun.push('cancel');
        controller.abort(reason);
        return 1;
      },
      next: () => begun.push('next'),
    };
    const configuration = pipeline({ c: ['cancel'], n: ['next'], out: ['output'] }, 'c -> n', 'n -> out');
    expect(await failure(run(configuration, {}, { handlers, signal: controller.signal }))).to.equal(reason);
    expect(begun).to.deep.equal(['cancel']);
  });

  it('stops reading rows when the signal aborts', async () => {
    const controller = new AbortController();
    let given = 0;
    const handlers = {
      endless: async function* () {
        for (;;) {
          if (++given === 10) controller.abort(new Error('enough'));
          yield { n: given };
        }
      },
    };
    const error = await failure(
      run(pipeline({ e: ['endless'], out: ['output'] }, 'e -> out'), {}, { handlers, signal: controller.signal }),
    );
    expect(error.message).to.equal('enough');
    expect(given).to.be.lessThan(20);
  });

  it('does not start when the signal is aborted already', async () => {
    expect((await failure(run(echo, { user_input: 'x' }, { signal: AbortSignal.abort(new Error('too late')) }))).message).to.equal(
      'too late',
    );
  });

  it('refuses an unknown block type, naming the known ones and the way to add it', async () => {
    const error = await failure(run(pipeline({ x: ['legal_variance_determination'], out: ['output'] }, 'x.results -> out')));
    expect(error).to.be.instanceOf(BlockError);
    expect(error.message).to.match(
      /^Block 'x' \(legal_variance_determination\): the block type 'legal_variance_determination' is unknown; use one of 'constant', /,
    );
    expect(error.message).to.include("platform.block('legal_variance_determination', handler)");
  });

  it('runs an unknown type through its handler, with config and inputs', async () => {
    const configuration = pipeline(
      { text: ['constant', { config_value: 'hi' }], shout: ['shout', { mark: '!' }], out: ['output'] },
      'text -> shout.words',
      'shout.results -> out',
    );
    const handlers = {
      shout: ({ config, inputs }: { config: Readonly<Record<string, unknown>>; inputs: Readonly<Record<string, unknown>> }) =>
        `${inputs.words}${config.mark}`,
    };
    expect(await run(configuration, {}, { handlers })).to.deep.equal({ output: 'hi!' });
  });

  it('prefers a handler to the built-in block of its type, and fills in the config’s defaults', async () => {
    const configuration = pipeline(
      { ask: ['constant', { config_value: 'q' }], llm: ['llm', { provider: 'openai' }], out: ['output'] },
      'ask -> llm.messages',
      'llm.response -> out',
    );
    const handlers = { llm: ({ config }: { config: Readonly<Record<string, unknown>> }) => config };
    expect(await run(configuration, {}, { handlers })).to.deep.equal({
      output: { provider: 'openai', model: 'small', temperature: 0.2, max_tokens: 8192 },
    });
  });

  it('says that clause extraction needs a handler', async () => {
    const configuration = pipeline({ c: ['clause_extraction_agent', { instructions: 'x' }], out: ['output'] }, 'c.results -> out');
    expect((await failure(run(configuration))).message).to.equal(
      "Block 'c' (clause_extraction_agent): the local platform has no implementation of this type; register a handler with platform.block('clause_extraction_agent', handler)",
    );
    const handlers = { clause_extraction_agent: () => ({ standard_clauses: [] }) };
    expect(await run(configuration, {}, { handlers })).to.deep.equal({ output: { standard_clauses: [] } });
  });

  it('says how many more errors a configuration has', async () => {
    const error = await failure(run(pipeline({ d: ['dataset'], t: ['nonsense'], out: ['output'] }, 'd -> out')));
    expect(error.message).to.match(
      /^Block 'd' \(dataset\): its config is invalid: dataset_id: .* \(and 1 more; validate the configuration to see them all\)$/,
    );
  });

  it('refuses a circle, naming the connection', async () => {
    const error = await failure(run(pipeline({ a: ['identity'], b: ['identity'], out: ['output'] }, 'a -> b', 'b -> a', 'b -> out')));
    expect(error.message).to.include('the blocks form a cycle: a -> b -> a');
  });

  it('opens a dataset again for each block that reads it', async () => {
    const world = services({ datasets: { d: [{ n: 1 }, { n: 2 }] } });
    const configuration = pipeline(
      { d: ['dataset', { dataset_id: 'd' }], a: ['output', { name: 'a' }], b: ['output', { name: 'b' }] },
      'd -> a',
      'd -> b',
    );
    const rows = [{ n: 1 }, { n: 2 }];
    expect(await runGraph(configuration, {}, { services: world })).to.deep.equal({ a: rows, b: rows });
    expect(world.opened.get('d')).to.equal(2);
  });

  it('makes rows that come only once available to several blocks', async () => {
    let started = 0;
    const handlers = {
      rows: async function* () {
        started++;
        yield* stream([{ n: 1 }, { n: 2 }]);
      },
    };
    const rows = [{ n: 1 }, { n: 2 }];
    const configuration = pipeline({ r: ['rows'], a: ['output', { name: 'a' }], b: ['output', { name: 'b' }] }, 'r -> a', 'r -> b');
    expect(await run(configuration, {}, { handlers })).to.deep.equal({ a: rows, b: rows });
    expect(started).to.equal(1);
  });

  it('runs a chain of five thousand blocks', async () => {
    const names = Array.from({ length: 5000 }, (_, index) => `b${index}`);
    const blocks = Object.fromEntries(names.map((name) => [name, ['identity'] as const]));
    const links = names.slice(1).map((name, index) => `b${index} -> ${name}`);
    const configuration = pipeline(
      { first: ['constant', { config_value: 'through' }], ...blocks, out: ['output'] },
      'first -> b0',
      ...links,
      'b4999 -> out',
    );
    expect(await run(configuration)).to.deep.equal({ output: 'through' });
  });
});
