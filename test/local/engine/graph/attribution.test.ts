import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { runGraph } from '../../../../src/local/engine/index.js';
import type { BlockHandler, EngineServices, RunActivity } from '../../../../src/local/engine/types.js';

/** Remembers which block works. */
class Recorded implements RunActivity {
  current: number | undefined;
  names: string[] = [];

  blocks(blocks: readonly { id: string; type: string }[]): void {
    this.names = blocks.map(({ id }) => id);
  }

  enter(block: number | undefined): void {
    this.current = block;
  }

  get name(): string | undefined {
    return this.current === undefined ? undefined : this.names[this.current];
  }
}

const none = async (): Promise<never> => {
  throw new Error('There is none.');
};
const block = (id: string, type: string, config = {}) => ({ id, type, config });
const connect = (source: string, target: string, port = 'data') => ({
  source_block_id: source,
  source_port: 'data',
  target_block_id: target,
  target_port: port,
});

describe('The time of a run', () => {
  const activity = new Recorded();
  const run = (
    blocks: ReturnType<typeof block>[],
    connections: object[],
    handlers: Record<string, BlockHandler>,
    others: Partial<EngineServices> = {},
  ) =>
    runGraph(
      { id: 'it', name: 'it', blocks: Object.fromEntries(blocks.map((each) => [each.id, each])), connections: connections as never },
      {},
      { services: { openDataset: none, openFile: none, handlers: new Map(Object.entries(handlers)), ...others }, activity },
    );

  it('belongs to the block that makes a row until it arrives, then to its reader, also side by side', async () => {
    const wrong: string[] = [];
    const check = (id: string, where: string) => {
      if (activity.name !== id) wrong.push(`${id} ${where}: ${activity.name}`);
    };
    const make: BlockHandler = ({ blockId }) => ({
      async *[Symbol.asyncIterator]() {
        for (let n = 0; n < 500; n++) {
          check(blockId, 'makes');
          yield { n };
        }
      },
    });
    const read: BlockHandler = async ({ blockId, inputs }) => {
      check(blockId, 'starts');
      let count = 0;
      for await (const _row of inputs.data as AsyncIterable<unknown>) {
        check(blockId, 'reads');
        count++;
      }
      check(blockId, 'ends');
      return count;
    };
    const ids = ['one', 'two', 'three'];
    const outputs = await run(
      ids.flatMap((id) => [block(`${id} makes`, 'make'), block(`${id} reads`, 'read'), block(`${id} ends`, 'output', { name: id })]),
      ids.flatMap((id) => [connect(`${id} makes`, `${id} reads`), connect(`${id} reads`, `${id} ends`)]),
      { make, read },
    );
    expect(outputs).to.deep.equal({ one: 500, two: 500, three: 500 });
    expect(wrong).to.deep.equal([]);
  });

  it('belongs to nobody while a language model is waited for', async () => {
    const seen: (string | undefined)[] = [];
    const send = async (): Promise<Response> => {
      seen.push(activity.name);
      await turn();
      return Response.json({ choices: [{ message: { content: 'hello' } }] });
    };
    const config = { provider: 'openai', model: 'small', model_override: 'x' };
    const blocks = [block('given', 'constant', { config_value: 'hi' }), block('ask', 'llm', config), block('end', 'output')];
    const connections = [connect('given', 'ask', 'messages'), { ...connect('ask', 'end'), source_port: 'response' }];
    const outputs = await run(blocks, connections, {}, { llm: { baseUrl: 'http://model.test/v1' }, fetch: send as typeof fetch });
    expect(outputs).to.deep.equal({ output: 'hello' });
    expect(seen).to.deep.equal([undefined]);
    expect(activity.name).to.equal('end');
  });
});
