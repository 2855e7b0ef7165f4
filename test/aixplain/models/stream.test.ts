import { expect } from 'chai';
import nock from 'nock';
import { Aixplain, LLMResult, type ModelChunk } from '../../../src/aixplain/index.js';
import { ConnectionError, OperationFailedError, ValidationError } from '../../../src/index.js';
import { usePlatform } from '../../local/support/platform.js';
import { failure } from '../../support/failure.js';
import { realSockets } from '../../support/sockets.js';
import { withoutNetwork } from '../../support/widgets.js';
import { connect, models } from '../support/platform.js';

const chat = {
  id: 'm1',
  name: 'Chat',
  function: { id: 'text-generation' },
  supportsStreaming: true,
  params: [
    { name: 'text', required: true, dataType: 'text' },
    { name: 'temperature', dataType: 'number', defaultValues: [{ value: 1 }] },
    { name: 'tools', dataType: 'json' },
  ],
};

/** The chunks of a stream of these events. */
async function chunksOf(...events: unknown[]): Promise<ModelChunk[]> {
  const data = events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  nock(models).post('/api/v2/execute/m1').reply(200, data.join(''), { 'content-type': 'text/event-stream' });
  const found: ModelChunk[] = [];
  for await (const chunk of connect().LLM.fromDict(chat).stream({ text: 'hi' })) found.push(chunk);
  return found;
}

const delta = (value: object, more: object = {}): object => ({ id: 'c1', choices: [{ index: 0, delta: value, ...more }], usage: null });

describe('the stream of a model', () => {
  withoutNetwork();

  it('has the text of events with data, whatever else data is', async () => {
    expect(await chunksOf({ data: 'Hel' }, { data: 'lo' }, { data: { a: 1 } }, 'plain', '[DONE]')).to.deep.equal([
      { data: 'Hel' },
      { data: 'lo' },
      { data: '' },
      { data: 'plain' },
    ]);
  });

  it('joins JSON that is broken into several lines of data', async () => {
    expect(await chunksOf('{"da\ndata: ta":\ndata: "joined é"}', '[DONE]')).to.deep.equal([{ data: 'joined é' }]);
  });

  it('ends at a marker inside an event, but not at one that a language model writes', async () => {
    expect(await chunksOf({ data: 'a' }, { data: '[DONE]' })).to.deep.equal([{ data: 'a' }]);
    expect(await chunksOf(delta({ content: '[DONE]' }), { data: 'see [DONE]' }, '[DONE]')).to.deep.equal([
      { data: '[DONE]' },
      { data: 'see [DONE]' },
    ]);
  });

  it('has text, reasoning, calls of tools, usage and the reason of the end from chunks of chat completions', async () => {
    const call = { index: 0, id: 't1', type: 'function', function: { name: 'look', arguments: '{"a' } };
    const chunks = await chunksOf(
      delta({ role: 'assistant', content: 'x' }),
      delta({ reasoning_content: 'hm' }),
      delta({ reasoning: 'hmm' }),
      delta({ reasoning_details: [{ text: 'a' }, { type: 'encrypted' }, { summary: 'b' }] }),
      delta({ content: null, tool_calls: [call] }),
      delta({ tool_calls: call }),
      {
        choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
        usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      },
      { choices: [], usage: { total_tokens: '7' } },
      '[DONE]',
    );
    expect(chunks).to.deep.equal([
      { data: 'x' },
      { data: '', reasoningContent: 'hm' },
      { data: '', reasoningContent: 'hmm' },
      { data: '', reasoningContent: 'ab' },
      { data: '', toolCalls: [call] },
      { data: '', toolCalls: [call] },
      { data: '', usage: { promptTokens: 3, completionTokens: 2, totalTokens: 5 }, finishReason: 'tool_calls' },
      { data: '', usage: { promptTokens: null, completionTokens: null, totalTokens: 7 } },
    ]);
  });

  it('throws the error of an event, of a FAILED event, and of a body without a marker', async () => {
    expect((await failure(chunksOf({ data: 'a' }, { error: { message: 'quota' } }, '[DONE]'), OperationFailedError)).reason).to.equal(
      'quota',
    );
    const failed = { status: 'FAILED', completed: true, data: '', error_message: 'broken' };
    expect((await failure(chunksOf(failed), OperationFailedError)).reason).to.equal('broken');
    expect((await failure(chunksOf({ data: 'a' }), ConnectionError)).message).to.contain('without its end marker');
  });

  it('is asked for with the inputs of a run and stream, with raw where there are tools, and with the headers of the user', async () => {
    const tools = [{ type: 'function' }];
    const own = { options: { raw: false, includeRawData: true } };
    for (const [params, options] of [
      [{}, { stream: true }],
      [own, { raw: false, includeRawData: true, stream: true }],
      [
        { tools, ...own },
        { raw: true, includeRawData: true, stream: true },
      ],
    ]) {
      nock(models, { reqheaders: { 'x-user-id': 'u', 'x-session-id': 's', 'x-api-key': 'team-key-of-the-tests' } })
        .post('/api/v2/execute/m1', { text: 'hi', temperature: 1, ...params, options } as nock.DataMatcherMap)
        .reply(200, 'data: {"data":"ok"}\n\ndata: [DONE]\n\n');
      const llm = connect().LLM.fromDict(chat);
      expect(await llm.runStream({ text: 'hi', ...params }, { identifier: 'u', sessionId: 's' }).text()).to.equal('ok');
    }
    expect(own).to.deep.equal({ options: { raw: false, includeRawData: true } });
  });

  it('is refused for a model that does not stream, and for wrong inputs, before any request', async () => {
    const { Model } = connect();
    const silent = Model.fromDict({ ...chat, supportsStreaming: false });
    expect(() => silent.stream({ text: 'hi' })).to.throw(ValidationError, 'does not support streaming');
    expect(() => silent.runStream({ text: 'hi' })).to.throw(ValidationError, 'does not support streaming');
    const { details } = await failure(
      Model.fromDict({ ...chat, supportsStreaming: null })
        .stream({ temperature: 'hot' })
        .text(),
      ValidationError,
    );
    expect(details.map(({ field }) => field)).to.have.members(['text', 'temperature']);
  });

  it('gives after hooks and run events a result with the whole text and the usage', async () => {
    nock(models)
      .post('/api/v2/execute/m1')
      .reply(200, 'data: {"data":"a"}\n\ndata: {"data":"b","usage":{"total_tokens":4}}\n\ndata: [DONE]\n\n');
    const llm = connect().LLM.fromDict(chat);
    let result: unknown;
    llm.on('run', (event) => {
      result = event.result;
    });
    await llm.stream({ text: 'hi' }).text();
    expect(result).to.be.instanceOf(LLMResult).and.include({ data: 'ab', status: 'SUCCESS', completed: true });
    expect((result as LLMResult).usage?.totalTokens).to.equal(4);
  });
});

describe('the stream of a model of the local platform', () => {
  realSockets();
  const local = usePlatform({ port: 0 });
  const account = (): Aixplain =>
    new Aixplain({ apiKey: local.platform.apiKey, backendUrl: local.platform.url, modelUrl: `${local.platform.url}/api/v2/execute` });
  const create = async (name: string): Promise<string> =>
    (await local.client.post('/v2/models', { name, function: { id: 'text-generation' }, supportsStreaming: true })).body.id;

  it('comes over HTTP chunk by chunk, also as chunks of a chat completion, and ends', async () => {
    const id = await create('Chat');
    local.platform.block(id, async function* ({ inputs }) {
      yield 'you said ';
      yield { data: String(inputs.text) };
    });
    await using aix = account();
    const llm = await aix.LLM.get(id);
    const pieces: string[] = [];
    for await (const { data } of llm.stream({ text: 'hé' })) pieces.push(data);
    expect(pieces).to.deep.equal(['you said ', 'hé']);
    const raw: ModelChunk[] = [];
    for await (const chunk of llm.stream({ text: 'x', tools: [{ type: 'function' }] })) raw.push(chunk);
    expect(raw.map(({ data }) => data).join('')).to.equal('you said x');
    expect(raw.at(-1)?.finishReason).to.equal('stop');
  });

  it('throws what its handler throws, after the chunks before', async () => {
    const id = await create('Failing');
    local.platform.block(id, async function* () {
      yield 'so far';
      throw new Error('out of words');
    });
    await using aix = account();
    const heard: string[] = [];
    const llm = await aix.LLM.get(id);
    llm.on('chunk', ({ chunk }) => heard.push(chunk.data));
    expect((await failure(llm.stream({ text: 'x' }).text(), OperationFailedError)).reason).to.equal('out of words');
    expect(heard).to.deep.equal(['so far']);
  });
});
