import { expect } from 'chai';
import { deferred } from '../../support/deferred.js';
import { type Json, usePlatform } from '../../support/platform.js';

const input = { number: 0, type: 'INPUT', label: 'Input', dataType: ['text'] };
const output = { number: 9, type: 'OUTPUT', label: 'Output', dataType: ['text'] };
const link = (from: number, to: number, source = 'data', target = 'data') => ({ from, to, paramMapping: [{ from: source, to: target }] });

describe("Runs of aiXplain's wire on the local platform", () => {
  const local = usePlatform();

  async function pipeline(nodes: object[], links: object[]): Promise<string> {
    return (await local.client.post('/sdk/pipelines', { name: 'Graph', status: 'draft', architecture: { nodes, links } })).body.id;
  }
  const result = (url: string): Promise<Json> => local.client.until(url, ({ completed }) => completed);
  async function run(id: string, body: object): Promise<Json> {
    return await result((await local.client.post(`/assets/pipeline/execution/run/${id}`, body)).body.url);
  }
  const responses = ({ data }: Json): unknown[] => data.map(({ label, segments }: Json) => [label, segments[0].response]);

  it('begin with an address to ask, for both generations of clients', async () => {
    const id = await pipeline([input, output], [link(0, 9)]);
    const { body } = await local.client.post(`/assets/pipeline/execution/run/${id}`, { data: 'hello', batchmode: true, version: null });
    expect(body).to.include({ status: 'IN_PROGRESS', completed: false });
    expect(body.url)
      .to.equal(body.data)
      .and.match(new RegExp(`^${local.platform.url}/assets/pipeline/execution/poll/`));
    const done = await result(body.url);
    expect(done).to.include({ status: 'SUCCESS', completed: true, requestId: body.requestId, usedCredits: 0 });
    expect(done.data).to.deep.equal([{ label: 'Output', segments: [{ response: 'hello', success: true, index: 0 }] }]);
    expect((await local.client.get('/assets/pipeline/execution/poll/unknown')).status).to.equal(404);
    expect((await local.client.post('/assets/pipeline/execution/run/unknown', {})).status).to.equal(404);
  });

  it('return the graph of a pipeline at the top, as it came', async () => {
    const script = { number: 1, type: 'SCRIPT', label: 'Script', fileId: 'f', fileMetadata: '{"name":"a.py"}', custom: { x: 1 } };
    const nodes = [input, script, output];
    const links = [link(0, 1), link(1, 9)];
    const { body } = await local.client.get(`/sdk/pipelines/${await pipeline(nodes, links)}`);
    expect(body.nodes).to.deep.equal(nodes);
    expect(body.links).to.deep.equal(links);
    const failed = await run(body.id, { data: 'x' });
    expect(failed).to.include({ status: 'FAILED', completed: true });
    expect(failed.errorMessage).to.contain("'Script'").and.contain('script');
  });

  it('take the graph back where they gave it', async () => {
    const id = await pipeline([], []);
    const read = (await local.client.get(`/sdk/pipelines/${id}`)).body;
    const put = await local.client.put(`/sdk/pipelines/${id}`, { ...read, nodes: [input, output], links: [link(0, 9)] });
    expect(put.body.nodes).to.deep.equal([input, output]);
    expect(responses(await run(id, { data: 'x' }))).to.deep.equal([['Output', 'x']]);
  });

  it('give values to inputs by label, and one value to all', async () => {
    const second = { ...input, number: 1, label: 'Other' };
    const end = { ...output, number: 8, label: 'End' };
    const id = await pipeline([input, second, end, output], [link(0, 9), link(1, 8)]);
    expect(
      responses(
        await run(id, {
          data: [
            { value: 'one', nodeId: 'Input' },
            { value: 2, nodeId: 'Other' },
          ],
        }),
      ),
    ).to.deep.equal([
      ['End', 2],
      ['Output', 'one'],
    ]);
    expect(responses(await run(id, { data: ['a', 'list'] }))).to.deep.equal([
      ['End', ['a', 'list']],
      ['Output', ['a', 'list']],
    ]);
    const free = await run(await pipeline([input, output], [link(0, 9)]), { question: 'Why?', batchmode: true, version: null });
    expect(responses(free)).to.deep.equal([['Output', { question: 'Why?' }]]);
    expect((await run(id, { data: [{ value: 1, nodeId: 'Nowhere' }] })).errorMessage)
      .to.contain("'Nowhere'")
      .and.contain('Input, Other');
    expect((await run(id, { data: [{ value: 1, nodeId: 'Input' }] })).errorMessage).to.contain("'Other'");
  });

  it('run assets by their handlers, parameter by parameter', async () => {
    local.platform.block('translate', ({ inputs, config }) => ({
      data: `${inputs.text as string} (${inputs.language as string})`,
      details: config.assetId,
    }));
    const asset = {
      number: 1,
      type: 'ASSET',
      label: 'Translate',
      assetId: 'translate',
      functionType: 'ai',
      inputValues: [{ code: 'language', dataType: 'label', value: 'de' }],
    };
    const details = { ...output, number: 8, label: 'Details' };
    const id = await pipeline([input, asset, output, details], [link(0, 1, 'input', 'text'), link(1, 9), link(1, 8, 'details')]);
    expect(responses(await run(id, { data: 'hello' }))).to.deep.equal([
      ['Output', 'hello (de)'],
      ['Details', 'translate'],
    ]);
  });

  it('join what a handler gives piece by piece', async () => {
    local.platform.block('talker', async function* ({ inputs }) {
      yield 'so ';
      yield { data: String(inputs.text) };
    });
    const asset = { number: 1, type: 'ASSET', label: 'Talk', assetId: 'talker', functionType: 'ai' };
    const id = await pipeline([input, asset, output], [link(0, 1, 'input', 'text'), link(1, 9)]);
    expect(responses(await run(id, { data: 'it goes' }))).to.deep.equal([['Output', 'so it goes']]);
  });

  it('fail for assets without a handler, and for handlers that fail, naming the node', async () => {
    const asset = { number: 1, type: 'ASSET', label: 'Speak', assetId: 'speech', functionType: 'ai' };
    const id = await pipeline([input, asset, output], [link(0, 1), link(1, 9)]);
    expect((await run(id, { data: 'x' })).errorMessage)
      .to.contain("'Speak'")
      .and.contain("platform.block('speech'");
    local.platform.block('speech', () => {
      throw new Error('no voice');
    });
    expect((await run(id, { data: 'x' })).error).to.equal("Node 'Speak' (speech): no voice");
  });

  it('go the way a decision or a router sends them', async () => {
    const decision = {
      number: 1,
      type: 'DECISION',
      label: 'Big?',
      routes: [
        { type: 'checkValue', operation: 'greaterThan', value: '10', path: [8] },
        { type: 'checkValue', operation: 'lessThanOrEqual', value: '10', path: [9] },
      ],
    };
    const big = { ...output, number: 8, label: 'Big' };
    const id = await pipeline(
      [input, decision, big, output],
      [link(0, 1, 'input', 'passthrough'), link(0, 1, 'input', 'data'), link(1, 8), link(1, 9)],
    );
    expect(responses(await run(id, { data: 11 }))).to.deep.equal([['Big', 11]]);
    expect(responses(await run(id, { data: 10 }))).to.deep.equal([['Output', 10]]);

    const router = {
      number: 1,
      type: 'ROUTER',
      label: 'Kind?',
      routes: [
        { type: 'checkType', value: 'integer', path: [8] },
        { type: 'checkType', value: 'text', path: [9] },
      ],
    };
    const routed = await pipeline([input, router, big, output], [link(0, 1), link(1, 8), link(1, 9)]);
    expect(responses(await run(routed, { data: 'word' }))).to.deep.equal([['Output', 'word']]);
    expect(responses(await run(routed, { data: 3 }))).to.deep.equal([['Big', 3]]);
  });

  it('fail for a pipeline that was saved without a graph', async () => {
    const id = await pipeline([], []);
    expect((await run(id, { data: 'x' })).errorMessage).to.contain('no OUTPUT node');
  });

  it('are had by every resource: an agent without a handler says back what it was asked', async () => {
    const { id } = (await local.client.post('/v2/agents', { name: 'Parrot' })).body;
    const started = (
      await local.client.post(
        `/v2/agents/${id}/run`,
        { query: { input: 'Hello?' }, sessionId: 's' },
        { headers: { 'x-session-id': 'session-1' } },
      )
    ).body;
    expect(started.data).to.match(/\/sdk\/agents\/[^/]+\/result$/);
    const done = await result(started.data);
    expect(done).to.include({ status: 'SUCCESS', sessionId: 'session-1' });
    expect(done.data).to.include({ input: 'Hello?', output: 'Hello?', session_id: 'session-1' });
    const { id: utility } = (await local.client.post('/sdk/utilities', { name: 'Adder' })).body;
    expect((await result((await local.client.post(`/sdk/utilities/${utility}/run`, { data: 3 })).body.url)).data).to.equal(3);
  });

  it('use the handler of a resource, or of all resources of a kind', async () => {
    const { id } = (await local.client.post('/v2/agents', { name: 'Helper', tone: 'kind' })).body;
    local.platform.block('agents', ({ inputs, config }) => `${config.tone as string}: ${inputs.query as string}`);
    const ask = async () => (await result((await local.client.post(`/v2/agents/${id}/run`, { query: 'Why?' })).body.data)).data.output;
    expect(await ask()).to.equal('kind: Why?');
    local.platform.block(id, () => 'mine');
    expect(await ask()).to.equal('mine');
  });

  it('reach models by their own address, with slashes in their ids as they are', async () => {
    local.platform.block('openai/tiny/local', ({ inputs }) => String(inputs.text).toUpperCase());
    for (const path of [
      '/api/v2/execute/openai/tiny/local',
      '/api/v2/execute/openai%2Ftiny%2Flocal',
      '/api/v1/execute/openai/tiny/local',
    ]) {
      expect((await result((await local.client.post(path, { text: 'hi' })).body.url)).data, path).to.equal('HI');
    }
    expect((await local.client.post('/api/v2/execute/unknown', {})).status).to.equal(404);
  });

  it('do not keep the platform from a reset, though their handler never ends', async () => {
    const running = deferred();
    local.platform.block('slow', () => {
      running.resolve();
      return new Promise(() => {});
    });
    await local.client.post('/api/v1/execute/slow', { data: 1 });
    await running.promise;
    await local.platform.reset();
    expect((await local.client.post('/v2/agents', { name: 'As new' })).status).to.equal(201);
  });
});
