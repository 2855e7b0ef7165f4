import { once } from 'node:events';
import type http from 'node:http';
import { expect } from 'chai';
import {
  AbortedError,
  APIError,
  BaseResource,
  ConfigurationError,
  Connection,
  ConnectionError,
  Entity,
  OperationFailedError,
  ResourceError,
  Result,
  RunnableResourceMixin,
  type StreamEvent,
  StreamResourceMixin,
  TimeoutError,
  ValidationError,
} from '../../../src/index.js';
import { failure } from '../../support/failure.js';
import { closeServers, json, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';
import { VirtualConnection } from '../../support/virtual.js';

const log: string[] = [];

@Entity({ path: 'jobs' })
class Job extends StreamResourceMixin(RunnableResourceMixin(BaseResource)) {
  override beforeRun(...args: unknown[]): unknown {
    log.push('before');
    return (args[0] as { veto?: boolean }).veto ? 'no' : undefined;
  }
  override afterRun(resultOrError: unknown): unknown {
    log.push(resultOrError instanceof Error ? `after ${resultOrError.name}` : `after ${JSON.stringify((resultOrError as Result).data)}`);
    return undefined;
  }
}

/** A server that sends pieces of a stream one by one, then does what the last argument says. */
async function sends(
  pieces: readonly (string | Uint8Array)[],
  then: (response: http.ServerResponse) => void = (response) => response.end(),
) {
  const server = await serve(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) await new Promise((resolve) => response.write(piece, resolve));
    then(response);
  });
  const api = new Connection({ baseUrl: server.url, apiKey: 'key-of-the-tests', idleTimeout: 5, retry: { baseDelay: 0.001 } });
  return { ...server, api, job: api.bind(Job).fromDict({ id: 'j/1' }) };
}

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const chunk of stream) found.push(chunk);
  return found;
}

const done = 'data: [DONE]\n\n';

describe('a streamed run', () => {
  realSockets();
  beforeEach(() => {
    log.length = 0;
  });
  afterEach(closeServers);

  it('yields the JSON or the text of each event, sends the body of a run to its path, and has the hooks of a run', async () => {
    const { job, seen } = await sends(['data: {"data":"a"}\n\ndata: plain\n\n', done]);
    const stream = job.stream({ text: 'hi' }, { identifier: 'u1', sessionId: 's1', state: { a: 1 } });
    expect(seen).to.deep.equal([]);
    expect(await all(stream)).to.deep.equal([{ data: 'a' }, 'plain']);
    const [asked] = seen;
    expect([asked?.method, asked?.url, asked?.body.toString()]).to.deep.equal(['POST', '/jobs/j%2F1/run', '{"text":"hi"}']);
    expect(asked?.headers).to.include({ 'x-user-id': 'u1', 'x-session-id': 's1', accept: 'text/event-stream' });
    expect(log).to.deep.equal(['before', 'after [{"data":"a"},"plain"]']);
    expect(job.lastResponse?.status).to.equal(200);
  });

  it('reads every form of an event stream', async () => {
    const text =
      '\uFEFF: a comment\r\nid: 7\r\nevent: piece\r\ndata: {"data":\r\ndata: "é😀\u2028"}\r\n\r\nevent: empty\r\n\r\ndata:\r\n\r\nretry: 5\r\n\r\ndata:[DONE]\r\n\r\n';
    const bytes = new TextEncoder().encode(text);
    const { job } = await sends(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    const events: StreamEvent[] = [];
    job.readChunk = (event) => {
      events.push(event);
      return event.data;
    };
    expect(await job.stream().text()).to.equal('{"data":\n"é😀\u2028"}');
    expect(events).to.deep.equal([{ event: 'piece', id: '7', data: '{"data":\n"é😀\u2028"}' }]);
  });

  it('reads JSON that is broken into lines anywhere', async () => {
    const { job } = await sends(['data: {"da\ndata: ta":\ndata: "x"}\n\n', done]);
    expect(await all(job.stream())).to.deep.equal([{ data: 'x' }]);
  });

  it('heeds a charset, but takes Latin-1 for UTF-8, which it is', async () => {
    for (const [charset, bytes] of [
      ['iso-8859-1', Buffer.from('data: é\n\n')],
      ['windows-1251', Buffer.from([...Buffer.from('data: '), 0xe9, 0x0a, 0x0a])],
    ] as const) {
      const { url } = await serve((_request, response) => {
        response.writeHead(200, { 'content-type': `text/event-stream; charset=${charset}` });
        response.end(Buffer.concat([bytes, Buffer.from(done)]));
      });
      const job = new Connection({ baseUrl: url, apiKey: 'k' }).bind(Job).fromDict({ id: '1' });
      expect(await job.stream().text()).to.equal(charset === 'iso-8859-1' ? 'é' : 'й');
    }
  });

  it('ends at its marker, whatever follows, also where the blank line after it is missing', async () => {
    const open = await sends(['data: a\n\n', done, 'data: b\n\n'], () => {});
    expect(await open.job.stream().text()).to.equal('a');
    const short = await sends(['data: a\n\n', 'data: [DONE]']);
    expect(await short.job.stream().text()).to.equal('a');
  });

  it('has another marker, or none, where its class says so', async () => {
    class Ends extends Job {
      static override streamEndMarker: string | null = 'bye';
    }
    class Open extends Job {
      static override streamEndMarker = null;
    }
    const { api } = await sends(['data: a\n\ndata: bye\n\n']);
    expect(await api.bind(Ends).fromDict({ id: '1' }).stream().text()).to.equal('a');
    expect(await api.bind(Open).fromDict({ id: '1' }).stream().text()).to.equal('abye');
  });

  it('that ends without its marker is a ConnectionError, after the chunks that arrived, and is not repeated', async () => {
    for (const end of [(response: http.ServerResponse) => response.end(), (response: http.ServerResponse) => response.socket?.destroy()]) {
      for (const [idempotencyKey, outcome] of [
        [undefined, 'unknown'],
        ['k1', undefined],
      ] as const) {
        const { job, seen } = await sends(['data: a\n\ndata: {"da'], (response) => void end(response));
        const chunks: unknown[] = [];
        const reading = (async () => {
          for await (const chunk of job.stream({}, { idempotencyKey, maxRetries: 3 })) chunks.push(chunk);
        })();
        const error = await failure(reading, ConnectionError);
        expect([error.outcome, error.retryable]).to.deep.equal([outcome, outcome === undefined]);
        expect(error.message).to.contain('stream of Job');
        expect(chunks).to.deep.equal(['a']);
        expect(seen.length).to.equal(1);
        expect(log.splice(0)).to.deep.equal(['before', 'after ConnectionError']);
      }
    }
  });

  it('has the idempotency key of a run where its class has them', async () => {
    @Entity({ path: 'jobs', idempotency: true })
    class Safe extends Job {}
    const { api, seen } = await sends(['data: a\n\n']);
    const error = await failure(all(api.bind(Safe).fromDict({ id: '1' }).stream()), ConnectionError);
    expect(seen[0]?.headers['idempotency-key']).to.match(/^[0-9a-f-]{36}$/);
    // Nobody can repeat it under that key.
    expect(error.outcome).to.equal('unknown');
  });

  it('without any event says what came instead', async () => {
    const { url } = await serve((_request, response) => json(response, 200, { message: 'maintenance' }));
    const job = new Connection({ baseUrl: url, apiKey: 'k' }).bind(Job).fromDict({ id: '1' });
    const { message } = await failure(all(job.stream()), ConnectionError);
    expect(message).to.contain('application/json').and.contain('maintenance').and.contain('end marker');
  });

  it('throws what an event reports as a failure', async () => {
    for (const [event, reason] of [
      ['data: {"error":{"message":"out of words"}}', 'out of words'],
      ['data: {"status":"FAILED","errorMessage":"broken"}', 'broken'],
      ['event: error\ndata: {"message":"overloaded"}', 'overloaded'],
      ['event: error\ndata: gone', 'gone'],
    ]) {
      const { job } = await sends([`data: {"data":"a","error":null}\n\n${event}\n\n`, done]);
      const error = await failure(all(job.stream()), OperationFailedError);
      expect(error.reason).to.equal(reason);
      expect(log.splice(0)).to.deep.equal(['before', 'after OperationFailedError']);
    }
  });

  it('dispatches chunk, run and fail events of the record, the class and the connection', async () => {
    const { api, job } = await sends(['data: a\n\ndata: b\n\n', done]);
    const heard: string[] = [];
    const Jobs = api.bind(Job);
    job.on('chunk', ({ chunk, index }) => heard.push(`record ${chunk} ${index}`));
    Jobs.events.on('chunk', ({ chunk, resource }) => heard.push(`class ${chunk} ${resource === job}`));
    api.on('chunk', ({ chunk }) => heard.push(`connection ${chunk}`));
    api.on('run', ({ result }) => heard.push(`run ${JSON.stringify((result as Result).data)}`));
    api.on('fail', ({ operation }) => heard.push(`fail ${operation}`));
    for await (const chunk of job.stream()) heard.push(`loop ${chunk}`);
    for await (const _chunk of job.stream()) break;
    const chunk = (text: string, index: number): string[] => [`record ${text} ${index}`, `class ${text} true`, `connection ${text}`];
    expect(heard).to.deep.equal([...chunk('a', 0), 'loop a', ...chunk('b', 1), 'loop b', 'run ["a","b"]', ...chunk('a', 0), 'fail run']);
  });

  it('that is left aborts the request and tells the after hooks', async () => {
    let closed: Promise<unknown> | undefined;
    const { job } = await sends(['data: a\n\ndata: b\n\n'], (response) => {
      closed = once(response, 'close');
    });
    for await (const _chunk of job.stream()) break;
    await closed;
    expect(log).to.deep.equal(['before', 'after AbortError']);
  });

  it('is aborted by its signal, before the request and between two chunks that arrived together', async () => {
    const { job, seen } = await sends(['data: a\n\ndata: b\n\n', done]);
    await failure(all(job.stream({}, { signal: AbortSignal.abort() })), AbortedError);
    expect(seen.length).to.equal(0);
    const leaving = new AbortController();
    const chunks: unknown[] = [];
    const reading = (async () => {
      for await (const chunk of job.stream({}, { signal: leaving.signal })) {
        chunks.push(chunk);
        leaving.abort();
      }
    })();
    await failure(reading, AbortedError);
    expect(chunks).to.deep.equal(['a']);
  });

  it('ends when nothing arrives any more', async () => {
    const { url } = await sends(['data: a\n\n'], () => {});
    const job = new Connection({ baseUrl: url, apiKey: 'k', idleTimeout: 0.1 }).bind(Job).fromDict({ id: '1' });
    await failure(all(job.stream()), TimeoutError);
  });

  it('waits for as long as the call says', async () => {
    const { url } = await sends(['data: a\n\n'], () => {});
    const of = (idleTimeout: number) => new Connection({ baseUrl: url, apiKey: 'k', idleTimeout }).bind(Job).fromDict({ id: '1' });
    const error = await failure(all(of(60).stream({}, { idleTimeout: 0.05 })), TimeoutError);
    expect(error.message).to.contain('for 0.05 s (`idleTimeout`)');
    const slow = await serve((_request, response) => void setTimeout(() => response.end(`data: a\n\n${done}`), 60));
    const patient = new Connection({ baseUrl: slow.url, apiKey: 'k', idleTimeout: 0.01 }).bind(Job).fromDict({ id: '1' });
    expect(await patient.stream({}, { idleTimeout: 30 }).text()).to.equal('a');
    expect(() => patient.stream({}, { idleTimeout: -1 })).to.throw(ValidationError, 'idleTimeout must be seconds');
    expect(() => patient.stream({}, { idleTimeout: 90_000 })).to.throw(ValidationError, 'divide by 1000');
  });

  it('is repeated before its first byte, and decodes errors as any call', async () => {
    const { url, seen } = await serve((_request, response, count) => {
      if (count === 1) return json(response, 429, {}, { 'retry-after': '0' });
      if (count === 2) return void response.end(`data: a\n\n${done}`);
      json(response, 401, { message: 'who?' });
    });
    const api = new Connection({ baseUrl: url, apiKey: 'k', retry: { baseDelay: 0.001 } });
    const job = api.bind(Job).fromDict({ id: '1' });
    expect(await job.stream().text()).to.equal('a');
    expect(seen.length).to.equal(2);
    expect((await failure(all(job.stream()), APIError)).status).to.equal(401);
    expect(log.at(-1)).to.match(/^after .*Error$/);
  });

  it('can be read only once, and its text needs chunks with text', async () => {
    const { job } = await sends(['data: {"other":1}\n\n', done]);
    const stream = job.stream();
    await all(stream);
    expect((await failure(all(stream), ResourceError)).message).to.contain('only once');
    expect((await failure(job.stream().text(), ConfigurationError)).message).to.contain('chunkText()');
  });

  it('is not begun by a veto, runs without hooks, and refuses wrong options at once', async () => {
    const { job, seen } = await sends(['data: a\n\n', done]);
    expect(await all(job.stream({ veto: true }))).to.deep.equal([]);
    expect(seen.length).to.equal(0);
    log.length = 0;
    expect(await job.stream({}, { hooks: false }).text()).to.equal('a');
    expect(log).to.deep.equal([]);
    expect(() => job.stream({}, { waitTime: 1 } as object)).to.throw(ValidationError, 'waitTime');
    expect(() => job.stream({}, { identifier: {} as string })).to.throw(ValidationError, 'identifier');
    expect(() => new Job().stream()).to.throw(ValidationError);
  });

  it('works without the mixin for runs, goes through middlewares, and needs a transport that streams', async () => {
    @Entity({ path: 'talks' })
    class Talk extends StreamResourceMixin(BaseResource) {}
    const { api, seen } = await sends(['data: a\n\n', done]);
    const remove = api.use((request, next) => next({ ...request, headers: { ...request.headers, 'x-more': '1' } }));
    const talk = api.bind(Talk).fromDict({ id: '1' });
    expect(await talk.stream({ a: 1 }).text()).to.equal('a');
    expect([seen[0]?.url, seen[0]?.headers['x-more']]).to.deep.equal(['/talks/1/run', '1']);
    remove();
    api.use(async () => ({ status: 200, headers: {}, body: {} }));
    expect((await failure(talk.stream().text(), ConfigurationError)).message).to.contain('middleware');
    const mute = new VirtualConnection(() => ({})).bind(Talk).fromDict({ id: '1' });
    expect((await failure(mute.stream().text(), ConfigurationError)).message).to.contain('cannot stream');
  });
});
