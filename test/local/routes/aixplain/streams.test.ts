import { expect } from 'chai';
import { deferred } from '../../support/deferred.js';
import { type Json, usePlatform } from '../../support/platform.js';

describe("Streams of aiXplain's models on the local platform", () => {
  const local = usePlatform({ port: 0 });
  const stream = { options: { stream: true } };

  /** The data of the events of a response. */
  const events = (text: string): string[] => text.split('\n\n').flatMap((event) => (event === '' ? [] : event.replace(/^data: /, '')));

  it('are events with the text, and an end', async () => {
    const { id } = (await local.client.post('/v2/models', { name: 'Chat', function: { id: 'text-generation' } })).body;
    for (const path of [`/api/v2/execute/${id}`, `/v2/models/${id}/run`, `/api/v1/execute/${id}`]) {
      const { status, headers, text } = await local.client.post(path, { text: 'say this  twice\n', ...stream });
      expect([status, headers.get('content-type')], path).to.deep.equal([200, 'text/event-stream; charset=utf-8']);
      expect(text.split('\n').every((line) => line === '' || line.startsWith('data: '))).to.equal(true);
      const data = events(text);
      expect(data.pop()).to.equal('[DONE]');
      expect(data.length).to.be.greaterThan(1);
      expect(data.map((each) => JSON.parse(each).data).join('')).to.equal('say this  twice\n');
    }
  });

  it('come piece by piece, as the handler gives them', async () => {
    const more = deferred();
    local.platform.block('slow', async function* () {
      yield 'first';
      await more.promise;
      yield { data: 'second' };
      yield { choices: [{ index: 0, delta: { content: 'third' } }] };
    });
    const headers = { authorization: `Bearer ${local.platform.apiKey}`, 'content-type': 'application/json' };
    const response = await fetch(`${local.platform.url}/api/v2/execute/slow`, { method: 'POST', headers, body: JSON.stringify(stream) });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async (): Promise<string> => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).to.equal('data: {"data":"first"}\n\n');
    more.resolve();
    let rest = '';
    for (let text = await read(); text !== ''; text = await read()) rest += text;
    expect(events(rest)).to.deep.equal(['{"data":"second"}', '{"choices":[{"index":0,"delta":{"content":"third"}}]}', '[DONE]']);
  });

  it('are chunks of a chat completion where tools are given', async () => {
    local.platform.block('talker', async function* () {
      yield 'a';
      yield 'b';
    });
    for (const request of [{ tools: [{ type: 'function' }], ...stream }, { options: { stream: true, raw: true } }]) {
      const data = events((await local.client.post('/api/v2/execute/talker', request)).text);
      expect(data.pop()).to.equal('[DONE]');
      const choices = data.map((each) => JSON.parse(each).choices[0]);
      expect(choices.map(({ delta, finish_reason }: Json) => [delta.content, finish_reason])).to.deep.equal([
        ['a', null],
        ['b', null],
        [undefined, 'stop'],
      ]);
    }
  });

  it('have no characters that a client could take for the end of a line', async () => {
    local.platform.block('odd', () => 'a\u2028b\u2029c\u0085d\ne');
    const { text } = await local.client.post('/api/v2/execute/odd', stream);
    expect(text).to.not.match(/[\u2028\u2029\u0085]/);
    const data = events(text).slice(0, -1);
    expect(data.map((each) => JSON.parse(each).data).join('')).to.equal('a\u2028b\u2029c\u0085d\ne');
  });

  it('say why they break off, and do not end', async () => {
    local.platform.block('failing', async function* () {
      yield 'so far';
      throw new Error('out of words');
    });
    const data = events((await local.client.post('/api/v2/execute/failing', stream)).text);
    expect(data[0]).to.equal('{"data":"so far"}');
    expect(JSON.parse(data[1] ?? '')).to.include({ status: 'FAILED', completed: true, error: 'out of words' });
    expect(data).to.have.length(2);
    local.platform.block('failing', () => {
      throw new Error('no words');
    });
    expect((await local.client.post('/api/v2/execute/failing', stream)).text)
      .to.contain('no words')
      .and.not.contain('[DONE]');
  });

  it('tell the handler when nobody listens any more', async () => {
    const stopped = deferred();
    local.platform.block('endless', async function* ({ signal }) {
      signal.addEventListener('abort', () => stopped.resolve());
      for (let index = 0; ; index++) {
        yield String(index);
        if (index > 0) await new Promise(() => {});
      }
    });
    const headers = { authorization: `Bearer ${local.platform.apiKey}`, 'content-type': 'application/json' };
    const leaving = new AbortController();
    const init = { method: 'POST', headers, body: JSON.stringify(stream), signal: leaving.signal };
    const response = await fetch(`${local.platform.url}/api/v2/execute/endless`, init);
    await (response.body as ReadableStream<Uint8Array>).getReader().read();
    leaving.abort();
    await stopped.promise;
  });

  it('are refused by models that say they have none, and not given where none is asked for', async () => {
    const { id } = (await local.client.post('/v2/models', { name: 'Mute', supportsStreaming: false })).body;
    const refused = await local.client.post(`/api/v2/execute/${id}`, stream);
    expect([refused.status, refused.body.message]).to.deep.equal([400, `The model '${id}' does not support streaming.`]);
    local.platform.block('pieces', async function* () {
      yield 'a ';
      yield { data: 'whole' };
    });
    const { body } = await local.client.post('/api/v2/execute/pieces', { options: { stream: false } });
    expect((await local.client.until(body.url, ({ completed }) => completed)).data).to.equal('a whole');
    local.platform.block('rows', async function* () {
      yield { row: 1 };
      yield { row: 2 };
    });
    const rows = (await local.client.post('/api/v2/execute/rows', {})).body;
    expect((await local.client.until(rows.url, ({ completed }) => completed)).data).to.deep.equal([{ row: 1 }, { row: 2 }]);
  });
});
