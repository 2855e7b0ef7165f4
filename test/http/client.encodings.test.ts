import zlib from 'node:zlib';
import { expect } from 'chai';
import { NodeClient } from '../../src/http/node/client.js';
import { BaseResource, Connection, Entity, Field } from '../../src/index.js';
import { AbortedError, APIError, BadRequestError, NotFoundError, ResourceError, ServerError } from '../../src/model/errors/index.js';
import type { TransportRequest } from '../../src/model/ports/transport.js';
import { failure } from '../support/failure.js';
import { closeServers, json, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { senders } from './support/senders.js';

const get: TransportRequest = { method: 'GET', path: 'x', attempt: 'get Widget w_1' };
const create: TransportRequest = { method: 'POST', path: 'x', body: {}, once: true };

const refused = '{"message":"bad name","details":[{"field":"name","message":"too long"}]}';

for (const [name, sender] of senders) {
  describe(`the encoding of a response with ${name}`, () => {
    realSockets();
    afterEach(closeServers);

    /** A client of a server that responds with a status, a Content-Encoding and a body. */
    async function respond(status: number, encoding: string, body: string | Buffer) {
      const server = await serve((_, response) => response.writeHead(status, { 'content-encoding': encoding }).end(body));
      return { ...server, client: new NodeClient({ baseUrl: server.url, ...sender, maxRetries: 2, retry: { baseDelay: 0 } }) };
    }

    for (const label of ['none', 'utf-8', 'UTF-8', 'aws-chunked', 'identity', 'binary', 'chunked', 'snappy', 'none, utf-8']) {
      it(`does not matter when its label is ${label} and its body is plain`, async () => {
        const found = await respond(200, label, '{"a":1}');
        expect((await found.client.request(get)).body).to.deep.equal({ a: 1 });
        const missing = await respond(404, label, '{"message":"no such thing"}');
        const error = await failure(missing.client.request(get), NotFoundError);
        expect(error.message).to.contain('no such thing');
        const busy = await respond(503, label, '{"message":"later"}');
        await failure(busy.client.request(get), ServerError);
        expect(busy.seen).to.have.length(3);
      });
    }

    for (const [label, body] of [
      ['gzip', zlib.gzipSync(refused)],
      ['gzip', zlib.gzipSync(refused).subarray(0, -8)],
      ['deflate', zlib.deflateSync(refused)],
      ['deflate', zlib.deflateRawSync(refused)],
      ['br', zlib.brotliCompressSync(refused)],
      ['gzip, br', zlib.brotliCompressSync(zlib.gzipSync(refused))],
      ['aws-chunked, gzip', zlib.gzipSync(refused)],
      ['identity, x-gzip', zlib.gzipSync(refused)],
    ] as const) {
      it(`${label} is undone, in ${body.length} bytes, for a success and for an error`, async () => {
        const { client } = await respond(200, label, body);
        expect((await client.request(get)).body).to.deep.equal(JSON.parse(refused));
        const error = await failure((await respond(400, label, body)).client.request(create), BadRequestError);
        expect(error.details).to.deep.equal([{ field: 'name', message: 'too long' }]);
        expect(error.outcome).to.equal(undefined);
      });
    }

    for (const label of ['gzip', 'deflate', 'br', 'zstd', 'compress', 'dcb', 'gzip, gzip, gzip, gzip, gzip, gzip, gzip']) {
      for (const body of [Buffer.from(refused), Buffer.from([0xff, 0xfe, 0x00]), zlib.gzipSync(refused).subarray(0, 20)]) {
        it(`${label} of ${body.length} bytes that are not encoded so leaves an error its status, and nothing open`, async () => {
          const { client, seen } = await respond(400, label, body);
          const error = await failure(client.request(create), ResourceError);
          // Fetch implementations may reject before there is a response.
          if (!sender.fetch) expect(error).to.be.instanceOf(BadRequestError);
          if (error instanceof APIError) expect([error.status, error.outcome]).to.deep.equal([400, undefined]);
          expect(seen).to.have.length(1);
        });
      }
    }

    for (const [what, mark] of [
      ['one', Buffer.from('\ufeff')],
      ['two', Buffer.from('\ufeff\ufeff')],
    ] as const) {
      it(`leaves ${what} byte order mark unread, in a success and in an error`, async () => {
        const body = Buffer.concat([mark, Buffer.from(refused)]);
        expect((await (await respond(200, 'identity', body)).client.request(get)).body).to.deep.equal(JSON.parse(refused));
        const error = await failure((await respond(400, 'identity', body)).client.request(create), BadRequestError);
        expect(error.details).to.deep.equal([{ field: 'name', message: 'too long' }]);
        expect(error.body).to.deep.equal(JSON.parse(refused));
      });
    }

    it('UTF-16 is read by its byte order mark', async () => {
      const little = Buffer.from(`\ufeff${refused}`, 'utf16le');
      for (const body of [little, Buffer.from(little).swap16()]) {
        expect((await (await respond(200, 'identity', body)).client.request(get)).body).to.deep.equal(JSON.parse(refused));
        await failure((await respond(400, 'identity', body)).client.request(get), BadRequestError);
      }
    });

    it('is named when the body of a success cannot be read', async () => {
      const { client, seen } = await respond(200, 'compress', Buffer.from([0x1f, 0x9d, 0x90]));
      const error = await failure(client.request(get), APIError);
      expect(error.status).to.equal(200);
      expect(error.message).to.contain('compress').and.contain('not JSON');
      expect(seen).to.have.length(1);
    });

    it('an error whose body never ends keeps its status when the time is over, and is aborted by a signal', async () => {
      const { url } = await serve((_, response) => void response.writeHead(400, { 'content-length': 100 }).write('{"message":'));
      const late = await failure(new NodeClient({ baseUrl: url, ...sender, timeout: 1.5 }).request(create), BadRequestError);
      expect(late.outcome).to.equal(undefined);
      const control = new AbortController();
      const observer = { response: () => void setImmediate(() => control.abort()) };
      const aborted = await failure(
        new NodeClient({ baseUrl: url, ...sender }).request({ ...create, signal: control.signal, observer }),
        AbortedError,
      );
      expect(aborted.outcome).to.equal(undefined);
    });
  });
}

describe('a plain body that is still labelled as compressed', () => {
  realSockets();
  afterEach(closeServers);

  it('is read when it is JSON: a proxy has decoded it and left the label', async () => {
    const { url } = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('{"a":1}'));
    expect((await new NodeClient({ baseUrl: url }).request(get)).body).to.deep.equal({ a: 1 });
  });

  it('explains an error', async () => {
    const { url } = await serve((_, response) => response.writeHead(404, { 'content-encoding': 'br' }).end('{"message":"no such thing"}'));
    expect((await failure(new NodeClient({ baseUrl: url }).request(get), NotFoundError)).message).to.contain('no such thing');
  });

  it('of a refused create leaves the record free to be saved again', async () => {
    @Entity({ path: 'notes' })
    class Note extends BaseResource {
      @Field() name!: string;
    }
    const server = await serve((_, response, count) => {
      if (count === 1) response.writeHead(400, { 'content-encoding': 'gzip' }).end(zlib.gzipSync('{"message":"no"}').subarray(0, 15));
      else json(response, 201, { id: 'n_1', name: 'b' });
    });
    const NoteHere = new Connection({ baseUrl: server.url }).bind(Note);
    const note = new NoteHere({ name: 'a' });
    await failure(note.save(), BadRequestError);
    await note.save({ name: 'b' });
    expect(note.id).to.equal('n_1');
    expect(server.seen).to.have.length(2);
  });
});
