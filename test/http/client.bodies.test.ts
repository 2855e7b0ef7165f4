import { once } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { APIError, Connection, type ConnectionOptions, ResourceError } from '../../src/index.js';
import { failure } from '../support/failure.js';
import { closeServers, json, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { senders } from './support/senders.js';

const KEY = 'secret-key-of-the-test';
/** Bytes that are neither JSON nor UTF-8. */
const picture = Uint8Array.from({ length: 300 }, (_, at) => at % 256);

describe('the body of a response', () => {
  realSockets();
  const opened: Connection[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
    await closeServers();
  });

  for (const [name, sender] of senders) {
    const connect = (baseUrl: string, options: Partial<ConnectionOptions> = {}): Connection => {
      const connection = new Connection({ baseUrl, apiKey: KEY, ...sender, retry: { baseDelay: 0.001 }, ...options });
      opened.push(connection);
      return connection;
    };
    const read = async (stream: AsyncIterable<Uint8Array>): Promise<Buffer> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      return Buffer.concat(chunks);
    };

    describe(`with ${name}`, () => {
      it('is had as bytes, as text and as a stream, with one request each', async () => {
        const { url, seen } = await serve(({ url: path }, response) => {
          if (path === '/text') response.writeHead(200, { 'content-type': 'text/plain' }).end('{"häuser": ');
          else response.writeHead(201, { 'content-type': 'image/png', 'x-request-id': 'r1' }).end(picture);
        });
        const api = connect(url);
        const bytes = await api.get('png').bytes();
        expect(bytes.constructor).to.equal(Uint8Array);
        expect(bytes).to.deep.equal(picture);
        expect(await api.post('text', { body: {} }).text()).to.equal('{"häuser": ');
        expect(await read(api.get('png').stream())).to.deep.equal(Buffer.from(picture));
        const { status, headers, body } = await api.get('png').raw('bytes');
        expect([status, headers['x-request-id'], body]).to.deep.equal([201, 'r1', picture]);
        const streamed = await api.get('png').raw('stream');
        expect([streamed.status, await read(streamed.body)]).to.deep.equal([201, Buffer.from(picture)]);
        expect(seen.map(({ headers: { accept } }) => accept)).to.deep.equal(['*/*', '*/*', '*/*', '*/*', '*/*']);
        expect(seen.every(({ headers: { authorization } }) => authorization === `Bearer ${KEY}`)).to.equal(true);
        await api.get('pdf', { headers: { Accept: 'application/pdf' } }).bytes();
        expect(seen.at(-1)?.headers.accept).to.equal('application/pdf');
      });

      it('is empty where there is none', async () => {
        const { url } = await serve((_request, response) => void response.writeHead(204).end());
        const api = connect(url);
        expect(await api.get('a').bytes()).to.deep.equal(new Uint8Array());
        expect(await api.get('a').text()).to.equal('');
        expect(await api.request('HEAD', 'a').text()).to.equal('');
        expect(await read(api.get('a').stream())).to.deep.equal(Buffer.alloc(0));
        expect(await api.get('a')).to.equal(undefined);
      });

      it('is unpacked, and bounded as JSON is', async () => {
        const { url } = await serve((_request, response) => {
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(101)));
        });
        expect(await connect(url).get('a').text()).to.equal('x'.repeat(101));
        const limited = connect(url, { limits: { jsonBytes: 100 } });
        expect((await failure(limited.get('a').bytes(), ResourceError)).message).to.contain('limits.jsonBytes');
        expect((await failure(limited.get('a').text(), ResourceError)).message).to.contain('limits.jsonBytes');
        expect((await failure(read(limited.get('a').stream()), ResourceError)).message).to.contain('limits.jsonBytes');
      });

      it('is asked for again when it breaks off, but not once it is streamed', async () => {
        const { url, seen } = await serve((_request, response, count) => {
          response.writeHead(200, { 'content-length': 300 });
          if (count % 2 === 0) response.end(picture);
          else response.write(picture.slice(0, 100), () => response.socket?.destroy());
        });
        const api = connect(url);
        expect(await api.get('png').bytes()).to.deep.equal(picture);
        expect(seen).to.have.length(2);
        await failure(read(api.get('png').stream()), ResourceError);
        expect(seen).to.have.length(3);
      });

      it('of an error is decoded and redacted as ever', async () => {
        const { url } = await serve((_request, response) => json(response, 404, { message: `no file for ${KEY}` }));
        const api = connect(url);
        const kinds = [
          () => api.get('a').bytes(),
          () => api.get('a').text(),
          () => read(api.get('a').stream()),
          () => api.get('a').raw('bytes'),
        ];
        for (const ask of kinds) {
          const error = await failure<APIError>(ask(), APIError);
          expect([error.status, error.message.includes('no file for [redacted]')]).to.deep.equal([404, true]);
          expect(error.message).to.not.contain(KEY);
        }
      });

      it('that is left while it streams ends the request', async () => {
        let closed: Promise<unknown> | undefined;
        const { url } = await serve((_request, response) => {
          closed = once(response, 'close');
          response.writeHead(200).write('one');
        });
        const api = connect(url);
        for await (const chunk of api.get('log').stream()) {
          expect(Buffer.from(chunk).toString()).to.equal('one');
          break;
        }
        await closed;
        const iterator = api.get('log').stream()[Symbol.asyncIterator]();
        expect(await iterator.return?.()).to.deep.equal({ done: true, value: undefined });
        const second = api.get('log').stream()[Symbol.asyncIterator]();
        await second.next();
        const pending = failure(second.next());
        await second.return?.();
        await pending;
        await closed;
      });
    });
  }
});
