import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { EngineServices } from '../../../../../src/local/engine/types.js';
import { failure, pipeline, run, runBlock } from '../../support/engine.js';

interface Call {
  path: string | undefined;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

/** An OpenAI-compatible endpoint: embeds a text as the counts of its letters a, b and c, and answers a chat as it is told. */
class Endpoint {
  readonly calls: Call[] = [];
  answer: unknown = { choices: [{ message: { content: 'An answer.' } }] };
  status = 200;
  private readonly server: Server = createServer(async (request, response) => {
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    this.calls.push({ path: request.url, authorization: request.headers.authorization, body });
    const answer = request.url?.endsWith('/embeddings') && this.status === 200 ? this.embed(body.input as string[]) : this.answer;
    response.writeHead(this.status, { 'Content-Type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get llm(): NonNullable<EngineServices['llm']> {
    return {
      baseUrl: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1/`,
      apiKey: 'secret-key',
      models: { small: 'tiny', 'openai/large': 'huge' },
    };
  }

  private embed(texts: string[]) {
    const data = texts.map((text, index) => ({ index, embedding: ['a', 'b', 'c'].map((letter) => text.split(letter).length - 1) }));
    return { data: data.reverse() };
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

describe('the blocks that need a model', () => {
  let endpoint: Endpoint;

  beforeEach(async () => {
    endpoint = new Endpoint();
    await endpoint.start();
  });

  afterEach(() => endpoint.close());

  describe('llm', () => {
    const ask = async (messages: unknown, config: Record<string, unknown> = {}, datasets?: unknown) => {
      const blocks = {
        m: ['constant', { config_value: messages }],
        d: ['constant', { config_value: datasets }],
        l: ['llm', { provider: 'openai', ...config }],
        out: ['output'],
      } as const;
      const connections = ['m -> l.messages', ...(datasets === undefined ? [] : ['d -> l.datasets']), 'l.response -> out'];
      return (
        await run(pipeline(blocks, ...connections), {}, { llm: endpoint.llm, datasets: { towns: [{ name: 'Rome' }, { name: 'Oslo' }] } })
      ).output;
    };
    const message = async (...given: Parameters<typeof ask>) => (await failure(ask(...given))).message;

    it('posts the messages with the model of its size and gives the answer’s text', async () => {
      expect(await ask([{ role: 'system', content: 'Be brief.' }, 'Why?'])).to.equal('An answer.');
      expect(endpoint.calls).to.deep.equal([
        {
          path: '/v1/chat/completions',
          authorization: 'Bearer secret-key',
          body: {
            model: 'tiny',
            messages: [
              { role: 'system', content: 'Be brief.' },
              { role: 'user', content: 'Why?' },
            ],
            temperature: 0.2,
            max_tokens: 8192,
          },
        },
      ]);
    });

    it('takes the model of provider and size, or the one named outright', async () => {
      await ask('Why?', { model: 'large', temperature: 1, max_tokens: 5 });
      await ask('Why?', { model: 'large', model_override: 'my-model' });
      expect(endpoint.calls.map(({ body }) => [body.model, body.temperature, body.max_tokens])).to.deep.equal([
        ['huge', 1, 5],
        ['my-model', 0.2, 8192],
      ]);
      expect(await message('Why?', { model: 'medium' })).to.equal(
        "Block 'l' (llm): the endpoint's model for 'openai/medium' is not configured; give llm.models the key 'medium' or 'openai/medium', or set model_override in the block's config",
      );
    });

    it('puts datasets before the messages, by id or as rows', async () => {
      await ask('Which?', {}, 'towns');
      await ask('Which?', {}, ['towns', [{ n: 1 }]]);
      await ask('Which?', {}, [{ n: 1 }]);
      const towns = { role: 'system', content: 'Dataset 1, a JSON object a row:\n{"name":"Rome"}\n{"name":"Oslo"}' };
      const question = { role: 'user', content: 'Which?' };
      expect(endpoint.calls.map(({ body }) => body.messages)).to.deep.equal([
        [towns, question],
        [towns, { role: 'system', content: 'Dataset 2, a JSON object a row:\n{"n":1}' }, question],
        [{ role: 'system', content: 'Dataset 1, a JSON object a row:\n{"n":1}' }, question],
      ]);
    });

    it('asks for JSON by its output schema and reads it, fenced or not', async () => {
      const output_schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
      for (const content of ['{"n":1}', '```json\n{"n":1}\n```']) {
        endpoint.answer = { choices: [{ message: { content } }] };
        expect(await ask('How many?', { output_schema })).to.deep.equal({ n: 1 });
      }
      expect(endpoint.calls[0]!.body.response_format).to.deep.equal({
        type: 'json_schema',
        json_schema: { name: 'answer', schema: output_schema },
      });
      endpoint.answer = { choices: [{ message: { content: '{"n":"one"}' } }] };
      expect(await message('How many?', { output_schema })).to.include('the response does not match output_schema: /n must be integer');
      endpoint.answer = { choices: [{ message: { content: 'one' } }] };
      expect(await message('How many?', { output_schema })).to.include('the response is not the JSON that output_schema requires');
    });

    it('says what the endpoint said when it fails, without the key', async () => {
      endpoint.status = 401;
      endpoint.answer = { error: { message: 'Bad key' } };
      expect(await message('Why?')).to.match(
        /^Block 'l' \(llm\): the endpoint http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions responded with 401: Bad key$/,
      );
      endpoint.answer = '<html>Gateway</html>';
      endpoint.status = 502;
      expect(await message('Why?')).to.match(/responded with 502: <html>Gateway<\/html>$/);
      endpoint.status = 200;
      expect(await message('Why?')).to.include('responded with something other than a JSON object: <html>');
      endpoint.answer = { choices: [{ message: { content: null }, finish_reason: 'length' }] };
      expect(await message('Why?')).to.equal(
        "Block 'l' (llm): the endpoint's response has no text (finish_reason length); raise max_tokens or try another model",
      );
    });

    it('says when the endpoint cannot be reached', async () => {
      await endpoint.close();
      const llm = { baseUrl: 'http://127.0.0.1:1', models: { small: 'tiny' } };
      const error = await failure(
        runBlock(
          'llm',
          { provider: 'openai' },
          { messages: 'Why?' },
          { llm, fetch: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('refused') })) },
        ),
      );
      expect(error.message).to.equal(
        "Block 'it' (llm): the endpoint http://127.0.0.1:1/chat/completions could not be reached (fetch failed: refused); check llm.baseUrl and that it is running",
      );
    });

    it('refuses messages that are none', async () => {
      expect(await message([7])).to.equal(
        "Block 'l' (llm): a message is expected on port 'messages', but the number 7 arrived; give text or { role, content }",
      );
      expect(await message([])).to.include("the list on port 'messages' is empty");
    });

    it('ends its request when the run is aborted', async () => {
      const controller = new AbortController();
      const fetch: typeof globalThis.fetch = (_, init) => {
        controller.abort(new Error('cancelled'));
        return Promise.reject(init?.signal?.reason);
      };
      const configuration = pipeline(
        { m: ['constant', { config_value: 'Why?' }], l: ['llm', { provider: 'openai' }], out: ['output'] },
        'm -> l.messages',
        'l.response -> out',
      );
      expect((await failure(run(configuration, {}, { llm: endpoint.llm, fetch, signal: controller.signal }))).message).to.equal(
        'cancelled',
      );
    });
  });

  describe('embeddings', () => {
    const embed = (data: unknown, config: Record<string, unknown> = {}) => runBlock('embeddings', config, { data }, { llm: endpoint.llm });

    it('gives a vector of length 1 for each text, in their order', async () => {
      const [first, ...others] = (await embed(['aabb', 'c', ''])) as number[][];
      expect(first).to.have.length(3);
      expect(first![0]).to.be.closeTo(Math.SQRT1_2, 1e-12);
      expect(Math.hypot(...first!)).to.be.closeTo(1, 1e-12);
      expect(others).to.deep.equal([
        [0, 0, 1],
        [0, 0, 0],
      ]);
      expect(endpoint.calls[0]).to.deep.include({
        path: '/v1/embeddings',
        body: { model: 'sentence-transformers/static-retrieval-mrl-en-v1', input: ['aabb', 'c', ''], encoding_format: 'float' },
      });
    });

    it('gives one vector for one text, as it came when asked to', async () => {
      expect(await embed('aab', { normalize: false })).to.deep.equal([2, 1, 0]);
    });

    it('sends batches and takes the model that is named', async () => {
      await embed(['a', 'b', 'c'], { batch_size: 2, model: 'small' });
      expect(endpoint.calls.map(({ body }) => [body.model, body.input])).to.deep.equal([
        ['tiny', ['a', 'b']],
        ['tiny', ['c']],
      ]);
    });

    it('sends nothing for no texts', async () => {
      expect(await embed([])).to.deep.equal([]);
      expect(endpoint.calls).to.deep.equal([]);
    });

    it('refuses an answer with too few vectors', async () => {
      const fetch = async () => Response.json({ data: [{ embedding: [1] }] });
      const error = await failure(runBlock('embeddings', {}, { data: ['a', 'b'] }, { llm: endpoint.llm, fetch }));
      expect(error.message).to.equal(
        "Block 'it' (embeddings): the endpoint returned 1 vectors for 2 texts; check that the model is an embedding model",
      );
    });
  });

  describe('semantic_filter', () => {
    const filter = (data: unknown, query: string, config: Record<string, unknown> = {}) =>
      runBlock('semantic_filter', config, { data, query }, { llm: endpoint.llm });

    it('gives the nearest items, the nearest first', async () => {
      expect(await filter(['b', 'aab', 'a', 'abc'], 'aa', { top_k: 2 })).to.deep.equal(['a', 'aab']);
    });

    it('leaves out items below the threshold', async () => {
      expect(await filter(['b', 'aab', 'a'], 'a', { similarity_threshold: 0.8 })).to.deep.equal(['a', 'aab']);
      expect(await filter(['ab', 'abc'], 'ab', { similarity_threshold: 1 })).to.deep.equal(['ab']);
    });

    it('compares rows by their JSON and gives them unchanged', async () => {
      const rows = [{ x: 'b' }, { x: 'aaaa' }];
      expect(await filter(rows, 'a', { top_k: 1 })).to.deep.equal([{ x: 'aaaa' }]);
      expect(endpoint.calls[0]!.body.input).to.deep.equal(['a', '{"x":"b"}', '{"x":"aaaa"}']);
    });
  });

  it('say which block it is and what to do when no endpoint is configured', async () => {
    const inputs = { llm: { messages: 'x' }, embeddings: { data: 'x' }, semantic_filter: { data: ['x'], query: 'x' } };
    for (const [type, given] of Object.entries(inputs)) {
      const error = await failure(runBlock(type, type === 'llm' ? { provider: 'openai' } : {}, given));
      expect(error.message).to.equal(
        `Block 'it' (${type}): no language model is configured; start the platform with llm: { baseUrl, apiKey, models } of an OpenAI-compatible endpoint, or register a handler with platform.block('${type}', handler)`,
      );
    }
  });
});
