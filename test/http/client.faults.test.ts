import https from 'node:https';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { NodeClient } from '../../src/http/node/client.js';
import type { ClientOptions } from '../../src/http/options.js';
import { AbortedError, APIError, ConnectionError, ResourceError, TimeoutError } from '../../src/model/errors/index.js';
import type { TransportRequest } from '../../src/model/ports/transport.js';
import { ManualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { closeServers, deadPort, json, listen, serve, serveRaw } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { until } from '../support/turns.js';
import { certificate, key } from './support/certificate.js';
import { senders } from './support/senders.js';

const get: TransportRequest = { method: 'GET', path: 'x', attempt: 'get Widget w_1' };
const create: TransportRequest = { method: 'POST', path: 'x', body: { a: 1 }, once: true, attempt: 'save a new Widget' };
const fast = { baseDelay: 0.001 };

function connect(baseUrl: string, options: Partial<ClientOptions> = {}): NodeClient {
  return new NodeClient({ baseUrl, apiKey: 'secret-key-1', retry: fast, ...options });
}

/** A response of bare bytes, which an HTTP server would not send. */
function rawResponse(...lines: string[]): string {
  return `HTTP/1.1 200 OK\r\n${lines.join('\r\n')}`;
}

describe('over a real socket', () => {
  realSockets();
  afterEach(closeServers);

  for (const [name, sender] of senders) {
    describe(`with ${name}`, () => {
      it('a refused connection is a ConnectionError with code and cause, also for what creates, after all repetitions', async () => {
        const client = connect(`http://127.0.0.1:${await deadPort()}`, { ...sender, maxRetries: 2 });
        for (const request of [get, create]) {
          const error = await failure(client.request(request), ConnectionError);
          expect(error).to.include({ code: 'ECONNREFUSED', retryable: true });
          expect(error.outcome).to.equal(undefined);
          expect(error.cause).to.be.instanceOf(Error);
          expect(error.message).to.contain(request.attempt).and.contain('refused').and.contain('3 tries');
        }
      });

      it('a connection reset before the response is repeated for a read', async () => {
        const server = await serveRaw((socket, count) => {
          socket.once('data', () => (count < 3 ? socket.resetAndDestroy() : socket.end(rawResponse('content-length: 2', '', '{}'))));
        });
        expect((await connect(server.url, sender).request(get)).body).to.deep.equal({});
        expect(server.connections()).to.equal(3);
      });

      it('a connection reset before the response leaves open whether something was created', async () => {
        const server = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
        const error = await failure(connect(server.url, sender).request(create), ConnectionError);
        expect(error).to.include({ outcome: 'unknown', retryable: false });
        expect(error.message).to.contain('may have been carried out');
        expect(server.connections()).to.equal(1);
      });

      it('a connection closed in the middle of the body is repeated for a read, and open for a creation', async () => {
        const server = await serveRaw((socket, count) => {
          socket.once('data', () =>
            socket.end(count % 2 ? rawResponse('content-length: 100', '', '{"half":') : rawResponse('content-length: 2', '', '{}')),
          );
        });
        expect((await connect(server.url, sender).request(get)).body).to.deep.equal({});
        expect((await failure(connect(server.url, sender).request(create), ConnectionError)).outcome).to.equal('unknown');
        expect(server.connections()).to.equal(3);
      });

      it('a connection reset in the middle of the body is repeated for a read', async () => {
        const server = await serve((_, response, count) => {
          response.writeHead(200, { 'content-length': 8 }).write('{"a"');
          if (count === 1) setTimeout(() => response.socket?.resetAndDestroy(), 20);
          else response.end(':11}');
        });
        expect((await connect(server.url, sender).request(get)).body).to.deep.equal({ a: 11 });
      });

      it('a chunked body that is broken off is not taken for a whole one', async () => {
        const server = await serveRaw((socket) => {
          socket.once('data', () => socket.end(rawResponse('transfer-encoding: chunked', '', '2\r\n{}\r\n')));
        });
        await failure(connect(server.url, { ...sender, maxRetries: 1 }).request(get), ConnectionError);
        expect(server.connections()).to.equal(2);
      });

      it('a server that never responds ends in a TimeoutError, and for a creation the outcome is open', async () => {
        let creations = 0;
        const server = await serveRaw((socket) => socket.on('data', (data) => (creations += data.toString().startsWith('POST') ? 1 : 0)));
        const client = connect(server.url, { ...sender, timeout: 0.25 });
        const error = await failure(client.request(get), TimeoutError);
        expect(error).to.include({ retryable: true });
        expect(error.message).to.contain('longer than 0.25 s');
        const lost = await failure(client.request(create), TimeoutError);
        expect(lost).to.include({ outcome: 'unknown', retryable: false });
        expect(creations).to.equal(1);
      });

      it('headers that come too slowly end in a TimeoutError', async () => {
        const server = await serveRaw((socket) => {
          socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-type: appl'));
        });
        await failure(connect(server.url, { ...sender, timeout: 0.25 }).request(get), TimeoutError);
      });

      it('a body that stalls ends at the idle limit and is asked for again', async () => {
        const clock = new ManualClock();
        const server = await serve(async (_, response, count) => {
          response.writeHead(200, { 'content-length': 20 });
          if (count > 1) return void response.end('{"a":"complete now"}');
          response.write('{"a":');
          while (server.seen.length === 1) await clock.pass(5);
        });
        const client = new NodeClient({ baseUrl: server.url, retry: { baseDelay: 0 }, ...sender, idleTimeout: 0.1 }, { clock });
        expect((await client.request(get)).body).to.deep.equal({ a: 'complete now' });
        const stalled = await serve((_, response) => void response.writeHead(200, { 'content-length': 20 }).write('{"a":'));
        const error = await failure(connect(stalled.url, { ...sender, idleTimeout: 0.1, maxRetries: 0 }).request(get), TimeoutError);
        expect(error.message).to.contain('idleTimeout');
      });

      it('the limit of the whole call includes its repetitions', async () => {
        const server = await serve((_, response) => json(response, 503, {}));
        const error = await failure(connect(server.url, { ...sender, timeout: 0.2, maxRetries: 1e6 }).request(get), ResourceError);
        expect(error).to.satisfy((e: unknown) => e instanceof TimeoutError || (e instanceof APIError && e.status === 503));
        const { length } = server.seen;
        expect(length).to.be.greaterThan(1);
      });

      it('a signal ends the call, and the socket is let go', async () => {
        const controller = new AbortController();
        let closed: Promise<unknown> | undefined;
        const server = await serveRaw((socket) => {
          closed = new Promise((resolve) => socket.once('close', resolve));
          socket.once('data', () => controller.abort('enough'));
        });
        const error = await failure(connect(server.url, sender).request({ ...create, signal: controller.signal }), AbortedError);
        await closed;
        expect(error).to.include({ name: 'AbortError', cause: 'enough', outcome: 'unknown' });
      });

      it('a signal that has fired already sends nothing', async () => {
        const server = await serve((_, response) => json(response, 200, {}));
        const error = await failure(connect(server.url, sender).request({ ...create, signal: AbortSignal.abort() }), AbortedError);
        expect(error.outcome).to.equal(undefined);
        expect(server.seen).to.deep.equal([]);
      });

      it('a signal ends the wait before a repetition at once', async () => {
        const server = await serve((_, response) => json(response, 503, {}, { 'retry-after': '20' }));
        const controller = new AbortController();
        const observer = { retry: () => controller.abort() };
        await failure(connect(server.url, sender).request({ ...get, observer, signal: controller.signal }), AbortedError);
        expect(server.seen).to.have.length(1);
      });

      it('compressed responses are read', async () => {
        const server = await serve((_, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"packed":true}'));
        });
        expect((await connect(server.url, sender).request(get)).body).to.deep.equal({ packed: true });
        expect(server.seen[0]?.headers['accept-encoding']).to.contain('gzip');
      });

      for (const [flaw, bytes] of [
        ['is broken', Buffer.from('not gzip at all')],
        ['is cut short', gzipSync('{"packed":true}').subarray(0, 20)],
      ] as const) {
        it(`gzip that ${flaw} is an error`, async () => {
          const server = await serve((_, response) => {
            response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes);
          });
          // Fetch implementations unpack by themselves, and some take what is cut short for whole.
          await failure(connect(server.url, { ...sender, maxRetries: 1 }).request(get), sender.fetch ? ResourceError : ConnectionError);
        });
      }

      it('an untrusted certificate is refused without a repetition', async () => {
        const server = https.createServer({ cert: certificate, key });
        const { port } = await listen(server);
        const error = await failure(connect(`https://127.0.0.1:${port}`, sender).request(create), ConnectionError);
        expect(error).to.include({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', retryable: false });
        expect(error.outcome).to.equal(undefined);
        expect(error.message).to.contain('certificate');
      });
    });
  }

  it('https to a server that speaks http never arrives, so a creation may be repeated', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const error = await failure(connect(`https://127.0.0.1:${server.port}`, { maxRetries: 1 }).request(create), ConnectionError);
    expect(error.outcome).to.equal(undefined);
    expect(server.connections()).to.equal(2);
  });

  it('a TLS handshake that is broken off never arrived either', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const error = await failure(connect(`https://127.0.0.1:${server.port}`, { maxRetries: 1 }).request(create), ConnectionError);
    expect(error.outcome).to.equal(undefined);
    expect(server.connections()).to.equal(2);
  });

  it('a TLS handshake that stalls ends at the connect limit', async () => {
    const server = await serveRaw(() => {});
    const client = connect(`https://127.0.0.1:${server.port}`, { connectTimeout: 0.05, maxRetries: 1 });
    const error = await failure(client.request(create), TimeoutError);
    expect(error.message).to.contain('no connection within 0.05 s');
    expect(error.outcome).to.equal(undefined);
    await until(() => server.connections() === 2);
  });

  it('the connect limit does not end what is connected, on a new socket or a used one', async () => {
    const clock = new ManualClock();
    const server = await serve(async (_, response) => {
      await clock.pass(200);
      json(response, 200, {});
    });
    const client = new NodeClient({ baseUrl: server.url, connectTimeout: 0.1, maxRetries: 0 }, { clock });
    for (let i = 0; i < 2; i++) expect((await client.request(get)).status).to.equal(200);
  });

  it('a body that trickles ends at the limit of the whole call', async () => {
    const server = await serve((_, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.once('close', () => clearInterval(drip));
    });
    const error = await failure(connect(server.url, { timeout: 1, idleTimeout: 0.8 }).request(get), TimeoutError);
    expect(error.message).to.contain('longer than 1 s');
  });

  for (const closing of ['keep-alive', 'close']) {
    it(`a Content-Length that is too small for its JSON is an error, never half an object or none (${closing})`, async () => {
      const server = await serveRaw((socket) => {
        socket.once('data', () => socket.end(rawResponse('content-length: 5', `connection: ${closing}`, '', '{"a":1}')));
      });
      const error = await failure(connect(server.url).request(get), ConnectionError);
      expect(error.code).to.match(/^HPE_/);
    });
  }

  it('a response that is not HTTP is a ConnectionError', async () => {
    const server = await serveRaw((socket) => socket.once('data', () => socket.end('220 mail.example.test ESMTP\r\n')));
    const error = await failure(connect(server.url, { maxRetries: 0 }).request(get), ConnectionError);
    expect(error.code).to.match(/^HPE_/);
  });

  it('an error response that breaks off keeps its status', async () => {
    const server = await serveRaw((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 409 Conflict\r\ncontent-length: 500\r\n\r\n{"message":')),
    );
    const error = await failure(connect(server.url).request(create), APIError);
    expect(error.status).to.equal(409);
  });

  it('sockets are used again', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const ports = new Set<number>();
    server.server.on('connection', (socket) => ports.add(socket.remotePort ?? 0));
    const client = connect(server.url);
    for (let i = 0; i < 5; i++) await client.request(get);
    expect(ports.size).to.equal(1);
  });

  it('a closed connection makes no more calls and keeps no sockets', async () => {
    const server = await serve((_, response) => json(response, 200, {}));
    const client = connect(server.url);
    await client.request(get);
    const sockets = () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)));
    expect(await sockets()).to.equal(1);
    await client.close();
    const error = await failure(client.request(get), ResourceError);
    expect(error.message).to.contain('closed');
    while ((await sockets()) > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});
