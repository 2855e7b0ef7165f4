import http from 'node:http';
import { expect } from 'chai';
import type { Content } from '../../../src/http/files/content.js';
import { NodeClient } from '../../../src/http/node/client.js';
import { closeServers, json, serve } from '../../support/server.js';
import { realSockets } from '../../support/sockets.js';

describe('the adapter over node-fetch', () => {
  realSockets();
  afterEach(closeServers);

  /** Does some work while a function replaces `http.request`, as it does where requests are traced or answered by something else. */
  async function whileReplaced(replacement: (original: typeof http.request) => unknown, work: () => Promise<unknown>): Promise<void> {
    const original = http.request;
    http.request = replacement(original) as typeof http.request;
    try {
      await work();
    } finally {
      http.request = original;
    }
  }

  const elsewhere = (original: typeof http.request) => (url: string, options: http.RequestOptions) =>
    original(url, { ...options, agent: false });

  it('takes responses from Node, and leaves alone who listened before node-fetch', async () => {
    const server = await serve((_request, response) => json(response, 200, { a: 1 }, { 'x-a': ['1', '2'] }));
    const client = new NodeClient({ baseUrl: server.url });
    const heard: string[] = [];
    const traced =
      (original: typeof http.request) =>
      (...args: Parameters<typeof original>): http.ClientRequest => {
        const request = original(...args).on('socket', () => heard.push('socket'));
        return request.on('response', (response) => {
          // The other listener is ours: node-fetch's would make another stream of the response.
          heard.push(`response to ${request.listenerCount('response')}`);
          response.on('end', () => heard.push('end'));
        });
      };
    await whileReplaced(traced, async () => {
      const { headers, body } = await client.request({ method: 'PUT', path: 'x', body: { b: 2 } });
      expect([headers['x-a'], body]).to.deep.equal(['1, 2', { a: 1 }]);
    });
    expect(server.seen[0]?.body.toString()).to.equal('{"b":2}');
    expect(heard).to.deep.equal(['socket', 'response to 1', 'end']);
    await client.close();
  });

  it('takes the response of node-fetch where another agent was used', async () => {
    const server = await serve((_request, response) => json(response, 200, { a: 1 }));
    const client = new NodeClient({ baseUrl: server.url });
    await whileReplaced(elsewhere, async () => {
      expect((await client.request({ method: 'GET', path: 'x' })).body).to.deep.equal({ a: 1 });
    });
    await client.close();
  });

  it('asks for content when what it had is sent, and says so, except where something else may keep it', async () => {
    const server = await serve((_request, response) => response.end());
    const client = new NodeClient({ baseUrl: server.url });
    const chunk = Buffer.alloc(1024 * 1024, 'content ');
    const said: unknown[] = [];
    const content: Content = {
      name: 'f',
      size: 3 * chunk.length,
      sha256: '',
      mimeType: 'text/plain',
      async *stream(isDone) {
        for (let count = 0; count < 3; count++) {
          yield chunk;
          said.push(isDone?.());
        }
      },
      blob: () => undefined,
      dispose: async () => {},
    };
    await client.put(server.url, content);
    expect(said.splice(0)).to.deep.equal([true, true, true]);
    await whileReplaced(elsewhere, () => client.put(server.url, content));
    expect(said).to.deep.equal([false, false, false]);
    await client.close();
  });
});
