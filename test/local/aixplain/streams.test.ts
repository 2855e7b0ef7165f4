import { expect } from 'chai';
import { type Json, usePlatform } from '../support/platform.js';
import { sendRaw } from '../support/raw.js';
import { vendorSeed } from './seed.js';

describe("Streams on aiXplain's wire, as the vendor's client reads them", () => {
  const local = usePlatform({ seed: vendorSeed, port: 0 });

  /** The lines of a stream, and the JSON of its events. */
  async function stream(body: object): Promise<{ lines: string[]; events: Json[]; headers: Json }> {
    const headers = { 'x-api-key': local.platform.apiKey, 'content-type': 'application/json' };
    const sent = JSON.stringify(body);
    const answer = await sendRaw('POST', `${local.platform.url}/api/v2/execute/llm-1`, headers, sent);
    const lines = answer.body.toString('utf8').split('\n');
    const data = lines.filter((line) => line !== '').map((line) => line.slice('data: '.length));
    return { lines, events: data.slice(0, -1).map((each) => JSON.parse(each)), headers: answer.headers };
  }

  it('come in chunks, as data and blank lines only, and end with a marker', async () => {
    local.platform.block('llm-1', async function* () {
      yield 'Grüße \u2028 and \u2029';
      yield { data: ' and \u0085 ok' };
    });
    const { lines, events, headers } = await stream({ text: 'hi', options: { includeRawData: true, stream: true } });
    expect(headers['transfer-encoding']).to.equal('chunked');
    expect(headers['content-type']).to.match(/^text\/event-stream; charset=utf-8$/);
    expect(lines.every((line) => line === '' || line.startsWith('data: '))).to.equal(true);
    expect(lines.join('\n')).to.not.match(/[\u2028\u2029\u0085]/);
    expect(lines.slice(-3)).to.deep.equal(['data: [DONE]', '', '']);
    expect(events.map(({ data }) => data).join('')).to.equal('Grüße \u2028 and \u2029 and \u0085 ok');
  });

  it('are chunks of a chat completion with the calls and the usage that the handler gives', async () => {
    const call = { index: 0, id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":' } };
    local.platform.block('llm-1', async function* () {
      yield { choices: [{ index: 0, delta: { role: 'assistant', tool_calls: [call] }, finish_reason: null }] };
      yield {
        choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }],
        usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
      };
    });
    const { events } = await stream({ text: 'hi', tools: [{ type: 'function' }], options: { stream: true, raw: true } });
    expect(events[0].choices[0].delta.tool_calls).to.deep.equal([call]);
    expect(events[1].choices[0].finish_reason).to.equal('tool_calls');
    expect(events[1].usage.total_tokens).to.equal(7);
    expect(events).to.have.length(2);
  });

  it('count in the usage of their key', async () => {
    const { body: key } = await local.client.post('/sdk/api-keys', { name: 'mine', budget: 1, globalLimits: { rpd: 9, tpd: 99 } });
    local.platform.block('llm-1', () => ({ data: 'said', usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }));
    const headers = { 'x-api-key': key.accessKey, 'content-type': 'application/json' };
    const body = JSON.stringify({ text: 'hi', options: { stream: true } });
    const { body: text } = await sendRaw('POST', `${local.platform.url}/api/v2/execute/llm-1`, headers, body);
    expect(text.toString()).to.equal('data: {"data":"said"}\n\ndata: [DONE]\n\n');
    const usage = (await local.client.get(`/sdk/api-keys/${key.id}/usage-limits`)).body;
    expect(usage[0]).to.include({ requestCount: 1, requestCountLimit: 9, tokenCount: 7, tokenCountLimit: 99 });
  });
});
