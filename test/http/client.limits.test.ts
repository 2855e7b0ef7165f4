import zlib from 'node:zlib';
import { expect } from 'chai';
import type { BodyLimits } from '../../src/http/body-limits.js';
import { NodeClient } from '../../src/http/node/client.js';
import { APIError, BadRequestError, ServerError, TimeoutError, ValidationError } from '../../src/model/errors/index.js';
import type { TransportRequest } from '../../src/model/ports/transport.js';
import { ManualClock } from '../support/clock.js';
import { failure } from '../support/failure.js';
import { closeServers, serve } from '../support/server.js';
import { realSockets } from '../support/sockets.js';
import { ScriptedAdapter } from './support/scripted-adapter.js';
import { senders } from './support/senders.js';

const get: TransportRequest = { method: 'GET', path: 'x', attempt: 'get Widget w_1' };
const MIB = 1024 * 1024;

for (const [name, sender] of senders) {
  describe(`the limits of a response with ${name}`, () => {
    realSockets();
    afterEach(closeServers);

    /** A client with limits, of a server that responds with a status and a body. */
    async function respond(limits: BodyLimits, status: number, body: string | Buffer, encoding = 'identity', whole = true) {
      const server = await serve((_, response) => {
        response.writeHead(status, { 'content-encoding': encoding, ...(whole ? { 'content-length': Buffer.byteLength(body) } : {}) });
        response.write(body);
        if (whole) response.end();
      });
      return { ...server, client: new NodeClient({ baseUrl: server.url, ...sender, limits, retry: { baseDelay: 0 } }) };
    }

    for (const whole of [true, false]) {
      it(`JSON over jsonBytes is refused, once, by its Content-Length or as it arrives (${whole})`, async () => {
        const body = JSON.stringify('x'.repeat(5000));
        const { client, seen } = await respond({ jsonBytes: 1000 }, 200, body, 'identity', whole);
        const error = await failure(client.request(get), APIError);
        expect(error.status).to.equal(200);
        expect(error.message).to.contain('get Widget w_1').and.contain('5002').and.contain('1000').and.contain('limits.jsonBytes');
        expect(seen).to.have.length(1);
      });
    }

    it('JSON of exactly jsonBytes is read', async () => {
      const { client } = await respond({ jsonBytes: 1000 }, 200, JSON.stringify('x'.repeat(998)));
      expect((await client.request(get)).body).to.have.length(998);
      const packed = await respond({ jsonBytes: 1000 }, 200, zlib.gzipSync(JSON.stringify('x'.repeat(998))), 'gzip');
      expect((await packed.client.request(get)).body).to.have.length(998);
    });

    it('compressed JSON is refused over jsonBytes, unpackedBytes and unpackingRatio', async () => {
      const body = zlib.gzipSync(`[${'{},'.repeat(MIB)}{}]`);
      const expectations: [BodyLimits, string][] = [
        [{ jsonBytes: 2 * MIB, unpackingRatio: Number.POSITIVE_INFINITY }, 'jsonBytes'],
        [{ jsonBytes: 4 * MIB, unpackedBytes: 2 * MIB, unpackingRatio: Number.POSITIVE_INFINITY }, 'unpackedBytes'],
        [{}, 'unpackingRatio'],
      ];
      for (const [limits, setting] of expectations) {
        const { client } = await respond(limits, 200, body, 'gzip');
        const error = await failure(client.request(get), APIError);
        expect(error.message).to.contain(`limits.${setting}`);
        expect(error.status).to.equal(200);
      }
      const { client } = await respond({ unpackingRatio: Number.POSITIVE_INFINITY }, 200, body, 'gzip');
      expect((await client.request(get)).body).to.have.length(MIB + 1);
    });

    it('JSON with more levels than nesting is refused, and brackets in texts are none', async () => {
      const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
      const { client } = await respond({ nesting: 10 }, 200, nested(12));
      const error = await failure(client.request(get), APIError);
      expect(error.message).to.contain('10 levels').and.contain('limits.nesting');
      await (await respond({ nesting: 12 }, 200, nested(12))).client.request(get);
      await (await respond({}, 200, nested(200_000))).client.request(get);
      await failure((await respond({}, 200, nested(1_000_002))).client.request(get), APIError);
      const text = JSON.stringify([['[['.repeat(20), '"[[[[\\', '{{\\"{{{{{']]);
      expect((await (await respond({ nesting: 2 }, 200, text)).client.request(get)).body).to.deep.equal(JSON.parse(text));
    });

    for (const whole of [true, false]) {
      it(`an error body over errorBytes is cut, whether it ends or not, and the status stays (${whole})`, async () => {
        const { client } = await respond({ errorBytes: 1000 }, 500, `no: ${'x'.repeat(5000)}`, 'identity', whole);
        const error = await failure(client.request(get), ServerError);
        expect(error.body).to.have.length(1000);
        expect(error.message).to.contain('no: xxx');
      });
    }

    it('a compressed error body over errorBytes is cut after decompression', async () => {
      const { client } = await respond({ errorBytes: 1000 }, 400, zlib.gzipSync('x'.repeat(64 * MIB)), 'gzip');
      const error = await failure(client.request(get), BadRequestError);
      expect(error.body).to.satisfy((body: unknown) => body === undefined || (typeof body === 'string' && body.length <= 1000));
      const read = await respond({ errorBytes: 1000 }, 400, zlib.gzipSync('x'.repeat(50_000)), 'gzip');
      expect((await failure(read.client.request(get), BadRequestError)).body).to.equal('x'.repeat(1000));
    });

    it('an error body that is nested too deep is kept as text', async () => {
      const body = '['.repeat(50_000);
      expect((await failure((await respond({}, 400, body)).client.request(get), BadRequestError)).body).to.equal(body);
    });

    it('a secret is redacted in an error body that is cut within it, and in a long text that is not JSON', async () => {
      const secret = 'secret-secret-0123456789';
      const server = await serve(({ url }, response) =>
        response.writeHead(url === '/error' ? 500 : 200).end(`${'x'.repeat(url === '/error' ? 990 : 9990)}${secret}${'y'.repeat(9000)}`),
      );
      const client = new NodeClient({ baseUrl: server.url, apiKey: secret, ...sender, limits: { errorBytes: 1000 } });
      for (const path of ['error', 'success']) {
        const error = await failure(client.request({ ...get, path }), APIError);
        expect(error.body).to.be.a('string').and.not.contain('s');
      }
    });
  });
}

describe('the limits', () => {
  for (const setting of ['jsonBytes', 'unpackedBytes', 'unpackingRatio', 'nesting', 'errorBytes'] as const) {
    for (const value of [-1, 0.5, Number.NaN, '64' as unknown as number]) {
      it(`refuse ${setting} of ${String(value)}`, () => {
        expect(() => new NodeClient({ baseUrl: 'https://h.test', limits: { [setting]: value } })).to.throw(
          ValidationError,
          `limits.${setting}`,
        );
      });
    }
    it(`accept Infinity for ${setting}`, () => {
      expect(new NodeClient({ baseUrl: 'https://h.test', limits: { [setting]: Number.POSITIVE_INFINITY } })).to.be.instanceOf(NodeClient);
    });
  }
});

describe('the deadline of a call', () => {
  /** A clock on which reading a response takes 20 s, during which no timer can run. */
  function connect(body: string, parsing: boolean) {
    const clock = new ManualClock();
    const adapter = new ScriptedAdapter({ status: 200, body });
    const send = adapter.send.bind(adapter);
    adapter.send = async (...args) => {
      const response = await send(...args);
      const { body } = response;
      const forEach = body.forEach.bind(body);
      if (!parsing) body.forEach = (onChunk) => forEach(onChunk).then(() => clock.advance(20_000));
      return response;
    };
    return { clock, client: new NodeClient({ baseUrl: 'https://h.test', timeout: 10 }, { adapter, clock }) };
  }

  const long = JSON.stringify('x'.repeat(2 * MIB));

  it('is noticed before a long response is parsed, even if nothing else could run', async () => {
    const { parse } = JSON;
    let parsed = 0;
    JSON.parse = (text: string) => {
      parsed += text.length > MIB ? 1 : 0;
      return parse(text);
    };
    try {
      await failure(connect(long, false).client.request(get), TimeoutError);
    } finally {
      JSON.parse = parse;
    }
    expect(parsed).to.equal(0);
  });

  it('is noticed after a long response is parsed', async () => {
    const { clock, client } = connect(long, true);
    const { parse } = JSON;
    JSON.parse = (text: string) => {
      if (text.length > MIB) clock.advance(20_000);
      return parse(text);
    };
    try {
      await failure(client.request(get), TimeoutError);
    } finally {
      JSON.parse = parse;
    }
  });

  it('does not take away a short response that is there', async () => {
    expect((await connect('{"a":1}', false).client.request(get)).body).to.deep.equal({ a: 1 });
  });
});
