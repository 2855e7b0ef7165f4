import { once } from 'node:events';
import type http from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { NodeClient } from '../../src/http/node/client.js';
import type { ClientOptions } from '../../src/http/options.js';
import { AbortedError, APIError, ConnectionError, ResourceError, TimeoutError } from '../../src/model/errors/index.js';
import type { TransportRequest } from '../../src/model/ports/transport.js';
import { deferred } from '../local/support/deferred.js';
import { ManualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { closeServers, json, type Seen, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { senders } from './support/senders.js';

const run: TransportRequest = { method: 'POST', path: 'run', body: { a: 1 }, once: true, attempt: 'stream of Job j_1' };

function connect(baseUrl: string, options: Partial<ClientOptions> = {}): NodeClient {
  return new NodeClient({ baseUrl, apiKey: 'secret-key-1', retry: { baseDelay: 0.001 }, ...options });
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text;
}

describe('a response that streams', () => {
  realSockets();
  afterEach(closeServers);

  for (const [name, sender] of senders) {
    describe(`with ${name}`, () => {
      it('is passed on as it arrives, with status and headers', async () => {
        let server: http.ServerResponse | undefined;
        const { url, seen } = await serve((_request, response) => {
          server = response;
          response.writeHead(201, { 'content-type': 'text/event-stream', 'x-request-id': 'r1' }).write('first');
        });
        const { status, headers, body } = await connect(url, sender).stream(run);
        expect([status, headers['x-request-id']]).to.deep.equal([201, 'r1']);
        const iterator = body[Symbol.asyncIterator]();
        expect(new TextDecoder().decode((await iterator.next()).value)).to.equal('first');
        server?.end('second');
        expect(new TextDecoder().decode((await iterator.next()).value)).to.equal('second');
        expect((await iterator.next()).done).to.equal(true);
        const [asked] = seen as [Seen];
        expect(asked.headers).to.include({ authorization: 'Bearer secret-key-1', accept: 'text/event-stream' });
        expect(asked.body.toString()).to.equal('{"a":1}');
      });

      it('is asked for again after a 429, and after a 401 with new credentials; another error is decoded', async () => {
        const { url, seen } = await serve((_request, response, count) => {
          if (count === 1) return json(response, 429, { message: 'slow' }, { 'retry-after': '0' });
          if (count === 2) return json(response, 401, { message: 'expired' });
          if (count === 3) return void response.end('here');
          json(response, 422, { message: 'no such input' });
        });
        const credentials = ({ refresh }: { refresh: boolean }) => ({ authorization: `Bearer ${refresh ? 'new' : 'old'}` });
        const client = connect(url, { apiKey: undefined, credentials, ...sender });
        expect(await textOf((await client.stream(run)).body)).to.equal('here');
        expect(seen.map(({ headers }) => headers.authorization)).to.deep.equal(['Bearer old', 'Bearer old', 'Bearer new']);
        const error = await failure(client.stream(run), APIError);
        expect([error.status, error.message.includes('no such input')]).to.deep.equal([422, true]);
      });

      it('that is cut is a ConnectionError after what arrived, and is not asked for again', async () => {
        const { url, seen } = await serve((_request, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' }).write('so far', () => response.socket?.destroy());
        });
        const { body } = await connect(url, sender).stream({ ...run, once: false, method: 'PUT' });
        const iterator = body[Symbol.asyncIterator]();
        expect(new TextDecoder().decode((await iterator.next()).value)).to.equal('so far');
        const error = await failure(iterator.next(), ConnectionError);
        expect(error.message).to.contain('stream of Job j_1');
        expect(seen.length).to.equal(1);
      });

      it('that falls silent is a TimeoutError that names idleTimeout', async () => {
        const { url, seen } = await serve((_request, response) => void response.writeHead(200).write('one'));
        const { body } = await connect(url, { ...sender, idleTimeout: 0.1 }).stream(run);
        const error = await failure(textOf(body), TimeoutError);
        expect(error.message).to.contain('`idleTimeout`');
        expect(seen.length).to.equal(1);
      });

      it('is not idle while its reader is busy', async () => {
        const { url } = await serve((_request, response) => {
          response.writeHead(200).write('one');
          setImmediate(() => response.end('two'));
        });
        const clock = new ManualClock();
        const { body } = await new NodeClient({ baseUrl: url, apiKey: 'k', ...sender, idleTimeout: 0.1 }, { clock }).stream(run);
        await clock.pass(250);
        expect(await textOf(body)).to.equal('onetwo');
      });

      it('ends with an AbortedError when its signal aborts, before the first byte and after it', async () => {
        let closed: Promise<unknown> | undefined;
        const asked = deferred();
        const { url } = await serve(({ url: path }, response) => {
          closed = once(response, 'close');
          if (path === '/later') response.writeHead(200).write('one');
          asked.resolve();
        });
        const client = connect(url, sender);
        const before = new AbortController();
        const waiting = client.stream({ ...run, signal: before.signal });
        await asked.promise;
        before.abort('enough');
        expect((await failure(waiting, AbortedError)).cause).to.equal('enough');
        await closed;
        const after = new AbortController();
        const { body } = await client.stream({ ...run, path: 'later', signal: after.signal });
        const iterator = body[Symbol.asyncIterator]();
        await iterator.next();
        after.abort();
        await failure(iterator.next(), AbortedError);
        await closed;
      });

      it('that is left ends the request, also while bytes are waited for', async () => {
        const closed: Promise<unknown>[] = [];
        const { url } = await serve((_request, response) => {
          closed.push(once(response, 'close'));
          response.writeHead(200).write('one');
        });
        const client = connect(url, sender);
        for await (const _chunk of (await client.stream(run)).body) break;
        await closed[0];
        const iterator = (await client.stream(run)).body[Symbol.asyncIterator]();
        await iterator.next();
        const pending = failure(iterator.next());
        await iterator.return?.();
        await pending;
        await closed[1];
      });

      it('is decoded, and ends at the limit of its bytes', async () => {
        const { url } = await serve(({ url: path }, response) => {
          if (path === '/run') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
          else response.end('x'.repeat(101));
        });
        expect(await textOf((await connect(url, sender).stream(run)).body)).to.equal('packed');
        const limited = connect(url, { ...sender, limits: { jsonBytes: 100 } });
        const reading = limited.stream({ ...run, path: 'long' }).then(({ body }) => textOf(body));
        expect((await failure(reading, ResourceError)).message).to.contain('limits.jsonBytes');
      });

      it('may be empty, and may have a timeout for the whole', async () => {
        const { url } = await serve(({ url: path }, response) => {
          if (path === '/run') response.writeHead(204).end();
          else response.writeHead(200).write('one');
        });
        const client = connect(url, sender);
        expect(await textOf((await client.stream(run)).body)).to.equal('');
        const { body } = await client.stream({ ...run, path: 'long', timeout: 0.2 });
        expect((await failure(textOf(body), TimeoutError)).message).to.contain('0.2 s');
      });
    });
  }
});
