import { expect } from 'chai';
import type { Dispatcher } from 'undici';
import { Agent } from 'undici';
import { NodeClient } from '../../../src/http/node/client.js';
import { Connection } from '../../../src/index.js';
import { AbortedError, ConfigurationError, ConnectionError, ResourceError } from '../../../src/model/errors/index.js';
import { undiciTransport } from '../../../src/undici.js';
import { settle } from '../../support/clock.js';
import { failure } from '../../support/failure.js';
import { closeServers, json, serve, serveRaw } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';

const create = { method: 'POST', path: 'x', body: {}, once: true } as const;

describe('the transport over undici', () => {
  realSockets();
  afterEach(closeServers);

  it('knows that nothing was sent where no secure connection was made, and repeats a create then', async () => {
    const server = await serveRaw((socket) => socket.destroy());
    const client = new NodeClient({
      baseUrl: `https://127.0.0.1:${server.port}`,
      transport: undiciTransport(),
      maxRetries: 2,
      retry: { baseDelay: 0.001 },
    });
    const error = await failure(client.request(create), ConnectionError);
    expect(error.outcome).to.equal(undefined);
    expect(server.connections()).to.equal(3);
    await client.close();
  });

  it('waits for the final response', async () => {
    const body = '{"final":true}';
    const early = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
    const final = `HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nset-cookie: b=2\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const server = await serveRaw((socket) => void socket.once('data', () => socket.write(early + final)));
    const client = new NodeClient({ baseUrl: server.url, transport: undiciTransport() });
    const response = await client.request({ method: 'GET', path: 'x' });
    expect(response.body).to.deep.equal({ final: true });
    expect(response.headers['set-cookie']).to.equal('a=1, b=2');
    await client.close();
  });

  it('does not send what was aborted while it waited for a connection', async () => {
    const handlers: Dispatcher.DispatchHandler[] = [];
    const dispatcher = { dispatch: (_options: unknown, handler: Dispatcher.DispatchHandler) => handlers.push(handler) > 0 };
    const client = new NodeClient({
      baseUrl: 'http://h.test',
      transport: undiciTransport({ dispatcher: dispatcher as unknown as Dispatcher }),
    });
    const control = new AbortController();
    const call = failure(client.request({ ...create, signal: control.signal }), AbortedError);
    await settle();
    control.abort();
    const error = await call;
    expect(error.outcome).to.equal(undefined);
    const aborted: unknown[] = [];
    handlers[0]?.onRequestStart?.(
      { abort: (reason: unknown) => aborted.push(reason) } as unknown as Dispatcher.DispatchController,
      undefined,
    );
    expect(aborted).to.have.length(1);
  });

  it("takes the user's own dispatcher, which stays open when the connection is closed", async () => {
    const server = await serve((_, response) => json(response, 200, { id: 'w_1' }));
    const dispatcher = new Agent();
    const api = new Connection({ baseUrl: server.url, transport: undiciTransport({ dispatcher }) });
    await api.get('x');
    await api.close();
    await failure(api.get('x'), ResourceError);
    const response = await dispatcher.request({ origin: server.url, path: '/y', method: 'GET' });
    await response.body.dump();
    expect(server.seen.map(({ url }) => url)).to.deep.equal(['/x', '/y']);
    await dispatcher.close();
  });

  it('refuses what it cannot use', () => {
    const make = (options: object) => () => new NodeClient({ baseUrl: 'http://h.test', ...options });
    expect(make({ transport: undiciTransport(), fetch })).to.throw(ConfigurationError, 'fetch or transport');
    expect(make({ transport: {} })).to.throw(ConfigurationError, 'undiciTransport()');
    expect(() => undiciTransport({ dispatcher: {} as Dispatcher })).to.throw(ConfigurationError, 'Dispatcher');
    expect(() => undiciTransport({ connections: 3 } as object)).to.throw(ConfigurationError, 'connections');
  });
});
